#!/usr/bin/env bash
# Runs a command with moto, a stateful AWS on loopback, and MOTO_URL pointing at it. moto lives in a virtual environment of the project,
# in the versions that the tests are written for; it is made where it is not there yet. MOTO_PYTHON is its Python.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"
requirements="$root/scripts/moto-requirements.txt"

if ! cmp --silent "$requirements" "$venv/requirements.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$venv/requirements.txt"
fi
PATH="$venv/bin:$PATH"
export MOTO_PYTHON="$venv/bin/python3"

port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
log="$(mktemp)"
# The nodes' managed policy has to be there, as it is in every account.
MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server --host 127.0.0.1 --port "$port" >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT

for _ in $(seq 1 150); do
  if curl --silent --fail --output /dev/null "http://127.0.0.1:$port/moto-api/"; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then cat "$log" >&2; exit 1; fi
  sleep 0.2
done

MOTO_URL="http://127.0.0.1:$port" "$@"
