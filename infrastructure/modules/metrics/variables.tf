variable "name" {
  type        = string
  description = "What it is called."
}

variable "region" {
  type        = string
  description = "Where it is."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts metrics."
}

variable "topic_arn" {
  type        = string
  description = "Where alerts are published."
}
