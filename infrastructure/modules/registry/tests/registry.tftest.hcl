mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name = "caja"
}

run "an_image_stays_what_was_tested" {
  command = apply

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag names one image for ever."
  }
  assert {
    condition     = one(aws_ecr_repository.this.image_scanning_configuration).scan_on_push && one(aws_ecr_repository.this.encryption_configuration).encryption_type == "KMS"
    error_message = "Images are scanned, and encrypted."
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[0].selection.countNumber >= 10
    error_message = "There are some to go back to."
  }
}
