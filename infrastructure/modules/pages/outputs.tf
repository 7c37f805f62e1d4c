output "bucket" {
  value       = { name = aws_s3_bucket.this.id, arn = aws_s3_bucket.this.arn }
  description = "Where pages are put."
}

output "distribution" {
  value       = { id = aws_cloudfront_distribution.this.id, arn = aws_cloudfront_distribution.this.arn }
  description = "What has to forget pages that changed."
}
