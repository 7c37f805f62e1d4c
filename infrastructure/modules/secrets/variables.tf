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

variable "secrets_version" {
  type        = number
  description = "To be raised with new secrets."
}
