# What all environments share, once per account.

module "state" {
  source = "../modules/state"

  name = var.state_bucket
}

module "registry" {
  source = "../modules/registry"

  name = "caja"
}

# For those who want Caja's own metrics (modules/metrics): tasks reach no other registry.
module "collector_registry" {
  source = "../modules/registry"

  name = "caja-collector"
}

# GitHub may say who a workflow is; roles say which of them may do what.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

module "publish_role" {
  source = "../modules/github"

  name         = "caja-publish"
  purpose      = "Pushes images of Caja that were built from the main branch"
  provider_arn = aws_iam_openid_connect_provider.github.arn
  subject      = "repo:${var.repository}:ref:refs/heads/main"

  statements = [
    {
      # This action knows no resources.
      Sid      = "SignInToRegistry"
      Effect   = "Allow"
      Action   = "ecr:GetAuthorizationToken"
      Resource = "*"
    },
    {
      Sid    = "PushImage"
      Effect = "Allow"
      Action = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ]
      Resource = module.registry.arn
    },
  ]
}
