mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name              = "caja-test"
  region            = "eu-central-1"
  image             = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja:first"
  repository_arn    = "arn:aws:ecr:eu-central-1:111122223333:repository/caja"
  cpu               = 512
  memory_mib        = 1024
  least_tasks       = 2
  most_tasks        = 4
  subnet_ids        = ["subnet-1", "subnet-2"]
  security_group_id = "sg-1"
  target_group_arns = { polls = "arn:1", held = "arn:2", answers = "arn:3" }
  app_port          = 8080
  node_port         = 8081
  balancer_cidrs    = ["10.0.0.0/24", "10.0.1.0/24"]
  domain            = "caja.example.org"
  draining_seconds  = 30
  log_group         = { name = "/caja-test/caja", arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/caja-test/caja" }
  secret_arns       = { database-url = "arn:url", admin-token = "arn:token", cluster-secret = "arn:secret" }
  key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/0"
  deployment_alarms = ["caja-test-server-errors"]
}

run "a_container_can_do_nothing_but_serve" {
  command = apply

  assert {
    condition     = local.container.readonlyRootFilesystem && !local.container.privileged && local.container.linuxParameters.capabilities.drop == ["ALL"] && length(local.container.linuxParameters.capabilities.add) == 0
    error_message = "It writes no file and has no capability."
  }
  assert {
    condition     = !startswith(local.container.user, "0") && !startswith(local.container.user, "root")
    error_message = "It is not root."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions) == [local.container]
    error_message = "It is the only container, as described."
  }
  assert {
    condition     = one(aws_ecs_service.this.network_configuration).assign_public_ip == false && aws_ecs_service.this.enable_execute_command == false
    error_message = "It has no public address, and nobody gets in."
  }
}

run "it_may_take_its_time_to_leave" {
  command = apply

  assert {
    condition     = local.container.stopTimeout >= var.draining_seconds && local.container.stopTimeout <= 120
    error_message = "It is not killed before it has handed its sessions over."
  }
  # From SIGTERM to the end: the store's wait, then requests in flight, then the store's word.
  assert {
    condition = var.draining_seconds >= (
      tonumber(regex("SHUTDOWN_S: u64 = (\\d+);", file("../../../src/startup.rs"))[0]) +
      tonumber(regex("END_LIMIT: Duration = Duration::from_secs\\((\\d+)\\);", file("../../../src/cluster/node.rs"))[0]) +
      tonumber(regex("WRITE_TIMEOUT: Duration = Duration::from_secs\\((\\d+)\\);", file("../../../src/app.rs"))[0])
    )
    error_message = "The server takes longer to leave than is allowed for."
  }
}

run "nodes_know_each_other_and_the_load_balancer" {
  command = apply

  assert {
    condition = { for it in local.container.environment : it.name => it.value if !startswith(it.name, "CAJA_LOG") && !strcontains(it.name, "DAYS") && !strcontains(it.name, "LIMIT") } == {
      CAJA_LISTEN          = "0.0.0.0:8080"
      CAJA_NODE_LISTEN     = "0.0.0.0:8081"
      CAJA_NODE_URL        = "auto"
      CAJA_METRICS_LISTEN  = "127.0.0.1:9090"
      CAJA_PUBLIC_URL      = "https://caja.example.org"
      CAJA_TRUSTED_PROXIES = "10.0.0.0/24,10.0.1.0/24"
      CAJA_LEASE_SECONDS   = "10"
      PGSSLMODE            = "require"
    }
    error_message = "Settings are those of several nodes behind a load balancer."
  }
  assert {
    condition     = { for it in local.container.secrets : it.name => it.valueFrom } == { DATABASE_URL = "arn:url", CAJA_ADMIN_TOKEN = "arn:token", CAJA_CLUSTER_SECRET = "arn:secret" }
    error_message = "What is secret comes from secrets."
  }
  assert {
    condition     = length(setintersection([for it in local.container.environment : it.name], ["DATABASE_URL", "PGPASSWORD", "CAJA_ADMIN_TOKEN", "CAJA_CLUSTER_SECRET"])) == 0
    error_message = "Nothing secret is readable in the task definition."
  }
}

run "with_its_authority_the_database_is_known" {
  command = apply

  variables {
    database_ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  }

  assert {
    condition     = { for it in local.container.environment : it.name => it.value }["PGSSLMODE"] == "verify-full" && startswith({ for it in local.container.environment : it.name => it.value }["PGSSLROOTCERT"], "-----BEGIN")
    error_message = "The database's certificate is checked."
  }
}

