#!/usr/bin/env bash
# The command line of the HyperPod prerequisites checklist:
#
#   bash scripts/validate-prerequisites.sh --region us-west-2 --vpc-id vpc-… --subnet-ids subnet-…,subnet-… --bucket s3://my-bucket/hyperpod/
#
# It takes every flag of hyperpod-preflight, prints what it prints and exits as it exits. Needs Node 20 or later and nothing else.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

if ! command -v node >/dev/null 2>&1; then
  echo "validate-prerequisites.sh needs Node 20 or later, and there is no node on PATH: https://nodejs.org/" >&2
  exit 2
fi
exec node "$root/dist/cli.js" check "$@"
