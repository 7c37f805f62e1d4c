mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name           = "caja-test"
  region         = "eu-central-1"
  zones          = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  cidr           = "10.0.0.0/20"
  endpoint_zones = 2
  app_port       = 8080
  node_port      = 8081
  behind_cdn     = false
  with_metrics   = false
  key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/0"
}

# Groups must be told apart: a mock gives each a name of its own.
run "only_the_load_balancer_is_public" {
  command = apply

  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.public : key => rule.from_port } == { http = 80, https = 443 }
    error_message = "The internet reaches ports 80 and 443, and no others."
  }
  assert {
    condition = alltrue([for rule in aws_vpc_security_group_ingress_rule.public :
    rule.security_group_id == aws_security_group.balancer.id && rule.from_port == rule.to_port])
    error_message = "The internet reaches the load balancer only."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.inside : can(regex("^.+$", rule.referenced_security_group_id))])
    error_message = "Inside, senders are security groups, not addresses."
  }
  assert {
    condition     = alltrue([for subnet in merge({ for zone, it in aws_subnet.public : "public ${zone}" => it }, { for zone, it in aws_subnet.private : "private ${zone}" => it }) : subnet.map_public_ip_on_launch == false])
    error_message = "Nothing gets a public address by being started."
  }
}

run "nodes_talk_to_nodes_alone" {
  command = apply

  assert {
    condition = { for key, rule in aws_vpc_security_group_ingress_rule.inside : key =>
      [rule.referenced_security_group_id, rule.security_group_id, rule.ip_protocol] if rule.from_port <= 8081 && rule.to_port >= 8081 } == {
      tasks_to_tasks = [aws_security_group.tasks.id, aws_security_group.tasks.id, "tcp"]
    }
    error_message = "Port 8081 of tasks is reached by tasks, and by nothing else."
  }
  assert {
    condition = { for key, rule in aws_vpc_security_group_ingress_rule.inside : key => rule.referenced_security_group_id if rule.security_group_id == aws_security_group.database.id } == {
      tasks_to_database = aws_security_group.tasks.id
    }
    error_message = "The database is reached by tasks, and by nothing else."
  }
  assert {
    condition = { for key, rule in aws_vpc_security_group_ingress_rule.inside : key => rule.from_port if rule.security_group_id == aws_security_group.tasks.id } == {
      balancer_to_tasks = 8080, tasks_to_tasks = 8081
    }
    error_message = "Tasks are reached by the load balancer and by tasks."
  }
  assert {
    condition     = alltrue([for rule in concat(values(aws_vpc_security_group_ingress_rule.inside), values(aws_vpc_security_group_egress_rule.inside)) : rule.from_port == rule.to_port])
    error_message = "A rule allows one port."
  }
}

run "no_way_out" {
  command = apply

  assert {
    condition     = length(aws_route_table_association.private) == 3 && alltrue([for it in aws_route_table_association.private : it.route_table_id == aws_route_table.private.id])
    error_message = "Private subnets have the private route table."
  }
  assert {
    condition     = length(aws_route_table.private.route) == 0
    error_message = "No route leaves the private subnets."
  }
  assert {
    condition     = toset([for it in aws_vpc_endpoint.interface : it.service_name]) == toset(["com.amazonaws.eu-central-1.ecr.api", "com.amazonaws.eu-central-1.ecr.dkr", "com.amazonaws.eu-central-1.logs", "com.amazonaws.eu-central-1.secretsmanager"])
    error_message = "Without these endpoints no task starts."
  }
  assert {
    condition     = alltrue([for it in aws_vpc_endpoint.interface : it.private_dns_enabled && length(it.subnet_ids) == 2])
    error_message = "Endpoints bear the services' own names, in as many zones as was said."
  }
}

run "s3_gives_layers_of_images_and_takes_nothing" {
  command = apply

  assert {
    condition = [for it in jsondecode(aws_vpc_endpoint.s3.policy).Statement : [it.Effect, it.Action, it.Resource]] == [
      ["Allow", "s3:GetObject", "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"]
    ]
    error_message = "Who got into a task could carry data to a bucket of their own."
  }
}

run "subnets_do_not_overlap" {
  command = apply

  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : subnet.cidr_block])) == 6
    error_message = "Each subnet has addresses of its own."
  }
  assert {
    condition     = toset(output.balancer_cidrs) == toset(["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"])
    error_message = "The load balancer's requests come from the public subnets."
  }
  # The public /20 ends below 10.0.4.0, where the first private /23 begins.
  assert {
    condition     = toset([for subnet in aws_subnet.private : subnet.cidr_block]) == toset(["10.0.4.0/23", "10.0.6.0/23", "10.0.8.0/23"])
    error_message = "Private subnets begin where public ones have ended."
  }
}

run "behind_cloudfront_nothing_is_public" {
  command = apply

  variables {
    behind_cdn = true
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.public) == 0
    error_message = "The internet reaches nothing."
  }
  assert {
    condition     = one(aws_vpc_security_group_ingress_rule.cdn).from_port == 443 && one(aws_vpc_security_group_ingress_rule.cdn).prefix_list_id == "pl-cloudfront"
    error_message = "CloudFront reaches the load balancer by HTTPS."
  }
  assert {
    condition     = toset(output.balancer_cidrs) == toset([for subnet in aws_subnet.private : subnet.cidr_block])
    error_message = "The load balancer's requests come from the private subnets."
  }
}

run "metrics_have_a_way_if_they_are_wanted" {
  command = apply

  variables {
    with_metrics = true
  }

  assert {
    condition     = contains([for it in aws_vpc_endpoint.interface : it.service_name], "com.amazonaws.eu-central-1.aps-workspaces") && length(aws_vpc_endpoint.interface) == 5
    error_message = "Nothing leaves the network otherwise."
  }
}

run "one_zone_is_refused" {
  command = plan

  variables {
    zones          = ["eu-central-1a"]
    endpoint_zones = 1
  }

  expect_failures = [var.zones]
}
