mock_provider "aws" {
  source = "../checks/mocks"
}

# With the values of values/account.tfvars.

run "images_are_pushed_from_main_only" {
  command = plan

  assert {
    condition     = output.publish_subject == "repo:example/caja:ref:refs/heads/main"
    error_message = "Only what was merged becomes an image."
  }
}
