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

output "task_family" {
  value       = aws_ecs_task_definition.this.family
  description = "Family of task definitions."
}
