mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  domain  = "caja.example.org"
  zone_id = "Z1"
  region  = "eu-central-1"
}

run "the_certificate_is_for_the_name_and_proved_by_dns" {
  command = apply

  assert {
    condition     = aws_acm_certificate.this.domain_name == "caja.example.org" && aws_acm_certificate.this.validation_method == "DNS"
    error_message = "Only proofs in the DNS renew themselves."
  }
  assert {
    condition     = aws_route53_record.proof.name == "_proof.caja.example.org." && aws_route53_record.proof.type == "CNAME" && contains(aws_route53_record.proof.records, "_value.acm-validations.aws.")
    error_message = "The proof is the one that was asked for."
  }
}
