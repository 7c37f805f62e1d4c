mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name              = "caja-test"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0"
  database_endpoint = "caja.example:5432"
  database_password = "a password/for:tests"
  admin_token       = "an-admin-token-for-tests-only-0000"
  cluster_secret    = "a-cluster-secret-for-tests-only-00"
  secrets_version   = 3
}

run "no_secret_is_in_the_state" {
  command = apply

  assert {
    condition = alltrue([for it in [
      aws_secretsmanager_secret_version.database_url,
      aws_secretsmanager_secret_version.admin_token,
      aws_secretsmanager_secret_version.cluster_secret,
    ] : it.secret_string_wo == null && it.secret_string_wo_version == 3])
    error_message = "Values are sent and forgotten, and sent again when their version moves."
  }
  assert {
    condition     = alltrue([for it in aws_secretsmanager_secret.this : it.kms_key_id == var.key_arn])
    error_message = "Secrets are encrypted by the environment's own key."
  }
}
