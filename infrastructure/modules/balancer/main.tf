# The one thing that the internet reaches. It sends any request to any task, without stickiness.

locals {
  # The same tasks three times, because a load balancer measures by target group: held polls take up
  # to 25 s on purpose, and would hide how fast the others are.
  groups = {
    polls   = "pages, and polls that are answered at once"
    held    = "polls that wait for something new"
    answers = "whatever changes something"
  }
}

resource "aws_lb" "this" {
  # checkov:skip=CKV2_AWS_28:Caja throttles by itself, and knows that a thousand phones may share one address; a firewall that counts by address would end the event
  # checkov:skip=CKV_AWS_91:access logs hold addresses and nicknames of people; access_log_days turns them on
  # checkov:skip=CKV2_AWS_20:there is no listener on port 80 where only CloudFront comes; the other redirects
  name               = "${var.name}${var.internal ? "-in" : ""}"
  load_balancer_type = "application"
  internal           = var.internal
  subnets            = var.subnet_ids
  security_groups    = [var.security_group_id]

  # Above the longest held poll, below the time for which Caja keeps a silent connection: the side
  # that closes first must be the one that sends.
  idle_timeout               = var.idle_timeout_seconds
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_http2               = true
  enable_deletion_protection = var.deletion_protection
  # Whatever a client claims, Caja reads who sent from what the load balancer adds.
  xff_header_processing_mode = "append"

  dynamic "access_logs" {
    for_each = aws_s3_bucket.logs

    content {
      enabled = true
      bucket  = access_logs.value.id
    }
  }

  # It tries to write as soon as it is told to.
  depends_on = [aws_s3_bucket_policy.logs]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_target_group" "this" {
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  target_type = "ip"
  vpc_id      = var.vpc_id
  port        = var.app_port
  # Inside of the network, between the load balancer and tasks that nothing else reaches.
  # checkov:skip=CKV_AWS_378:Caja speaks plain HTTP; TLS ends at the load balancer
  protocol = "HTTP"

  # Requests in flight end by themselves within it, and Caja leaves within it.
  deregistration_delay = var.draining_seconds + 10
  # A new task is as good as an old one.
  slow_start                    = 0
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path              = "/health/ready"
    protocol          = "HTTP"
    matcher           = "200"
    interval          = 5
    timeout           = 4
    healthy_threshold = 2
    # Three: a task that is busy for ten seconds is worth more than none.
    unhealthy_threshold = 3
  }

  stickiness {
    type    = "lb_cookie"
    enabled = false
  }

  tags = { For = each.value }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  # TLS 1.2 with forward secrecy, and 1.3.
  ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["polls"].arn
  }
}

resource "aws_lb_listener" "http" {
  count = var.internal ? 0 : 1

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

# Metrics are for operators.
resource "aws_lb_listener_rule" "metrics" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

  condition {
    path_pattern {
      values = ["/metrics", "/metrics/*"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "not found"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "answers" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 20

  condition {
    http_request_method {
      values = ["POST", "PUT", "PATCH", "DELETE"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["answers"].arn
  }
}

resource "aws_lb_listener_rule" "held" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 30

  condition {
    query_string {
      key   = "wait"
      value = "*"
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["held"].arn
  }
}

resource "aws_route53_record" "this" {
  count = var.internal ? 0 : 1

  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
