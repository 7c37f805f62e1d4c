# A role that a workflow of one repository takes, for as long as it runs, without any stored key.

resource "aws_iam_role" "this" {
  name        = var.name
  description = var.purpose
  # A deployment waits for tasks to come and go.
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.provider_arn }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          # Not StringLike: a pattern would let in other branches, or other repositories.
          "token.actions.githubusercontent.com:sub" = var.subject
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "workflow"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = var.statements
  })
}
