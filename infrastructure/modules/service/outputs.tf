output "cluster_arn" {
  value       = aws_ecs_cluster.this.arn
  description = "The cluster."
}

output "service_arn" {
  value       = aws_ecs_service.this.id
  description = "The service."
}

output "execution_role_arn" {
  value       = aws_iam_role.execution.arn
  description = "What ECS starts tasks as."
}
