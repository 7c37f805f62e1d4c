output "url" {
  value       = "https://${var.domain}"
  description = "Where people reach Caja."
}

output "deploy_role_arn" {
  value       = module.deploy_role.role_arn
  description = "AWS_DEPLOY_ROLE of the GitHub environment."
}

output "service" {
  value       = local.name
  description = "ECS_SERVICE of the GitHub environment: cluster, service and family have one name."
}

output "pages" {
  value       = [for pages in module.pages : { bucket = pages.bucket.name, distribution = pages.distribution.id }]
  description = "PAGES_BUCKET and PAGES_DISTRIBUTION of the GitHub environment, if CloudFront stands in front."
}

output "metrics_url" {
  value       = one([for metrics in module.metrics : metrics.query_url])
  description = "Where Grafana reads Caja's own metrics, if they are collected."
}
