output "identifier" {
  value       = aws_db_instance.this.identifier
  description = "How metrics name the database."
}

output "endpoint" {
  value       = aws_db_instance.this.endpoint
  description = "Host and port."
}
