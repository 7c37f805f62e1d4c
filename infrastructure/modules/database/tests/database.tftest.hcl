mock_provider "aws" {
  source = "../../checks/mocks"
}

variables {
  name                = "caja-test"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  key_arn             = "arn:aws:kms:eu-central-1:111122223333:key/0"
  instance_class      = "db.m7g.large"
  storage_gib         = 100
  multi_az            = true
  backup_days         = 14
  deletion_protection = true
  recoverable         = true
  log_days            = 30
  password            = "a-password-for-tests-only"
  password_version    = 1
}

run "it_is_private_and_encrypted" {
  command = apply

  assert {
    condition     = aws_db_instance.this.publicly_accessible == false
    error_message = "Only the network reaches it."
  }
  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.key_arn && aws_db_instance.this.performance_insights_kms_key_id == var.key_arn
    error_message = "The disk is encrypted, by the environment's own key."
  }
  assert {
    condition     = contains([for it in aws_db_parameter_group.this.parameter : "${it.name}=${it.value}"], "rds.force_ssl=1")
    error_message = "It refuses plain text."
  }
  assert {
    condition     = aws_db_instance.this.password_wo == null
    error_message = "The password is not in the state."
  }
}

run "what_it_committed_it_keeps" {
  command = apply

  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period == 14
    error_message = "A standby and backups, as was said."
  }
  assert {
    condition     = contains([for it in aws_db_parameter_group.this.parameter : "${it.name}=${it.value}"], "synchronous_commit=on")
    error_message = "A commit waits for the disk and the standby."
  }
  assert {
    condition     = aws_db_instance.this.deletion_protection && aws_db_instance.this.skip_final_snapshot == false && aws_db_instance.this.delete_automated_backups == false
    error_message = "It leaves a copy when it goes."
  }
  assert {
    condition     = aws_db_parameter_group.this.family == "postgres17"
    error_message = "Parameters are those of its version."
  }
}

run "answers_of_people_are_not_in_its_log" {
  command = apply

  assert {
    condition     = length(setsubtract(["log_parameter_max_length=0", "log_parameter_max_length_on_error=0"], [for it in aws_db_parameter_group.this.parameter : "${it.name}=${it.value}"])) == 0
    error_message = "Slow statements are logged without their parameters."
  }
}

run "its_logs_are_encrypted_and_end" {
  command = apply

  assert {
    condition     = toset([for it in aws_cloudwatch_log_group.this : it.name]) == toset([for it in aws_db_instance.this.enabled_cloudwatch_logs_exports : "/aws/rds/instance/${var.name}/${it}"])
    error_message = "A log that the database writes would be kept for ever, without a key."
  }
  assert {
    condition     = alltrue([for it in aws_cloudwatch_log_group.this : it.retention_in_days == 30 && it.kms_key_id == var.key_arn])
    error_message = "Logs are kept for as long as was said, encrypted."
  }
}

run "what_comes_and_goes_leaves_nothing" {
  command = apply

  variables {
    recoverable = false
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.delete_automated_backups
    error_message = "A snapshot that is there already would keep it from being destroyed again."
  }
}

run "no_backup_is_refused" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}
