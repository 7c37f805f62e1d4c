# What the deploy workflow may do in this environment, and nothing more. AWS can't tell which part of a
# task definition changes: who has this role decides what tasks run and what they are told of secrets, as
# whoever may merge to main does anyway. Network, database, rights and scaling are out of its reach.

locals {
  deploy = [
    {
      Sid      = "ChangeService"
      Effect   = "Allow"
      Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
      Resource = module.service.service_arn
    },
    {
      # These actions know no resources. A revision that nobody may start does nothing.
      Sid      = "ReadAndRegisterRevisions"
      Effect   = "Allow"
      Action   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
      Resource = "*"
    },
    {
      Sid       = "StartTasksAs"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = concat([module.service.execution_role_arn], module.service.task_role_arns)
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    {
      Sid      = "FindImage"
      Effect   = "Allow"
      Action   = "ecr:DescribeImages"
      Resource = "${local.repositories}/caja"
    },
  ]

  deploy_pages = [for pages in module.pages : [
    {
      Sid      = "PutPages"
      Effect   = "Allow"
      Action   = "s3:PutObject"
      Resource = "${pages.bucket.arn}/*"
    },
    {
      Sid      = "ForgetPages"
      Effect   = "Allow"
      Action   = "cloudfront:CreateInvalidation"
      Resource = pages.distribution.arn
    },
  ]]
}

module "deploy_role" {
  source = "../modules/github"

  name         = "${local.name}-deploy"
  purpose      = "Deploys Caja to ${var.environment}"
  provider_arn = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com"
  subject      = "repo:${var.repository}:environment:${var.environment}"
  statements   = concat(local.deploy, flatten(local.deploy_pages))
}
