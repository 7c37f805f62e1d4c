output "registry_url" {
  value       = module.registry.url
  description = "ECR_REPOSITORY of the GitHub repository."
}

output "publish_role_arn" {
  value       = module.publish_role.role_arn
  description = "AWS_PUBLISH_ROLE of the GitHub repository."
}

output "state_bucket" {
  value       = module.state.bucket
  description = "Bucket for Terraform's state."
}

output "publish_subject" {
  value       = module.publish_role.subject
  description = "The only workflow that may push images."
}
