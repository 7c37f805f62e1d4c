variable "name" {
  type        = string
  description = "What the names of all resources begin with."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts them."
}

variable "database_endpoint" {
  type        = string
  description = "Host and port of the database."
}

variable "database_password" {
  type        = string
  default     = null
  ephemeral   = true
  description = "Password of the user caja."
}

variable "admin_token" {
  type        = string
  default     = null
  ephemeral   = true
  description = "Token of the first administrator, 16 to 256 visible ASCII characters."
}

variable "cluster_secret" {
  type        = string
  default     = null
  ephemeral   = true
  description = "What nodes show each other, 16 to 256 visible ASCII characters."
}

variable "versions" {
  type        = object({ database_password = number, admin_token = number, cluster_secret = number })
  description = "Each to be raised with a new value of that secret."
}

variable "recoverable" {
  type        = bool
  description = "Whether they can be had back for a week after they were destroyed; until then their names are taken."
}
