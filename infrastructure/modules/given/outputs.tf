output "number" {
  value       = terraform_data.this.triggers_replace
  description = "The number whose value was given."
}