run "without_a_collector_a_task_is_nobody" {
  command = apply

  assert {
    condition     = length(output.task_role_arns) == 0 && length(aws_iam_role_policy.collector) == 0
    error_message = "Caja asks nothing of AWS."
  }
}

run "a_collector_may_write_metrics_and_nothing_else" {
  command = apply

  variables {
    collector = {
      image            = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/caja-collector:v1"
      repository_arn   = "arn:aws:ecr:eu-central-1:111122223333:repository/caja-collector"
      workspace_arn    = "arn:aws:aps:eu-central-1:111122223333:workspace/ws-1"
      remote_write_url = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write"
    }
  }

  assert {
    condition     = [for it in jsondecode(aws_iam_role_policy.collector["collector"].policy).Statement : [it.Action, it.Resource]] == [["aps:RemoteWrite", "arn:aws:aps:eu-central-1:111122223333:workspace/ws-1"]]
    error_message = "It writes to its own Prometheus."
  }
  assert {
    condition     = [for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : [it.name, it.essential, it.readonlyRootFilesystem, it.linuxParameters.capabilities.drop, length(it.secrets)]] == [["caja", true, true, ["ALL"], 3], ["collector", false, true, ["ALL"], 0]]
    error_message = "It knows no secret, can do nothing, and may fail."
  }
  assert {
    condition     = [for it in jsondecode(aws_ecs_task_definition.this.container_definitions) : it.cpu] == [480, 32] && local.collector_containers[0].memory < var.memory_mib / 2
    error_message = "The task is Caja's."
  }
  assert {
    condition = yamldecode(local.collector_containers[0].environment[0].value).receivers.prometheus.config.scrape_configs[0] == {
      job_name        = "caja"
      scrape_interval = "15s"
      static_configs  = [{ targets = [{ for it in local.container.environment : it.name => it.value }["CAJA_METRICS_LISTEN"]] }]
      relabel_configs = [{ target_label = "instance", replacement = "$${env:HOSTNAME}" }]
    }
    error_message = "It reads where Caja's metrics are, under the names that alerts and dashboard know."
  }
  assert {
    condition     = contains(one([for it in jsondecode(aws_iam_role_policy.execution.policy).Statement : it.Resource if it.Sid == "PullImage"]), var.collector.repository_arn)
    error_message = "Its image can be fetched."
  }
}

run "a_bad_release_goes_back_by_itself" {
  command = apply

  assert {
    condition     = one(aws_ecs_service.this.deployment_circuit_breaker).enable && one(aws_ecs_service.this.deployment_circuit_breaker).rollback
    error_message = "A release that doesn't come up goes back."
  }
  assert {
    condition     = one(aws_ecs_service.this.alarms).enable && one(aws_ecs_service.this.alarms).rollback && contains(one(aws_ecs_service.this.alarms).alarm_names, "caja-test-server-errors")
    error_message = "A release that answers with errors goes back."
  }
  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 100 && aws_ecs_service.this.deployment_maximum_percent == 200
    error_message = "New tasks are ready before old ones leave."
  }
  assert {
    condition     = toset([for it in aws_ecs_service.this.load_balancer : it.target_group_arn]) == toset(["arn:1", "arn:2", "arn:3"])
    error_message = "Tasks are in all target groups."
  }
}

run "it_grows_by_processor" {
  command = apply

  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 2 && aws_appautoscaling_target.this.max_capacity == 4
    error_message = "Between least and most."
  }
  assert {
    condition     = one(one(aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration).predefined_metric_specification).predefined_metric_type == "ECSServiceAverageCPUUtilization"
    error_message = "By what tasks use of their processors."
  }
}

run "ecs_reads_these_secrets_and_no_others" {
  command = apply

  assert {
    condition     = toset(one([for it in jsondecode(aws_iam_role_policy.execution.policy).Statement : it.Resource if it.Sid == "ReadSecrets"])) == toset(["arn:url", "arn:token", "arn:secret"])
    error_message = "The three secrets of this environment."
  }
  assert {
    condition     = [for it in jsondecode(aws_iam_role_policy.execution.policy).Statement : it.Action if it.Resource == "*"] == ["ecr:GetAuthorizationToken"]
    error_message = "Only signing in to the registry knows no resource."
  }
}

run "a_single_task_is_refused" {
  command = plan

  variables {
    least_tasks = 1
  }

  expect_failures = [var.least_tasks]
}
