# Three zones: one may be lost in the middle of an event.
environment    = "prod"
region         = "eu-central-1"
zones          = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
cidr           = "10.30.0.0/20"
endpoint_zones = 3

domain     = "caja.example.org"
zone_id    = "Z0000000000000000000"
repository = "example/caja"
image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja:first"

task_cpu        = 2048
task_memory_mib = 4096
least_tasks     = 3
most_tasks      = 9

database_class       = "db.m7g.large"
database_storage_gib = 100
database_multi_az    = true
database_ca_file     = "values/eu-central-1-bundle.pem"
backup_days          = 14
deletion_protection  = true
log_days             = 30
