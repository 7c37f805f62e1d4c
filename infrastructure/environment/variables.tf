variable "environment" {
  type        = string
  description = "dev, staging or prod."

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "dev, staging or prod."
  }
}

variable "region" {
  type        = string
  description = "Where it is."
}

variable "zones" {
  type        = list(string)
  description = "Availability zones."
}

variable "cidr" {
  type        = string
  description = "Addresses of the network."
}

variable "endpoint_zones" {
  type        = number
  description = "In how many zones the endpoints of AWS services are."
}

variable "domain" {
  type        = string
  description = "Name under which people reach Caja."
}

variable "zone_id" {
  type        = string
  description = "Route 53 zone that the name is in."
}

variable "repository" {
  type        = string
  description = "GitHub repository whose workflow deploys, OWNER/NAME."
}

variable "image" {
  type        = string
  description = "Image of the first deployment."
}

variable "pages_by_cdn" {
  type        = bool
  default     = false
  description = "Whether CloudFront stands in front, with the pages in S3; the load balancer is internal then."
}

variable "task_cpu" {
  type        = number
  description = "Units of processor of a task; 1024 are one."
}

variable "task_memory_mib" {
  type        = number
  description = "Memory of a task."
}

variable "least_tasks" {
  type        = number
  description = "How many tasks there are at least."
}

variable "most_tasks" {
  type        = number
  description = "How many tasks there are at most."
}

variable "address_limit" {
  type        = number
  default     = 5000
  description = "Joins of one address at once, and each minute."
}

variable "retention_days" {
  type        = number
  default     = 90
  description = "Days that sessions are kept after their end."
}

variable "database_class" {
  type        = string
  description = "Size of the database's machine."
}

variable "database_storage_gib" {
  type        = number
  description = "The database's disk to begin with."
}

variable "database_multi_az" {
  type        = bool
  description = "Whether the database has a synchronous standby in another zone."
}

variable "backup_days" {
  type        = number
  description = "How far back the database can be restored."
}

variable "database_ca_file" {
  type        = string
  default     = null
  description = "File, from this folder, with certificates of the region's database authority: with them tasks know that they talk to the database."

  validation {
    condition     = var.environment != "prod" || var.database_ca_file != null
    error_message = "Production needs them: README.md says where they are."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether load balancer and database must be unprotected before they can be deleted."
}

variable "collector_image" {
  type        = string
  default     = null
  description = "Image of the AWS Distro for OpenTelemetry: with it Caja's own metrics and alerts are in Managed Prometheus (modules/metrics)."
}

variable "log_days" {
  type        = number
  description = "For how long logs are kept."
}

variable "access_log_days" {
  type        = number
  default     = 0
  description = "For how long the load balancer's access logs are kept; 0: none are written."
}

variable "alarm_emails" {
  type        = list(string)
  default     = []
  description = "Who is told of alarms."
}

variable "recoverable" {
  type        = bool
  default     = true
  description = "Whether a destroyed environment leaves a snapshot and backups of its database, and for a week its secrets."
}

variable "secret_versions" {
  type = object({
    database_password = optional(number, 1)
    admin_token       = optional(number, 1)
    cluster_secret    = optional(number, 1)
  })
  default     = {}
  description = "Each to be raised with a new value of that secret, below."
}

variable "database_password" {
  type        = string
  default     = null
  ephemeral   = true
  description = "Password of the database; needed when its number in secret_versions is new, stored nowhere."
}

variable "admin_token" {
  type        = string
  default     = null
  ephemeral   = true
  description = "Token of the first administrator; needed when its number in secret_versions is new, stored nowhere."

  validation {
    condition     = var.admin_token == null ? true : length(var.admin_token) >= 32
    error_message = "At least 32 characters."
  }
}

variable "cluster_secret" {
  type        = string
  default     = null
  ephemeral   = true
  description = "What nodes show each other; needed when its number in secret_versions is new, stored nowhere."

  validation {
    condition     = var.cluster_secret == null ? true : length(var.cluster_secret) >= 32
    error_message = "At least 32 characters."
  }
}
