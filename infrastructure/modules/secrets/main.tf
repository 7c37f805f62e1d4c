# What tasks must know and nobody else. Values are sent once, by write-only arguments: they are in no
# state, no plan and no variable's default.

locals {
  secrets = {
    database-url   = "Where Caja stores, with its password"
    admin-token    = "Token of the first administrator"
    cluster-secret = "What nodes show each other"
  }
}

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57:a new password needs new tasks, so it is a deploy, not a timer; README.md says how
  for_each = local.secrets

  name                    = "${var.name}/${each.key}"
  description             = each.value
  kms_key_id              = var.key_arn
  recovery_window_in_days = var.recoverable ? 7 : 0
}

resource "aws_secretsmanager_secret_version" "database_url" {
  secret_id = aws_secretsmanager_secret.this["database-url"].id
  # Which TLS it takes is said to the tasks: it is no secret.
  secret_string_wo         = var.database_password == null ? null : "postgres://caja:${urlencode(var.database_password)}@${var.database_endpoint}/caja"
  secret_string_wo_version = var.versions.database_password
}

resource "aws_secretsmanager_secret_version" "admin_token" {
  secret_id                = aws_secretsmanager_secret.this["admin-token"].id
  secret_string_wo         = var.admin_token
  secret_string_wo_version = var.versions.admin_token
}

resource "aws_secretsmanager_secret_version" "cluster_secret" {
  secret_id                = aws_secretsmanager_secret.this["cluster-secret"].id
  secret_string_wo         = var.cluster_secret
  secret_string_wo_version = var.versions.cluster_secret
}
