variable "name" {
  type        = string
  description = "What the names of all resources begin with."
}

variable "domain" {
  type        = string
  description = "Name under which people reach Caja."
}

variable "zone_id" {
  type        = string
  description = "Route 53 zone that the name is in."
}

variable "certificate_arn" {
  type        = string
  description = "Certificate for the name, in us-east-1."
}

variable "balancer_arn" {
  type        = string
  description = "The internal load balancer."
}

variable "balancer_dns_name" {
  type        = string
  description = "Its own name."
}
