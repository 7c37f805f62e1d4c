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
  recoverable       = true
  versions          = { database_password = 3, admin_token = 2, cluster_secret = 1 }
}

run "no_secret_is_in_the_state" {
  command = apply

  assert {
    condition = [for it in [
      aws_secretsmanager_secret_version.database_url,
      aws_secretsmanager_secret_version.admin_token,
      aws_secretsmanager_secret_version.cluster_secret,
    ] : [it.secret_string_wo == null, it.secret_string_wo_version]] == [[true, 3], [true, 2], [true, 1]]
    error_message = "Values are sent and forgotten, and each is sent again when its own version moves."
  }
  assert {
    condition     = alltrue([for it in aws_secretsmanager_secret.this : it.kms_key_id == var.key_arn])
    error_message = "Secrets are encrypted by the environment's own key."
  }
  assert {
    condition     = alltrue([for it in aws_secretsmanager_secret.this : it.recovery_window_in_days == 7])
    error_message = "A secret that was destroyed by mistake can be had back."
  }
}

run "what_comes_and_goes_leaves_no_names_taken" {
  command = apply

  variables {
    recoverable = false
  }

  assert {
    condition     = alltrue([for it in aws_secretsmanager_secret.this : it.recovery_window_in_days == 0])
    error_message = "Names that are taken for a week would keep it from being made again."
  }
}
