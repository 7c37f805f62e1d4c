variable "name" {
  type        = string
  description = "Name of the role."
}

variable "purpose" {
  type        = string
  description = "What it is for."
}

variable "provider_arn" {
  type        = string
  description = "GitHub as an identity provider of the account."
}

variable "subject" {
  type        = string
  description = "The only workflow that may take it: repo:OWNER/NAME:environment:ENVIRONMENT, or …:ref:refs/heads/BRANCH."

  validation {
    condition     = can(regex("^repo:[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+:(environment:[A-Za-z0-9_-]+|ref:refs/heads/[A-Za-z0-9_./-]+)$", var.subject))
    error_message = "One repository and one environment or branch, without patterns; pull requests get no role."
  }
}

variable "statements" {
  type        = any
  description = "What it may do: statements of an IAM policy."
}
