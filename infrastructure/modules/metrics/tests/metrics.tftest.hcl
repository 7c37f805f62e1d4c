mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name      = "caja-test"
  region    = "eu-central-1"
  key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/0"
  topic_arn = "arn:aws:sns:eu-central-1:111122223333:caja-alarms"
}

run "alerts_are_those_of_the_repository_and_reach_operators" {
  command = apply

  assert {
    condition     = yamldecode(aws_prometheus_rule_group_namespace.this.data) == yamldecode(file("../../prometheus/alerts.yml")) && aws_prometheus_rule_group_namespace.this.workspace_id == aws_prometheus_workspace.this.id
    error_message = "They are what `make observability` has tried."
  }
  assert {
    condition     = yamldecode(yamldecode(aws_prometheus_alert_manager_definition.this.definition).alertmanager_config).receivers[0].sns_configs[0].topic_arn == var.topic_arn
    error_message = "Who is told of alarms is told of alerts."
  }
}

run "metrics_are_encrypted" {
  command = apply

  assert {
    condition     = aws_prometheus_workspace.this.kms_key_arn == var.key_arn
    error_message = "By the environment's own key."
  }
  assert {
    condition     = endswith(output.remote_write_url, "/workspaces/ws-1/api/v1/remote_write")
    error_message = "One slash between the Prometheus and what it is asked."
  }
}
