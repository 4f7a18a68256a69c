#!/usr/bin/env bash
# Runs a command with moto, a stateful AWS on loopback, and MOTO_URL pointing at it. Where moto is not installed yet, it is put into
# a virtual environment of the project first. MOTO_PYTHON is the Python of that installation, with moto and botocore.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"

if ! command -v moto_server >/dev/null 2>&1; then
  if [ ! -x "$venv/bin/moto_server" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$root/scripts/moto-requirements.txt"
  fi
  PATH="$venv/bin:$PATH"
fi

# The Python beside moto_server, wherever a link to it stands; where there is none, moto belongs to the one on PATH.
MOTO_PYTHON="$(dirname "$(readlink -f "$(command -v moto_server)")")/python3"
[ -x "$MOTO_PYTHON" ] || MOTO_PYTHON=python3
export MOTO_PYTHON

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
