variable "name" {
  type        = string
  description = "What the names of all resources begin with."
}

variable "region" {
  type        = string
  description = "Where it is."
}

variable "zones" {
  type        = list(string)
  description = "Availability zones, two to four: a load balancer and a standby database need two."

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4
    error_message = "Two to four zones."
  }
}

variable "cidr" {
  type        = string
  description = "Addresses of the network; a /16 to a /22."
}

variable "endpoint_zones" {
  type        = number
  description = "In how many zones the endpoints of AWS services are."

  validation {
    condition     = var.endpoint_zones >= 1 && var.endpoint_zones <= length(var.zones)
    error_message = "From one to the number of zones."
  }
}

variable "app_port" {
  type        = number
  description = "Where tasks listen to the load balancer."
}

variable "node_port" {
  type        = number
  description = "Where tasks listen to each other."
}

variable "behind_cdn" {
  type        = bool
  description = "Whether only CloudFront reaches the load balancer."
}

variable "with_metrics" {
  type        = bool
  description = "Whether tasks reach Managed Prometheus."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts logs."
}
