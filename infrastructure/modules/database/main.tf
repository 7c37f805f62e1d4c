# PostgreSQL. What it has committed it must keep: the standby is synchronous, and backups reach back
# to any second of the retention.

locals {
  logs = toset(["postgresql", "upgrade"])
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${split(".", var.engine_version)[0]}"

  # No plain text on the wire.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # Caja asks for it too; an operator's session must not do otherwise by mistake.
  parameter {
    name  = "synchronous_commit"
    value = "on"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  # Statements are logged when they are slow, and answers of people are in their parameters.
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  parameter {
    name  = "log_parameter_max_length_on_error"
    value = "0"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Made before the database makes them itself, without a key and for ever.
resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:slow statements and errors are looked at within days
  for_each = local.logs

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_157:a development environment has no standby; the tests hold that production has
  # checkov:skip=CKV_AWS_293:a development environment may be deleted; the tests hold that production can't
  # checkov:skip=CKV_AWS_161:Caja signs in by password, which AWS's own tokens are not: they end after 15 minutes
  # checkov:skip=CKV2_AWS_30:statements hold answers of people, so only slow ones are logged, without parameters
  # checkov:skip=CKV2_AWS_60:tags are copied to snapshots; the rule looks elsewhere
  identifier         = var.name
  engine             = "postgres"
  engine_version     = var.engine_version
  instance_class     = var.instance_class
  multi_az           = var.multi_az
  ca_cert_identifier = "rds-ca-rsa2048-g1"

  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib * 5
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.key_arn

  db_name             = "caja"
  username            = "caja"
  password_wo         = var.password
  password_wo_version = var.password_version

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  port                   = 5432

  parameter_group_name        = aws_db_parameter_group.this.name
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false
  apply_immediately           = false
  # While Europe and America sleep. A fail-over interrupts answers for a minute or two.
  maintenance_window = "sun:02:00-sun:03:00"

  backup_retention_period   = var.backup_days
  backup_window             = "00:30-01:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.recoverable
  skip_final_snapshot       = !var.recoverable
  final_snapshot_identifier = "${var.name}-final"
  deletion_protection       = var.deletion_protection

  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key_arn
  # Seven days are free of charge.
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports       = local.logs

  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_iam_role" "monitoring" {
  name = "${var.name}-database-monitoring"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
