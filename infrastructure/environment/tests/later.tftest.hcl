mock_provider "aws" {
  source = "../checks/mocks"
}

# Secrets are given once; what is applied later must not need them. Planned only: `terraform test`
# refuses to apply an ephemeral variable that was left out, which `terraform apply` does not.
variables {
  database_ca_file = "tests/authority.pem"
}

run "later_runs_need_no_secret" {
  command = plan

  assert {
    condition     = output.url == "https://${var.domain}"
    error_message = "The rest is as before."
  }
}
