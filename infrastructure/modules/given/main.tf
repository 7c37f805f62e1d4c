# Refuses a new number of a secret that comes without a value, before anything takes the number.

resource "terraform_data" "this" {
  triggers_replace = var.number

  provisioner "local-exec" {
    command = var.value == null ? "echo '${var.name} has a new number and no value: export TF_VAR_${var.name}' >&2; exit 1" : "true"
  }
}
