# Caja's own metrics, and the alerts of infrastructure/prometheus, by Managed Prometheus.

resource "aws_prometheus_workspace" "this" {
  alias       = var.name
  kms_key_arn = var.key_arn
}

resource "aws_prometheus_rule_group_namespace" "this" {
  name         = "caja"
  workspace_id = aws_prometheus_workspace.this.id
  data         = file("${path.module}/../../prometheus/alerts.yml")
}

# Who is told of alarms is told of alerts.
resource "aws_prometheus_alert_manager_definition" "this" {
  workspace_id = aws_prometheus_workspace.this.id
  definition = yamlencode({
    alertmanager_config = yamlencode({
      route = { receiver = "operators", group_by = ["alertname"], repeat_interval = "4h" }
      receivers = [{
        name = "operators"
        sns_configs = [{
          topic_arn     = var.topic_arn
          sigv4         = { region = var.region }
          send_resolved = true
        }]
      }]
    })
  })
}
