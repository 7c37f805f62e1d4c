variable "name" {
  type        = string
  description = "Name of the repository."
}

variable "images_kept" {
  type        = number
  default     = 50
  description = "How many images are kept."
}
