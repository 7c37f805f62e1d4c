variable "name" {
  type        = string
  description = "What the names of all resources begin with; also the cluster's and the service's."
}

variable "region" {
  type        = string
  description = "Where it is."
}

variable "key_arn" {
  type        = string
  description = "Key that encrypts logs and alarms."
}

variable "log_days" {
  type        = number
  description = "For how long logs are kept."
}

variable "alarm_emails" {
  type        = list(string)
  description = "Who is told of alarms; each address has to confirm once."
}

variable "balancer_suffix" {
  type        = string
  description = "How metrics name the load balancer."
}

variable "target_group_suffixes" {
  type        = map(string)
  description = "How metrics name the target groups polls, held and answers."
}

variable "database_identifier" {
  type        = string
  description = "How metrics name the database."
}

variable "least_tasks" {
  type        = number
  description = "How many tasks there should be at least."
}
