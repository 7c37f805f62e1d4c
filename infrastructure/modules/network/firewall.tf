# Who may talk to whom. Each rule is listed here; nothing else passes.

locals {
  groups = {
    balancer  = "Load balancer"
    tasks     = "Tasks of Caja"
    database  = "Database"
    endpoints = "Endpoints of AWS services"
  }
  # From whom, to whom, by which port.
  allowed = {
    balancer_to_tasks  = { from = "balancer", to = "tasks", port = var.app_port, why = "Requests and health checks" }
    tasks_to_tasks     = { from = "tasks", to = "tasks", port = var.node_port, why = "Nodes forward and follow" }
    tasks_to_database  = { from = "tasks", to = "database", port = 5432, why = "PostgreSQL" }
    tasks_to_endpoints = { from = "tasks", to = "endpoints", port = 443, why = "Image, logs, secrets" }
  }
  ids = {
    balancer  = aws_security_group.balancer.id
    tasks     = aws_security_group.tasks.id
    database  = aws_security_group.database.id
    endpoints = aws_security_group.endpoints.id
  }
}

resource "aws_security_group" "balancer" {
  # checkov:skip=CKV2_AWS_5:the load balancer of another module bears it
  name        = "${var.name}-balancer"
  description = local.groups.balancer
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "tasks" {
  # checkov:skip=CKV2_AWS_5:the service of another module bears it
  name        = "${var.name}-tasks"
  description = local.groups.tasks
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "database" {
  # checkov:skip=CKV2_AWS_5:the database of another module bears it
  name        = "${var.name}-database"
  description = local.groups.database
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = local.groups.endpoints
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "inside" {
  for_each = local.allowed

  security_group_id            = local.ids[each.value.to]
  referenced_security_group_id = local.ids[each.value.from]
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.why
}

resource "aws_vpc_security_group_egress_rule" "inside" {
  for_each = local.allowed

  security_group_id            = local.ids[each.value.from]
  referenced_security_group_id = local.ids[each.value.to]
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.why
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_s3" {
  security_group_id = aws_security_group.tasks.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  description       = "Layers of images"
}

# Port 80 only sends people on to 443.
resource "aws_vpc_security_group_ingress_rule" "public" {
  # checkov:skip=CKV_AWS_260:answered by a redirect to HTTPS and nothing else
  for_each = var.behind_cdn ? {} : { http = 80, https = 443 }

  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  description       = "Phones and screens, by ${each.key}"
}

# CloudFront comes from inside of the network, through a VPC origin.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  count = var.behind_cdn ? 1 : 0

  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "cdn" {
  count = var.behind_cdn ? 1 : 0

  security_group_id = aws_security_group.balancer.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront[0].id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  description       = "CloudFront"
}
