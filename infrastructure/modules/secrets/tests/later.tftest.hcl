mock_provider "aws" {
  source = "../../checks/mocks"
}

# Secrets are given once; what is applied later must not need them.
variables {
  name              = "caja-test"
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0"
  database_endpoint = "caja.example:5432"
  secrets_version   = 3
}

run "later_runs_need_no_secret" {
  command = apply

  assert {
    condition     = toset(keys(output.arns)) == toset(["database-url", "admin-token", "cluster-secret"])
    error_message = "Tasks find their three secrets."
  }
}
