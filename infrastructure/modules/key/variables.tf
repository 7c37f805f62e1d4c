variable "name" {
  type        = string
  description = "What the names of all resources begin with."
}

variable "region" {
  type        = string
  description = "Where it is."
}
