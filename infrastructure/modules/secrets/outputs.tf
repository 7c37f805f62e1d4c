output "arns" {
  value       = { for key, secret in aws_secretsmanager_secret.this : key => secret.arn }
  description = "Secrets by name: database-url, admin-token, cluster-secret."
}
