output "vpc_id" {
  value       = aws_vpc.this.id
  description = "The network."
}

output "public_subnet_ids" {
  value       = [for subnet in aws_subnet.public : subnet.id]
  description = "Where a public load balancer is."
}

output "private_subnet_ids" {
  value       = [for subnet in aws_subnet.private : subnet.id]
  description = "Where all else is."
}

output "balancer_cidrs" {
  value       = values(var.behind_cdn ? local.private_cidrs : local.public_cidrs)
  description = "Networks from which the load balancer's requests come."
}

output "security_group_ids" {
  value       = local.ids
  description = "Security groups: balancer, tasks, database, endpoints."
}
