# A certificate for the name under which people reach Caja. It renews itself as long as the records
# that prove who owns the name are there.

resource "aws_acm_certificate" "this" {
  region            = var.region
  domain_name       = var.domain
  validation_method = "DNS"

  lifecycle {
    # A listener can't be without one.
    create_before_destroy = true
  }
}

locals {
  # One name, one proof.
  proof = tolist(aws_acm_certificate.this.domain_validation_options)[0]
}

resource "aws_route53_record" "proof" {
  zone_id         = var.zone_id
  name            = local.proof.resource_record_name
  type            = local.proof.resource_record_type
  records         = [local.proof.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  region                  = var.region
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]
}
