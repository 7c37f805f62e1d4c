# That a missing value fails is tried by `scripts/infra-test`: a test can't expect a provisioner to.
variables {
  name   = "admin_token"
  value  = "an-admin-token-for-tests-only-0000"
  number = 2
}

run "a_value_that_is_given_is_let_through" {
  command = apply

  assert {
    condition     = output.number == 2
    error_message = "Its number is known from now on."
  }
}
