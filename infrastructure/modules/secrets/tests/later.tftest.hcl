mock_provider "aws" {
  source = "../../checks/mocks"
}

# Secrets are given once; what is applied later must not need them. Planned only: `terraform test`
# refuses to apply an ephemeral variable that was left out, which `terraform apply` does not.
variables {
  name              = "caja-test"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0"
  database_endpoint = "caja.example:5432"
  recoverable       = true
  versions          = { database_password = 3, admin_token = 2, cluster_secret = 1 }
}

run "later_runs_need_no_secret" {
  command = plan

  assert {
    condition     = toset(keys(aws_secretsmanager_secret.this)) == toset(["database-url", "admin-token", "cluster-secret"])
    error_message = "Tasks find their three secrets."
  }
}
