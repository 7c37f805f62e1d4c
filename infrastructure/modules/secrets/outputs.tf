output "arns" {
  value       = { for key, secret in aws_secretsmanager_secret.this : key => secret.arn }
  description = "Secrets by name: database-url, admin-token, cluster-secret."
  # A secret without a version starts no task.
  depends_on = [
    aws_secretsmanager_secret_version.database_url,
    aws_secretsmanager_secret_version.admin_token,
    aws_secretsmanager_secret_version.cluster_secret,
  ]
}
