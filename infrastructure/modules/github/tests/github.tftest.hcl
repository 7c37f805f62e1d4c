mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name         = "caja-test-deploy"
  purpose      = "Deploys Caja"
  provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  subject      = "repo:example/caja:environment:prod"
  statements   = [{ Effect = "Allow", Action = "ecs:DescribeServices", Resource = "arn:1" }]
}

run "one_workflow_takes_the_role" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.provider_arn }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:example/caja:environment:prod"
        }
      }
    }]
    error_message = "Who takes it is compared word for word: audience and subject."
  }
}

run "a_pattern_is_refused" {
  command = plan

  variables {
    subject = "repo:example/caja:*"
  }

  expect_failures = [var.subject]
}

run "a_pattern_of_repositories_is_refused" {
  command = plan

  variables {
    subject = "repo:example/*:environment:prod"
  }

  expect_failures = [var.subject]
}

run "a_pull_request_is_refused" {
  command = plan

  variables {
    subject = "repo:example/caja:pull_request"
  }

  expect_failures = [var.subject]
}
