variable "name" {
  type        = string
  description = "What the names of all resources begin with; also the cluster's and the service's."
}

variable "region" {
  type        = string
  description = "Where it is."
}

variable "image" {
  type        = string
  description = "Image of the first deployment; later ones are the deploy workflow's."
}

variable "repository_arn" {
  type        = string
  description = "Where images come from."
}

variable "cpu" {
  type        = number
  description = "Units of processor of a task; 1024 are one."
}

variable "memory_mib" {
  type        = number
  description = "Memory of a task."
}

variable "least_tasks" {
  type        = number
  description = "How many tasks there are at least."

  validation {
    condition     = var.least_tasks >= 2
    error_message = "Two at least: one may fail."
  }
}

variable "most_tasks" {
  type        = number
  description = "How many tasks there are at most."

  validation {
    condition     = var.most_tasks >= var.least_tasks
    error_message = "Not fewer than least_tasks."
  }
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets."
}

variable "security_group_id" {
  type        = string
  description = "Who may talk to tasks."
}

variable "target_group_arns" {
  type        = map(string)
  description = "Where tasks are registered."
}

variable "app_port" {
  type        = number
  description = "Where tasks listen to the load balancer."
}

variable "node_port" {
  type        = number
  description = "Where tasks listen to each other."
}

variable "balancer_cidrs" {
  type        = list(string)
  description = "Networks whose word on a request's sender is believed."
}

variable "domain" {
  type        = string
  description = "Name under which people reach Caja."
}

variable "draining_seconds" {
  type        = number
  description = "How long Caja takes to leave, at most."

  validation {
    condition     = var.draining_seconds + 10 <= 120
    error_message = "Fargate waits no longer than 120 s."
  }
}

variable "lease_seconds" {
  type        = number
  default     = 10
  description = "After what silence a node's sessions are taken over."
}

variable "retention_days" {
  type        = number
  default     = 90
  description = "Days that sessions are kept after their end."
}

variable "address_limit" {
  type        = number
  default     = 5000
  description = "Joins of one address at once, and each minute."
}

variable "log" {
  type        = string
  default     = "info"
  description = "What is logged."
}

variable "log_group" {
  type        = object({ name = string, arn = string })
  description = "Where the log goes."
}

variable "secret_arns" {
  type        = map(string)
  description = "Secrets: database-url, admin-token, cluster-secret."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts the secrets."
}

variable "database_ca" {
  type        = string
  default     = null
  description = "Certificates, as PEM, of the authority that the database's certificate must be of."

  validation {
    condition     = var.database_ca == null ? true : startswith(trimspace(var.database_ca), "-----BEGIN CERTIFICATE-----")
    error_message = "Must be PEM."
  }
}

variable "deployment_alarms" {
  type        = list(string)
  description = "Alarms that undo a deployment."
}

variable "collector" {
  type = object({
    image            = string
    repository_arn   = string
    workspace_arn    = string
    remote_write_url = string
  })
  default     = null
  description = "AWS Distro for OpenTelemetry, where its image comes from, and the Managed Prometheus that it writes Caja's metrics to; null: they stay inside of the task."
}
