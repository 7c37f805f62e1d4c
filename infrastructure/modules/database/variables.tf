variable "name" {
  type        = string
  description = "What the names of all resources begin with."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets, in two zones or more."
}

variable "security_group_id" {
  type        = string
  description = "Who may talk to it."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts it and its backups."
}

variable "engine_version" {
  type        = string
  default     = "17"
  description = "Version of PostgreSQL; a major one takes the newest minor one."
}

variable "instance_class" {
  type        = string
  description = "Size of the machine."
}

variable "storage_gib" {
  type        = number
  description = "Disk to begin with, in GiB; it grows by itself to five times as much."

  validation {
    condition     = var.storage_gib >= 20
    error_message = "At least 20 GiB."
  }
}

variable "multi_az" {
  type        = bool
  description = "Whether a synchronous standby in another zone takes over."
}

variable "backup_days" {
  type        = number
  description = "How far back it can be restored."

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "1 to 35 days; Caja's archive is of people, and a backup must end."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether it must be unprotected before it can be deleted."
}

variable "recoverable" {
  type        = bool
  description = "Whether it leaves a last snapshot, NAME-final, and its backups when it is destroyed."
}

variable "log_days" {
  type        = number
  description = "For how long its logs are kept."
}

variable "password" {
  type        = string
  default     = null
  ephemeral   = true
  description = "Password of the user caja; sent when password_version moves, stored nowhere."
}

variable "password_version" {
  type        = number
  description = "To be raised with a new password."
}
