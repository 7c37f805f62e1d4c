output "cluster_arn" {
  value       = aws_ecs_cluster.this.arn
  description = "The cluster."
}

output "service_arn" {
  value       = aws_ecs_service.this.id
  description = "The service."
}

output "checks_database" {
  value       = local.settings.PGSSLMODE == "verify-full" && contains(keys(local.tls), "PGSSLROOTCERT")
  description = "Whether tasks make sure that it is the database that they talk to."
}

output "task_role_arns" {
  value       = [for it in aws_iam_role.collector : it.arn]
  description = "What containers of tasks are, if anything."
}

output "execution_role_arn" {
  value       = aws_iam_role.execution.arn
  description = "What ECS starts tasks as."
}
