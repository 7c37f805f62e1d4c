output "workspace_arn" {
  value       = aws_prometheus_workspace.this.arn
  description = "The Prometheus."
}

output "remote_write_url" {
  value       = "${trimsuffix(aws_prometheus_workspace.this.prometheus_endpoint, "/")}/api/v1/remote_write"
  description = "Where metrics are written."
}

output "query_url" {
  value       = aws_prometheus_workspace.this.prometheus_endpoint
  description = "Where Grafana reads them; infrastructure/grafana has the dashboard."
}
