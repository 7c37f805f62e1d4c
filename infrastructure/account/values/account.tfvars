region       = "eu-central-1"
state_bucket = "example-caja-terraform"
repository   = "example/caja"
