mock_provider "aws" {
  source = "../checks/mocks"
}

# Secrets are given once; what is applied later must not need them.
variables {
  database_ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
}

run "later_runs_need_no_secret" {
  command = apply

  assert {
    condition     = output.url == "https://${var.domain}"
    error_message = "The rest is as before."
  }
}
