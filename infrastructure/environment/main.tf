# One environment of Caja. dev, staging and prod are this, and differ only in values/.

data "aws_caller_identity" "current" {}

locals {
  name      = "caja-${var.environment}"
  app_port  = 8080
  node_port = 8081
  # The longest that Caja takes to leave: what waits for the store (8 s), requests in flight (15 s), the
  # store's word that the node is gone (3 s).
  draining_seconds = 30
  repositories     = "arn:aws:ecr:${var.region}:${data.aws_caller_identity.current.account_id}:repository"
}

module "key" {
  source = "../modules/key"

  name   = local.name
  region = var.region
}

module "network" {
  source = "../modules/network"

  name           = local.name
  region         = var.region
  zones          = var.zones
  cidr           = var.cidr
  endpoint_zones = var.endpoint_zones
  app_port       = local.app_port
  node_port      = local.node_port
  behind_cdn     = var.pages_by_cdn
  with_metrics   = var.collector_image != null
  key_arn        = module.key.arn
}

module "certificate" {
  source = "../modules/domain"

  domain  = var.domain
  zone_id = var.zone_id
  region  = var.region
}

module "balancer" {
  source = "../modules/balancer"

  name                = local.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = var.pages_by_cdn ? module.network.private_subnet_ids : module.network.public_subnet_ids
  security_group_id   = module.network.security_group_ids.balancer
  internal            = var.pages_by_cdn
  domain              = var.domain
  zone_id             = var.zone_id
  certificate_arn     = module.certificate.certificate_arn
  app_port            = local.app_port
  draining_seconds    = local.draining_seconds
  deletion_protection = var.deletion_protection
  access_log_days     = var.access_log_days
}

# New numbers without new values would leave numbers and values apart for good.
module "given" {
  source   = "../modules/given"
  for_each = var.secret_versions

  name   = each.key
  value  = { database_password = var.database_password, admin_token = var.admin_token, cluster_secret = var.cluster_secret }[each.key]
  number = each.value
}

module "database" {
  source = "../modules/database"

  name                = local.name
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.network.security_group_ids.database
  key_arn             = module.key.arn
  instance_class      = var.database_class
  storage_gib         = var.database_storage_gib
  multi_az            = var.database_multi_az
  backup_days         = var.backup_days
  deletion_protection = var.deletion_protection
  recoverable         = var.recoverable
  log_days            = var.log_days
  password            = var.database_password
  password_version    = var.secret_versions.database_password

  depends_on = [module.given]
}

module "secrets" {
  source = "../modules/secrets"

  name              = local.name
  key_arn           = module.key.arn
  database_endpoint = module.database.endpoint
  database_password = var.database_password
  admin_token       = var.admin_token
  cluster_secret    = var.cluster_secret
  versions          = var.secret_versions
  recoverable       = var.recoverable

  depends_on = [module.given]
}

module "observability" {
  source = "../modules/observability"

  name                  = local.name
  region                = var.region
  key_arn               = module.key.arn
  log_days              = var.log_days
  alarm_emails          = var.alarm_emails
  balancer_suffix       = module.balancer.arn_suffix
  target_group_suffixes = module.balancer.target_group_suffixes
  database_identifier   = module.database.identifier
  least_tasks           = var.least_tasks
}

module "metrics" {
  source = "../modules/metrics"
  count  = var.collector_image == null ? 0 : 1

  name      = local.name
  region    = var.region
  key_arn   = module.key.arn
  topic_arn = module.observability.topic_arn
}

module "service" {
  source = "../modules/service"

  name              = local.name
  region            = var.region
  image             = var.image
  repository_arn    = "${local.repositories}/caja"
  cpu               = var.task_cpu
  memory_mib        = var.task_memory_mib
  least_tasks       = var.least_tasks
  most_tasks        = var.most_tasks
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids.tasks
  target_group_arns = module.balancer.target_group_arns
  app_port          = local.app_port
  node_port         = local.node_port
  balancer_cidrs    = module.network.balancer_cidrs
  domain            = var.domain
  draining_seconds  = local.draining_seconds
  address_limit     = var.address_limit
  retention_days    = var.retention_days
  log_group         = module.observability.log_group
  secret_arns       = module.secrets.arns
  key_arn           = module.key.arn
  database_ca       = var.database_ca_file == null ? null : file("${path.module}/${var.database_ca_file}")
  deployment_alarms = module.observability.deployment_alarms
  collector = one([for metrics in module.metrics : {
    image            = var.collector_image
    repository_arn   = "${local.repositories}/caja-collector"
    workspace_arn    = metrics.workspace_arn
    remote_write_url = metrics.remote_write_url
  }])
}

module "cdn_certificate" {
  source = "../modules/domain"
  count  = var.pages_by_cdn ? 1 : 0

  domain  = var.domain
  zone_id = var.zone_id
  # CloudFront takes certificates from there only.
  region = "us-east-1"
}

module "pages" {
  source = "../modules/pages"
  count  = var.pages_by_cdn ? 1 : 0

  name              = local.name
  domain            = var.domain
  zone_id           = var.zone_id
  certificate_arn   = module.cdn_certificate[0].certificate_arn
  balancer_arn      = module.balancer.arn
  balancer_dns_name = module.balancer.dns_name
}
