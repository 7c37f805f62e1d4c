# To try things: the least that is still several nodes.
environment    = "dev"
region         = "eu-central-1"
zones          = ["eu-central-1a", "eu-central-1b"]
cidr           = "10.10.0.0/20"
endpoint_zones = 1

domain     = "dev.caja.example.org"
zone_id    = "Z0000000000000000000"
repository = "example/caja"
image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja:first"

task_cpu        = 256
task_memory_mib = 512
least_tasks     = 2
most_tasks      = 3

database_class       = "db.t4g.micro"
database_storage_gib = 20
database_multi_az    = false
database_ca_file     = "values/eu-central-1-bundle.pem"
backup_days          = 1
deletion_protection  = false
# Destroyed in the evening, it leaves nothing that would be in the way in the morning.
recoverable = false
log_days    = 7
