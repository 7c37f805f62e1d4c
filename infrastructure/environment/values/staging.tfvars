# Like production but smaller: fail-overs and deployments are rehearsed here, under load.
environment    = "staging"
region         = "eu-central-1"
zones          = ["eu-central-1a", "eu-central-1b"]
cidr           = "10.20.0.0/20"
endpoint_zones = 2

domain     = "staging.caja.example.org"
zone_id    = "Z0000000000000000000"
repository = "example/caja"
image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja:first"

task_cpu        = 512
task_memory_mib = 1024
least_tasks     = 2
most_tasks      = 4
# The load test comes from one address.
address_limit = 100000

database_class       = "db.t4g.medium"
database_storage_gib = 20
database_multi_az    = true
database_ca_file     = "values/eu-central-1-bundle.pem"
backup_days          = 3
deletion_protection  = false
log_days             = 14
