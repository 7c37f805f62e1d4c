mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name              = "caja-test"
  domain            = "caja.example.org"
  zone_id           = "Z1"
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/1"
  balancer_arn      = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/caja/0"
  balancer_dns_name = "internal-caja.eu-central-1.elb.amazonaws.com"
}

run "one_name_for_pages_and_api" {
  command = apply

  assert {
    condition     = { for it in aws_cloudfront_distribution.this.ordered_cache_behavior : it.path_pattern => it.target_origin_id } == { "/api/*" = "server", "/health/*" = "server", "/docs" = "server", "/docs/*" = "server" }
    error_message = "The server answers the API, health and its documentation; metrics are nowhere."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).target_origin_id == "pages" && one(aws_cloudfront_distribution.this.default_cache_behavior).viewer_protocol_policy == "redirect-to-https"
    error_message = "All else is pages, by HTTPS."
  }
  assert {
    condition     = alltrue([for it in aws_cloudfront_distribution.this.ordered_cache_behavior : it.viewer_protocol_policy == "https-only" && it.cache_policy_id == local.no_cache && contains(it.allowed_methods, "PUT")])
    error_message = "Answers of the server are never kept, and anything may be sent to it."
  }
}

run "held_polls_are_waited_for" {
  command = apply

  assert {
    condition     = one([for it in aws_cloudfront_distribution.this.origin : one(it.vpc_origin_config).origin_read_timeout if it.origin_id == "server"]) > 25
    error_message = "A held poll takes 25 s."
  }
}

run "nobody_but_cloudfront_reads_the_bucket" {
  command = apply

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Nothing of it is public."
  }
  assert {
    condition = [for it in jsondecode(aws_s3_bucket_policy.this.policy).Statement : [it.Principal.Service, it.Condition.StringEquals["aws:SourceArn"]] if it.Effect == "Allow"] == [
      ["cloudfront.amazonaws.com", aws_cloudfront_distribution.this.arn]
    ]
    error_message = "This distribution reads it, and no other."
  }
}

# Two places say what a page may run; they must not drift apart.
run "pages_may_run_what_the_server_lets_them" {
  command = apply

  assert {
    condition     = strcontains(replace(file("../../../src/ui.rs"), "/\\\\\\n\\s*/", ""), "\"${local.policy}\"")
    error_message = "The content security policy is that of src/ui.rs."
  }
  assert {
    condition = alltrue([for it in aws_cloudfront_response_headers_policy.this.security_headers_config :
    one(it.content_security_policy).content_security_policy == local.policy])
    error_message = "It is sent."
  }
  assert {
    condition     = alltrue([for page in ["participant", "join", "run", "admin"] : strcontains(aws_cloudfront_function.paths.code, "/${page}.html") && strcontains(file("../../../src/ui.rs"), "\"${page}.html\"")])
    error_message = "Paths lead to the files that the server sends."
  }
}
