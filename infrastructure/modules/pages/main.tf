# Web pages from S3 and everything else from the load balancer, under one name, by CloudFront. During a
# deployment it has one advantage over pages from the binary: scripts of the release before stay where
# they are, so that a page that was just loaded finds its own.

locals {
  # Pages are known by the paths of src/ui.rs; what is not one of these comes from S3.
  of_server = ["/api/*", "/health/*", "/docs", "/docs/*"]
  # The same that src/ui.rs sends.
  policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

  # Policies that AWS keeps for everybody.
  no_cache   = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  cache      = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  all_viewer = "216adef6-5c7f-47e4-b989-5492eafa07d3"
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18:CloudFront reads it, and nobody else
  # checkov:skip=CKV_AWS_21:what is in it is made again by every build
  # checkov:skip=CKV_AWS_144:what is in it is made again by every build
  # checkov:skip=CKV_AWS_145:it holds what everybody may see
  # checkov:skip=CKV2_AWS_62:nobody waits for a new page
  # checkov:skip=CKV2_AWS_61:scripts of earlier releases are small, and a page that is still open may ask for them
  bucket_prefix = "${var.name}-pages-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.this.arn}/*"
        Condition = { StringEquals = { "aws:SourceArn" = aws_cloudfront_distribution.this.arn } }
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = var.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_vpc_origin" "this" {
  vpc_origin_endpoint_config {
    name                   = var.name
    arn                    = var.balancer_arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

# The paths that people know are files in the bucket.
resource "aws_cloudfront_function" "paths" {
  name    = "${var.name}-paths"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/paths.js")
}

resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259:it speaks for this name; those below it are not Caja's to decide on
  name = var.name

  security_headers_config {
    content_security_policy {
      content_security_policy = local.policy
      override                = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    content_type_options {
      override = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }
  }
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV_AWS_68:Caja throttles by itself, and knows that a thousand phones may share one address
  # checkov:skip=CKV2_AWS_47:no Java behind it
  # checkov:skip=CKV_AWS_86:access logs hold addresses and nicknames of people
  # checkov:skip=CKV_AWS_310:the load balancer has all tasks behind it; there is no second one to fail over to
  # checkov:skip=CKV_AWS_374:people join from wherever they are
  # checkov:skip=CKV_AWS_305:the function answers / with a page
  # checkov:skip=CKV2_AWS_72:the origin speaks HTTPS only; the rule can't see a VPC origin
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.domain]
  price_class     = "PriceClass_100"

  origin {
    origin_id                = "pages"
    domain_name              = aws_s3_bucket.this.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  origin {
    origin_id   = "server"
    domain_name = var.balancer_dns_name

    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.this.id
      # More than the 25 s of a held poll.
      origin_read_timeout = 60
      # Less than the load balancer's own patience.
      origin_keepalive_timeout = 60
    }
  }

  default_cache_behavior {
    target_origin_id           = "pages"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.cache
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.paths.arn
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.of_server

    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = "server"
      viewer_protocol_policy   = "https-only"
      allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = true
      cache_policy_id          = local.no_cache
      origin_request_policy_id = local.all_viewer
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "this" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
