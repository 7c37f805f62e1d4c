variable "name" {
  type        = string
  description = "What the names of all resources begin with; at most 20 characters."

  validation {
    condition     = length(var.name) <= 20
    error_message = "At most 20 characters: a target group's name has 32."
  }
}

variable "vpc_id" {
  type        = string
  description = "The network."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Where it is: public subnets, or private ones behind CloudFront."
}

variable "security_group_id" {
  type        = string
  description = "Who may talk to it."
}

variable "internal" {
  type        = bool
  description = "Whether only the network reaches it: where CloudFront is in front."
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
  description = "Certificate for the name."
}

variable "app_port" {
  type        = number
  description = "Where tasks listen."
}

variable "draining_seconds" {
  type        = number
  description = "How long Caja takes to leave, at most."
}

variable "idle_timeout_seconds" {
  type        = number
  default     = 75
  description = "After what silence a connection is closed: more than the 25 s of a held poll, less than the 80 s for which Caja keeps it."

  validation {
    condition     = var.idle_timeout_seconds > 25 && var.idle_timeout_seconds < 80
    error_message = "More than 25 s, the longest held poll, and less than 80 s, Caja's own patience."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether it must be unprotected before it can be deleted."
}

variable "access_log_days" {
  type        = number
  description = "For how long access logs are kept; 0: none are written."
}
