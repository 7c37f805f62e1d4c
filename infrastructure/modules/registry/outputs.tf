output "url" {
  value       = aws_ecr_repository.this.repository_url
  description = "Where images are pushed to."
}

output "arn" {
  value       = aws_ecr_repository.this.arn
  description = "The repository."
}
