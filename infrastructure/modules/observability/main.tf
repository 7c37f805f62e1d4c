# What operators see: logs, alarms on the goals of docs/performance.md, one page with the rest.

data "aws_caller_identity" "current" {}

locals {
  balancer = { LoadBalancer = var.balancer_suffix }
  service  = { ClusterName = var.name, ServiceName = var.name }
  database = { DBInstanceIdentifier = var.database_identifier }
  counted  = "Caja/${var.name}"

  # Lines of Caja's log that somebody must know of, as metrics. While the store is away, or a lease can't
  # be renewed, a node says so each minute; the others are said when they happen.
  lines = {
    errors      = "{ $.level = \"ERROR\" }"
    store_away  = "{ $.message = \"the store is unavailable\" }"
    leases_lost = "{ $.message = \"the lease had ended*\" }"
    unrenewed   = "{ $.message = \"the lease can't be renewed\" }"
    unreadable  = "{ $.message = \"session can't be read\" }"
    panics      = "{ $.message = \"session stopped by a panic*\" }"
  }

  # Minutes are how many of as many must be bad.
  alarms = {
    answers-slow = {
      why        = "Answers take longer than the goal: p99 above 100 ms", namespace = "AWS/ApplicationELB"
      name       = "TargetResponseTime", of = "p99", above = 0.1, minutes = 3
      dimensions = merge(local.balancer, { TargetGroup = var.target_group_suffixes["answers"] })
    }
    polls-slow = {
      why        = "Polls take longer than the goal: p99 above 50 ms", namespace = "AWS/ApplicationELB"
      name       = "TargetResponseTime", of = "p99", above = 0.05, minutes = 3
      dimensions = merge(local.balancer, { TargetGroup = var.target_group_suffixes["polls"] })
    }
    server-errors = {
      why  = "Caja answers 5xx: it is overloaded, or its store is away", namespace = "AWS/ApplicationELB"
      name = "HTTPCode_Target_5XX_Count", of = "Sum", above = 20, minutes = 2, dimensions = local.balancer
    }
    balancer-errors = {
      why  = "The load balancer answers 5xx itself: no task does, or one broke off", namespace = "AWS/ApplicationELB"
      name = "HTTPCode_ELB_5XX_Count", of = "Sum", above = 20, minutes = 2, dimensions = local.balancer
    }
    tasks-unhealthy = {
      why        = "A task is not ready", namespace = "AWS/ApplicationELB"
      name       = "UnHealthyHostCount", of = "Maximum", above = 0, minutes = 5
      dimensions = merge(local.balancer, { TargetGroup = var.target_group_suffixes["polls"] })
    }
    tasks-busy = {
      why  = "Tasks use more than 80 % of their processors: more of them don't help, or there may be no more", namespace = "AWS/ECS"
      name = "CPUUtilization", of = "Average", above = 80, minutes = 5, dimensions = local.service
    }
    tasks-full = {
      why  = "Tasks use more than 80 % of their memory", namespace = "AWS/ECS"
      name = "MemoryUtilization", of = "Maximum", above = 80, minutes = 5, dimensions = local.service
    }
    database-busy = {
      why  = "The database uses more than 80 % of its processors", namespace = "AWS/RDS"
      name = "CPUUtilization", of = "Average", above = 80, minutes = 5, dimensions = local.database
    }
    database-slow = {
      why  = "A write of the database's disk takes more than 20 ms", namespace = "AWS/RDS"
      name = "WriteLatency", of = "Average", above = 0.02, minutes = 5, dimensions = local.database
    }
  }

  # One line is enough. What goes on is said about each minute, so in any two minutes, and the end of the
  # alarm is its end. With `once` it is about something that happened: there is no end to be told.
  lines_alarms = {
    errors          = { why = "Caja logs errors", name = "errors", once = true }
    store-away      = { why = "A node can't reach the database; polls go on, answers wait", name = "store_away", once = false }
    lease-unrenewed = { why = "A node can't renew its lease", name = "unrenewed", once = false }
    lease-lost      = { why = "A node was silent for longer than its lease: others took its sessions over", name = "leases_lost", once = true }
    unreadable      = { why = "A session can't be read: what is stored of it is damaged, or of a newer release", name = "unreadable", once = true }
    panicked        = { why = "A session was stopped by a defect of Caja, and read again from the database", name = "panics", once = true }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:logs say who did what when; log_days is as long as somebody looks
  name              = "/${var.name}/caja"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.lines

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = each.value

  metric_transformation {
    namespace = local.counted
    name      = each.key
    value     = "1"
  }
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsAndAlerts"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "aps.amazonaws.com"] }
      Action    = ["sns:Publish", "sns:GetTopicAttributes"]
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = toset(var.alarm_emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.why
  namespace           = each.value.namespace
  metric_name         = each.value.name
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.of, "p") ? null : each.value.of
  extended_statistic  = startswith(each.value.of, "p") ? each.value.of : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  # Nobody is there, so nobody waits.
  treat_missing_data = "notBreaching"
  # One slow answer of ten is no 99th percentile.
  evaluate_low_sample_count_percentiles = startswith(each.value.of, "p") ? "ignore" : null

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "lines" {
  for_each = local.lines_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.why
  namespace           = local.counted
  metric_name         = each.value.name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = each.value.once ? 1 : 2
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = each.value.once ? [] : [aws_sns_topic.alarms.arn]
}

# No healthy task at all is no figure, but the absence of one.
resource "aws_cloudwatch_metric_alarm" "too_few_tasks" {
  alarm_name          = "${var.name}-too-few-tasks"
  alarm_description   = "Fewer tasks are ready than there should be at least"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  dimensions          = merge(local.balancer, { TargetGroup = var.target_group_suffixes["polls"] })
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.least_tasks
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "disk" {
  alarm_name          = "${var.name}-database-disk"
  alarm_description   = "Less than 5 GiB of the database's disk are free, although it grows by itself"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = local.database
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 5 * 1024 * 1024 * 1024
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
