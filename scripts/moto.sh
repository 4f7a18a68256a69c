#!/usr/bin/env bash
# Runs a command with moto, a stateful AWS on loopback: MOTO_SERVERS of them (1 where not said), whose base URLs are in MOTO_URLS.
# moto lives in a virtual environment of the project, in the versions that the tests are written for; it is made where it is not there
# yet. MOTO_PYTHON is its Python. The command has a temporary folder of its own, which goes when it ends.
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

ports="$(python3 -c 'import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])' "${MOTO_SERVERS:-1}")"
TMPDIR="$(mktemp -d)"
export TMPDIR
logs="$(mktemp -d)"
servers=()
urls=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$TMPDIR"' EXIT

for port in $ports; do
  # The nodes' managed policy has to be there, as it is in every account.
  MOTO_IAM_LOAD_MANAGED_POLICIES=true "$MOTO_PYTHON" "$root/scripts/moto-server.py" --host 127.0.0.1 --port "$port" >"$logs/$port" 2>&1 &
  servers+=("$!")
  urls+=("http://127.0.0.1:$port")
done

# A server is ready when it has answered about EC2: upon the first question it also makes the default network of us-east-1, and ids count.
ec2='Authorization: AWS4-HMAC-SHA256 Credential=AKIAREADY/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0'
for index in "${!urls[@]}"; do
  for _ in $(seq 1 150); do
    if curl --silent --fail --output /dev/null --header "$ec2" "${urls[$index]}/?Action=DescribeRegions"; then break; fi
    if ! kill -0 "${servers[$index]}" 2>/dev/null; then cat "$logs"/* >&2; exit 1; fi
    sleep 0.2
  done
done

MOTO_URLS="${urls[*]}" "$@"
