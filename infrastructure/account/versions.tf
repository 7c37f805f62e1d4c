terraform {
  # 1.11: write-only arguments, which keep secrets out of the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.66"
    }
  }

  # Bucket and region are given to `terraform init`. The lock is a file beside the state.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "caja"
      Environment = "all"
      ManagedBy   = "terraform"
    }
  }
}
