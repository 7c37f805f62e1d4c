mock_provider "aws" {
  source = "../checks/mocks"
}

# With the values of each environment in values/. The authority's certificates are put there by whoever
# sets an environment up.
variables {
  database_ca_file  = "tests/authority.pem"
  database_password = "a-password-for-tests-only"
  admin_token       = "an-admin-token-for-tests-only-0000"
  cluster_secret    = "a-cluster-secret-for-tests-only-00"
}

run "every_environment_survives_the_loss_of_a_task" {
  command = apply

  assert {
    condition     = var.least_tasks >= 2 && var.most_tasks > var.least_tasks && length(var.zones) >= 2
    error_message = "Two tasks in two zones at least, and room to grow."
  }
}

run "production_survives_the_loss_of_a_zone" {
  command = apply

  assert {
    condition     = var.environment != "prod" || (var.database_multi_az && length(var.zones) >= 3 && var.endpoint_zones == length(var.zones) && var.least_tasks >= 3)
    error_message = "Production has a standby database, and tasks and endpoints in three zones."
  }
  assert {
    condition     = var.environment != "prod" || (var.deletion_protection && var.backup_days >= 7 && var.log_days >= 30)
    error_message = "Production can't be deleted by mistake, and reaches back for a week at least."
  }
}

run "only_what_comes_and_goes_leaves_nothing" {
  command = apply

  assert {
    condition     = var.recoverable == (var.environment != "dev")
    error_message = "Staging and production can be had back after they were destroyed; dev can be destroyed every evening."
  }
}

run "staging_fails_over_as_production_does" {
  command = apply

  assert {
    condition     = var.environment != "staging" || var.database_multi_az
    error_message = "Fail-overs are rehearsed in staging."
  }
}

run "a_workflow_deploys_where_it_was_let" {
  command = apply

  assert {
    condition     = module.deploy_role.subject == "repo:${var.repository}:environment:${var.environment}"
    error_message = "The role of an environment is for workflows of that environment."
  }
  assert {
    condition     = flatten(module.deploy_role.unbounded) == ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
    error_message = "Only task definitions are not told apart, and starting them is."
  }
}

run "the_load_balancer_is_the_only_way_in" {
  command = apply

  assert {
    condition     = toset(module.balancer.subnet_ids) == toset(module.network.public_subnet_ids)
    error_message = "It is in the public subnets."
  }
  assert {
    condition     = length(module.pages) == 0 && length(module.cdn_certificate) == 0 && length(module.metrics) == 0
    error_message = "CloudFront and Prometheus are options."
  }
}

run "behind_cloudfront_it_is_not_public" {
  command = apply

  variables {
    pages_by_cdn = true
  }

  assert {
    condition     = toset(module.balancer.subnet_ids) == toset(module.network.private_subnet_ids)
    error_message = "The load balancer is in the private subnets."
  }
  assert {
    condition     = length(output.pages) == 1
    error_message = "Pages have their bucket."
  }
}

run "metrics_are_an_option" {
  command = apply

  variables {
    collector_image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja-collector:v1"
  }

  assert {
    condition     = length(module.metrics) == 1 && output.metrics_url != null
    error_message = "Metrics have their Prometheus."
  }
  assert {
    condition     = length(one([for it in local.deploy : it.Resource if it.Sid == "StartTasksAs"])) == 2
    error_message = "A deployment starts tasks that have a collector."
  }
}

run "tasks_check_whom_they_talk_to" {
  command = apply

  assert {
    condition     = module.service.checks_database
    error_message = "The authority's certificates reach the tasks."
  }
}

run "production_names_the_databases_authority" {
  command = plan

  variables {
    environment      = "prod"
    database_ca_file = null
  }

  expect_failures = [var.database_ca_file]
}

run "a_short_admin_token_is_refused" {
  command = plan

  variables {
    admin_token = "short"
  }

  expect_failures = [var.admin_token]
}
