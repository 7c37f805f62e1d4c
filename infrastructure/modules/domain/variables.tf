variable "domain" {
  type        = string
  description = "Name under which people reach Caja, such as caja.example.org."
}

variable "zone_id" {
  type        = string
  description = "Route 53 zone that the name is in."
}

variable "region" {
  type        = string
  description = "Where the certificate is used; us-east-1 for CloudFront."
}
