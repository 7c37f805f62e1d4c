output "role_arn" {
  value       = aws_iam_role.this.arn
  description = "What the workflow names."
}

output "subject" {
  value       = var.subject
  description = "The only workflow that may take it."
}

output "unbounded" {
  value       = [for it in var.statements : it.Action if it.Resource == "*"]
  description = "What it may do to anything."
}
