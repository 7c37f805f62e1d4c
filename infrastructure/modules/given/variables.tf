variable "name" {
  type        = string
  description = "Name of the secret's variable."
}

variable "value" {
  type        = string
  default     = null
  ephemeral   = true
  description = "The secret, if it is given."
}

variable "number" {
  type        = number
  description = "To be raised with a new value."
}
