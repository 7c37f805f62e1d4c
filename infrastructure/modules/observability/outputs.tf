output "log_group" {
  value       = { name = aws_cloudwatch_log_group.this.name, arn = aws_cloudwatch_log_group.this.arn }
  description = "Where Caja's log goes."
}

output "topic_arn" {
  value       = aws_sns_topic.alarms.arn
  description = "Where alarms are published."
}

output "deployment_alarms" {
  value       = [for key in ["server-errors", "balancer-errors"] : aws_cloudwatch_metric_alarm.this[key].alarm_name]
  description = "Alarms that undo a deployment."
}
