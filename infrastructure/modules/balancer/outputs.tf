output "arn" {
  value       = aws_lb.this.arn
  description = "The load balancer."
}

output "arn_suffix" {
  value       = aws_lb.this.arn_suffix
  description = "How metrics name the load balancer."
}

output "dns_name" {
  value       = aws_lb.this.dns_name
  description = "The load balancer's own name."
}

output "target_group_arns" {
  value       = { for key, group in aws_lb_target_group.this : key => group.arn }
  description = "Target groups: polls, held, answers."
  # ECS takes no group that no load balancer sends anything to.
  depends_on = [aws_lb_listener.https, aws_lb_listener_rule.answers, aws_lb_listener_rule.held]
}

output "target_group_suffixes" {
  value       = { for key, group in aws_lb_target_group.this : key => group.arn_suffix }
  description = "How metrics name the target groups."
}

output "listener_arn" {
  value       = aws_lb_listener.https.arn
  description = "The listener for HTTPS."
}

output "subnet_ids" {
  value       = aws_lb.this.subnets
  description = "Where it is."
}
