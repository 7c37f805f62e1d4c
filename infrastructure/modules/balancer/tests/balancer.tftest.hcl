mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name                = "caja-test"
  vpc_id              = "vpc-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  internal            = false
  domain              = "caja.example.org"
  zone_id             = "Z1"
  certificate_arn     = "arn:aws:acm:eu-central-1:111122223333:certificate/1"
  app_port            = 8080
  draining_seconds    = 30
  deletion_protection = true
  access_log_days     = 0
}

run "plain_http_is_only_a_redirect" {
  command = apply

  assert {
    condition     = aws_lb_listener.http[0].default_action[0].type == "redirect" && one(aws_lb_listener.http[0].default_action[0].redirect).protocol == "HTTPS"
    error_message = "Port 80 sends people on to HTTPS."
  }
  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && strcontains(aws_lb_listener.https.ssl_policy, "TLS13-1-2")
    error_message = "TLS 1.2 at least."
  }
}

run "tasks_leave_before_they_are_cut_off" {
  command = apply

  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : tonumber(group.deregistration_delay) >= var.draining_seconds && tonumber(group.deregistration_delay) >= 25])
    error_message = "Deregistration takes at least as long as Caja's leaving and the longest held poll."
  }
  assert {
    condition     = aws_lb.this.idle_timeout > 25 && aws_lb.this.idle_timeout < 80
    error_message = "Held polls take 25 s; Caja closes silent connections after 80 s, and the load balancer must be first."
  }
}

run "readiness_decides_who_gets_requests" {
  command = apply

  assert {
    condition = alltrue([for group in aws_lb_target_group.this :
    one(group.health_check).path == "/health/ready" && one(group.health_check).matcher == "200"])
    error_message = "/health/ready says 503 while a task leaves."
  }
  assert {
    condition = alltrue([for group in aws_lb_target_group.this :
    one(group.health_check).interval * one(group.health_check).unhealthy_threshold <= 15 && one(group.health_check).unhealthy_threshold >= 3])
    error_message = "A dead task is found within 15 s, and a busy one is not taken for dead."
  }
  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : !one(group.stickiness).enabled && group.port == 8080 && group.target_type == "ip"])
    error_message = "Any task answers anything."
  }
}

run "metrics_are_not_for_the_outside" {
  command = apply

  assert {
    condition     = contains(one(one(aws_lb_listener_rule.metrics.condition).path_pattern).values, "/metrics") && one(one(aws_lb_listener_rule.metrics.action).fixed_response).status_code == "404"
    error_message = "/metrics is not found."
  }
  assert {
    condition     = aws_lb_listener_rule.metrics.priority < min(aws_lb_listener_rule.answers.priority, aws_lb_listener_rule.held.priority)
    error_message = "No other rule comes before it."
  }
}

run "what_is_slow_on_purpose_is_measured_apart" {
  command = apply

  assert {
    condition     = toset(one(one(aws_lb_listener_rule.answers.condition).http_request_method).values) == toset(["POST", "PUT", "PATCH", "DELETE"])
    error_message = "Answers are what changes something."
  }
  assert {
    condition     = one(one(aws_lb_listener_rule.held.condition).query_string).key == "wait" && toset(keys(aws_lb_target_group.this)) == toset(["polls", "held", "answers"])
    error_message = "Held polls are those with wait."
  }
}

run "behind_cloudfront_it_is_internal" {
  command = apply

  variables {
    internal = true
  }

  assert {
    condition     = aws_lb.this.internal && length(aws_lb_listener.http) == 0 && length(aws_route53_record.this) == 0
    error_message = "Neither an address, nor a name, nor plain HTTP."
  }
}

run "it_is_public_otherwise_and_protected" {
  command = apply

  assert {
    condition     = aws_lb.this.internal == false && aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields
    error_message = "It is what people reach, and must not vanish by mistake."
  }
  assert {
    condition     = length(aws_s3_bucket.logs) == 0
    error_message = "Who asked for what is not written down unless somebody wants it."
  }
}

run "access_logs_end" {
  command = apply

  variables {
    access_log_days = 7
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.logs[0].rule[0].expiration).days == 7
    error_message = "They are deleted after as many days."
  }
  assert {
    condition     = aws_s3_bucket_public_access_block.logs[0].block_public_policy && aws_s3_bucket_public_access_block.logs[0].restrict_public_buckets && aws_s3_bucket_public_access_block.logs[0].block_public_acls && aws_s3_bucket_public_access_block.logs[0].ignore_public_acls
    error_message = "They are not public."
  }
}

run "an_idle_timeout_below_held_polls_is_refused" {
  command = plan

  variables {
    idle_timeout_seconds = 20
  }

  expect_failures = [var.idle_timeout_seconds]
}

run "an_idle_timeout_above_cajas_own_is_refused" {
  command = plan

  variables {
    idle_timeout_seconds = 80
  }

  expect_failures = [var.idle_timeout_seconds]
}
