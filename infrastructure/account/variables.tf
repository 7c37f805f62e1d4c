variable "region" {
  type        = string
  description = "Where the registry and Terraform's state are."
}

variable "state_bucket" {
  type        = string
  description = "Name of the bucket for Terraform's state, unique in the world."
}

variable "repository" {
  type        = string
  description = "GitHub repository whose workflows build and deploy, OWNER/NAME."
}
