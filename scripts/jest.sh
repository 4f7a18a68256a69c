#!/usr/bin/env bash
# Runs jest on the tests, with a temporary folder of its own, which goes when they end: what they write there need not be cleaned up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
TMPDIR="$(mktemp -d)"
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js "$@"
