# Caja on Fargate: several tasks, each a node, none of them special.

locals {
  settings = {
    CAJA_LISTEN      = "0.0.0.0:${var.app_port}"
    CAJA_NODE_LISTEN = "0.0.0.0:${var.node_port}"
    # The task's own address, which nobody knows before it runs.
    CAJA_NODE_URL = "auto"
    # Metrics stay inside of the task.
    CAJA_METRICS_LISTEN  = "127.0.0.1:9090"
    CAJA_PUBLIC_URL      = "https://${var.domain}"
    CAJA_TRUSTED_PROXIES = join(",", var.balancer_cidrs)
    CAJA_LEASE_SECONDS   = tostring(var.lease_seconds)
    CAJA_RETENTION_DAYS  = tostring(var.retention_days)
    CAJA_ADDRESS_LIMIT   = tostring(var.address_limit)
    CAJA_LOG             = var.log
    CAJA_LOG_FORMAT      = "json"
    # Without the authority's certificate the wire is encrypted, but not known to end at the database.
    PGSSLMODE = var.database_ca == null ? "require" : "verify-full"
  }
  tls = var.database_ca == null ? {} : { PGSSLROOTCERT = var.database_ca }
  secrets = {
    DATABASE_URL        = var.secret_arns["database-url"]
    CAJA_ADMIN_TOKEN    = var.secret_arns["admin-token"]
    CAJA_CLUSTER_SECRET = var.secret_arns["cluster-secret"]
  }

  container = {
    name      = "caja"
    image     = var.image
    essential = true
    # Anybody but root: nothing is written, so nobody needs to own anything.
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters        = { capabilities = { drop = ["ALL"], add = [] } }
    portMappings = [
      { name = "app", containerPort = var.app_port, hostPort = var.app_port, protocol = "tcp" },
      { name = "nodes", containerPort = var.node_port, hostPort = var.node_port, protocol = "tcp" },
    ]
    environment = [for name, value in merge(local.settings, local.tls) : { name = name, value = value }]
    secrets     = [for name, arn in local.secrets : { name = name, valueFrom = arn }]
    # Longer than Caja takes to hand sessions over and finish requests; then it is killed.
    stopTimeout = var.draining_seconds + 10
    # Every phone is a connection.
    ulimits        = [{ name = "nofile", softLimit = 65535, hardLimit = 65535 }]
    mountPoints    = []
    volumesFrom    = []
    systemControls = []
    healthCheck = {
      command     = ["CMD", "/usr/local/bin/caja", "healthcheck"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = local.log
  }
  log = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = var.log_group.name
      awslogs-region        = var.region
      awslogs-stream-prefix = "caja"
      # A log that can't be written must not stop an event.
      mode            = "non-blocking"
      max-buffer-size = "8m"
    }
  }
  # A container without a share of its own would get next to none beside one that has.
  share      = var.collector == null ? {} : { cpu = var.cpu - local.collector_cpu }
  containers = concat([merge(local.container, local.share)], local.collector_containers)
}

# Beside Caja, if somebody wants its own metrics: it reads them inside of the task and writes them to
# Managed Prometheus. Whatever becomes of it, Caja goes on.
locals {
  collectors = var.collector == null ? {} : { collector = var.collector }

  collector_containers = [for it in local.collectors : {
    name                   = "collector"
    image                  = it.image
    essential              = false
    user                   = "10002:10002"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters        = { capabilities = { drop = ["ALL"], add = [] } }
    cpu                    = local.collector_cpu
    # Of the task's: what it leaks must not be Caja's.
    memory           = local.collector_memory_mib
    portMappings     = []
    secrets          = []
    mountPoints      = []
    volumesFrom      = []
    systemControls   = []
    environment      = [{ name = "AOT_CONFIG_CONTENT", value = yamlencode(local.collector_settings[it.image]) }]
    logConfiguration = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = "collector" }) })
  }]
  collector_cpu        = 32
  collector_memory_mib = 160

  collector_settings = { for it in local.collectors : it.image => {
    receivers = {
      prometheus = {
        config = {
          scrape_configs = [{
            # What alerts and dashboard call it.
            job_name        = "caja"
            scrape_interval = "15s"
            static_configs  = [{ targets = [local.settings.CAJA_METRICS_LISTEN] }]
            # All tasks have the same address inside: the machine's name tells them apart.
            relabel_configs = [{ target_label = "instance", replacement = "$${env:HOSTNAME}" }]
          }]
        }
      }
    }
    extensions = { sigv4auth = { region = var.region, service = "aps" } }
    exporters = {
      prometheusremotewrite = {
        endpoint            = it.remote_write_url
        auth                = { authenticator = "sigv4auth" }
        add_metric_suffixes = false
      }
    }
    service = {
      extensions = ["sigv4auth"]
      pipelines  = { metrics = { receivers = ["prometheus"], exporters = ["prometheusremotewrite"] } }
    }
  } }
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "this" {
  # checkov:skip=CKV_AWS_97:there is no volume
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.cpu)
  memory                   = tostring(var.memory_mib)
  execution_role_arn       = aws_iam_role.execution.arn
  # Caja asks nothing of AWS, so whoever got into it could ask nothing either; beside a collector they
  # could write metrics.
  task_role_arn         = one([for it in aws_iam_role.collector : it.arn])
  container_definitions = jsonencode(local.containers)
  # A revision that ran is what one goes back to.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = aws_ecs_cluster.this.arn
  task_definition  = aws_ecs_task_definition.this.arn
  desired_count    = var.least_tasks
  launch_type      = "FARGATE"
  platform_version = "LATEST"

  # New tasks are ready before old ones leave: sessions are handed over once, to nodes that stay.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  availability_zone_rebalancing      = "ENABLED"
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"

  # A release that doesn't come up goes back by itself, and so does one that answers with errors.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = var.deployment_alarms
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = var.target_group_arns

    content {
      target_group_arn = load_balancer.value
      container_name   = local.container.name
      container_port   = var.app_port
    }
  }

  # Tasks of a role that may read nothing don't start, and the circuit breaker counts them.
  depends_on = [aws_iam_role_policy.execution]

  lifecycle {
    # Scaling decides how many; the deploy workflow decides which release, from the newest revision
    # of the task definition.
    ignore_changes = [desired_count, task_definition]
  }
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this.name}"
  min_capacity       = var.least_tasks
  max_capacity       = var.most_tasks
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    # Half: a room that opens its phones doubles the load within seconds, and a task takes a minute.
    target_value = 50
    # Fast up. Slow down: tasks that leave hand sessions over, and events have pauses.
    scale_out_cooldown = 30
    scale_in_cooldown  = 900

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

locals {
  tasks_may_take_it = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

# What ECS itself does to start a task.
resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  assume_role_policy = local.tasks_may_take_it
}

resource "aws_iam_role_policy" "execution" {
  name = "start-tasks"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # This action knows no resources.
        Sid      = "SignInToRegistry"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = concat([var.repository_arn], [for it in local.collectors : it.repository_arn])
      },
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${var.log_group.arn}:*"
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(local.secrets)
      },
      {
        Sid       = "DecryptSecrets"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.key_arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

# What the collector does.
resource "aws_iam_role" "collector" {
  for_each = local.collectors

  name               = "${var.name}-collector"
  assume_role_policy = local.tasks_may_take_it
}

resource "aws_iam_role_policy" "collector" {
  for_each = local.collectors

  name = "write-metrics"
  role = aws_iam_role.collector[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "aps:RemoteWrite"
      Resource = each.value.workspace_arn
    }]
  })
}
