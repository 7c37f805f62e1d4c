# For scripts that start a server: source it.

# Waits until the server says where it listens, and sets `port`; else shows its log and fails.
#
#   wait_until_it_listens PROCESS OUTPUT LOG
wait_until_it_listens() {
  port=
  for _ in $(seq 300); do
    port=$(sed -n 's|.*http://localhost:\([0-9]*\)$|\1|p' "$2" | head -1)
    [ -z "$port" ] || return 0
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  cat "$3" >&2
  echo "the server did not start" >&2
  return 1
}
