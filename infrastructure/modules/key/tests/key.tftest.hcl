mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name   = "caja-test"
  region = "eu-central-1"
}

run "the_key_is_renewed_and_the_accounts_own" {
  command = apply

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key is renewed each year."
  }
  assert {
    condition     = alltrue([for it in jsondecode(aws_kms_key.this.policy).Statement : !contains(values(it.Principal), "*")])
    error_message = "Nobody outside uses the key."
  }
  assert {
    condition     = alltrue([for it in jsondecode(aws_kms_key.this.policy).Statement : can(it.Condition) || it.Sid == "Account"])
    error_message = "Services use it for this account only."
  }
  assert {
    condition = one([for it in jsondecode(aws_kms_key.this.policy).Statement : it.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] if it.Sid == "Logs"]) == [
      "arn:aws:logs:eu-central-1:111122223333:log-group:/caja-test/*",
      "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/rds/instance/caja-test/*",
    ]
    error_message = "It encrypts the logs of this environment and of its database, and no others."
  }
}
