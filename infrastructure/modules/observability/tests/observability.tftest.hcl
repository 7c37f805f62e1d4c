mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name                  = "caja-test"
  region                = "eu-central-1"
  key_arn               = "arn:aws:kms:eu-central-1:111122223333:key/0"
  log_days              = 30
  alarm_emails          = ["operator@example.org"]
  balancer_suffix       = "app/caja/0"
  target_group_suffixes = { polls = "targetgroup/polls/0", held = "targetgroup/held/0", answers = "targetgroup/answers/0" }
  database_identifier   = "caja-test"
  least_tasks           = 3
}

run "alarms_are_on_the_goals" {
  command = apply

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["answers-slow"].threshold == 0.1 &&
      aws_cloudwatch_metric_alarm.this["answers-slow"].extended_statistic == "p99" &&
      aws_cloudwatch_metric_alarm.this["answers-slow"].dimensions["TargetGroup"] == "targetgroup/answers/0"
    )
    error_message = "Answers: p99 below 100 ms."
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["polls-slow"].threshold == 0.05 &&
      aws_cloudwatch_metric_alarm.this["polls-slow"].extended_statistic == "p99" &&
      aws_cloudwatch_metric_alarm.this["polls-slow"].dimensions["TargetGroup"] == "targetgroup/polls/0"
    )
    error_message = "Polls: p99 below 50 ms, without those that wait on purpose."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.too_few_tasks.threshold == 3 && aws_cloudwatch_metric_alarm.too_few_tasks.treat_missing_data == "breaching"
    error_message = "No task at all is an alarm too."
  }
}

run "somebody_is_told_of_each" {
  command = apply

  assert {
    condition = alltrue([for it in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.lines), [aws_cloudwatch_metric_alarm.too_few_tasks, aws_cloudwatch_metric_alarm.disk]) :
    contains(it.alarm_actions, aws_sns_topic.alarms.arn)])
    error_message = "Each alarm is published."
  }
  assert {
    condition     = [for it in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : [it.Principal.Service, it.Condition.StringEquals["aws:SourceAccount"]]] == [[["cloudwatch.amazonaws.com", "aps.amazonaws.com"], "111122223333"]]
    error_message = "This account's alarms and alerts are let through, and nobody else's."
  }
  assert {
    condition     = aws_sns_topic_subscription.alarms["operator@example.org"].topic_arn == aws_sns_topic.alarms.arn
    error_message = "Who was named is told."
  }
  assert {
    condition     = length(setsubtract([for it in output.deployment_alarms : it], [for it in aws_cloudwatch_metric_alarm.this : it.alarm_name])) == 0 && length(output.deployment_alarms) == 2
    error_message = "Alarms that undo a deployment exist."
  }
}

# The words are those that the server logs: a changed word would silence the alarm.
run "lines_of_the_log_are_the_servers" {
  command = apply

  assert {
    condition = alltrue([for file, words in {
      "src/store/health.rs"    = "\"the store is unavailable\""
      "src/cluster/node.rs"    = "\"the lease can't be renewed\""
      "actors/src/registry.rs" = "\"session can't be read\""
    } : strcontains(file("../../../${file}"), words) && strcontains(join(" ", [for it in aws_cloudwatch_log_metric_filter.this : it.pattern]), words)])
    error_message = "A line that an alarm waits for is not logged in these words."
  }
  assert {
    condition     = strcontains(file("../../../src/cluster/node.rs"), "\"the lease had ended") && aws_cloudwatch_log_metric_filter.this["leases_lost"].pattern == "{ $.message = \"the lease had ended*\" }"
    error_message = "A line that an alarm waits for is not logged in these words."
  }
  assert {
    condition     = strcontains(file("../../../actors/src/actor.rs"), "\"session stopped by a panic") && aws_cloudwatch_log_metric_filter.this["panics"].pattern == "{ $.message = \"session stopped by a panic*\" }"
    error_message = "A line that an alarm waits for is not logged in these words."
  }
  assert {
    condition     = toset([for it in aws_cloudwatch_metric_alarm.lines : it.metric_name]) == toset([for it in aws_cloudwatch_log_metric_filter.this : one(it.metric_transformation).name])
    error_message = "Each line that is counted has its alarm."
  }
}

run "one_line_is_enough" {
  command = apply

  assert {
    condition     = alltrue([for it in aws_cloudwatch_metric_alarm.lines : it.threshold == 0 && it.datapoints_to_alarm == 1 && it.period == 60 && it.comparison_operator == "GreaterThanThreshold"])
    error_message = "A node says most of them once."
  }
  assert {
    condition     = { for key, it in aws_cloudwatch_metric_alarm.lines : key => it.evaluation_periods if length(it.ok_actions) > 0 } == { store-away = 2, lease-unrenewed = 2 }
    error_message = "What is said each minute lasts until two minutes say nothing; nobody is told that something that happened is over."
  }
}

run "logs_are_encrypted_and_end" {
  command = apply

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30 && aws_cloudwatch_log_group.this.kms_key_id == var.key_arn && aws_sns_topic.alarms.kms_master_key_id == var.key_arn
    error_message = "Logs are kept for as long as was said, encrypted."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 9
    error_message = "The page has its nine graphs."
  }
}
