# One page for the evening of an event: is it fast, is it right, is there room.

locals {
  of_group = { for key, suffix in var.target_group_suffixes : key => ["TargetGroup", suffix, "LoadBalancer", var.balancer_suffix] }
  elb      = "AWS/ApplicationELB"
  rds      = ["DBInstanceIdentifier", var.database_identifier]
  ecs      = ["ClusterName", var.name, "ServiceName", var.name]

  graphs = [
    {
      title = "Requests a minute"
      metrics = [for key, group in local.of_group :
        concat([local.elb, "RequestCount"], group, [{ label = key, stat = "Sum" }])
      ]
    },
    {
      title = "Answers: p50, p99 (goal 100 ms)"
      metrics = [for stat in ["p50", "p99"] :
        concat([local.elb, "TargetResponseTime"], local.of_group["answers"], [{ label = stat, stat = stat }])
      ]
    },
    {
      title = "Polls answered at once: p50, p99 (goal 50 ms)"
      metrics = [for stat in ["p50", "p99"] :
        concat([local.elb, "TargetResponseTime"], local.of_group["polls"], [{ label = stat, stat = stat }])
      ]
    },
    {
      title = "Errors"
      metrics = [for name in ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "RejectedConnectionCount"] :
        [local.elb, name, "LoadBalancer", var.balancer_suffix, { stat = "Sum" }]
      ]
    },
    {
      title = "Tasks ready and not"
      metrics = [for name in ["HealthyHostCount", "UnHealthyHostCount"] :
        concat([local.elb, name], local.of_group["polls"], [{ stat = "Maximum" }])
      ]
    },
    {
      title   = "Tasks: processor and memory, %"
      metrics = [for name in ["CPUUtilization", "MemoryUtilization"] : concat(["AWS/ECS", name], local.ecs, [{ stat = "Maximum" }])]
    },
    {
      title   = "Database: processor, %"
      metrics = [concat(["AWS/RDS", "CPUUtilization"], local.rds, [{ stat = "Average" }])]
    },
    {
      title   = "Database: seconds a write takes"
      metrics = [concat(["AWS/RDS", "WriteLatency"], local.rds, [{ stat = "Average" }])]
    },
    {
      title   = "Lines that matter"
      metrics = [for key in keys(local.lines) : [local.counted, key, { stat = "Sum" }]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [for index, graph in local.graphs : {
      type   = "metric"
      x      = index % 3 * 8
      y      = floor(index / 3) * 6
      width  = 8
      height = 6
      properties = {
        title   = graph.title
        region  = var.region
        view    = "timeSeries"
        period  = 60
        metrics = graph.metrics
      }
    }]
  })
}
