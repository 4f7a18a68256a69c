#!/usr/bin/env bash
# Runs a command with the packages of proof/package.json, which nothing else needs, and with a temporary folder of its own. The packages are
# installed where they are not there yet.
set -euo pipefail
proof="$(cd "$(dirname "${BASH_SOURCE[0]}")/../proof" && pwd)"
lock="$proof/package-lock.json"
installed="$proof/node_modules/installed-lock.json"
TMPDIR="$(mktemp -d)"
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

if ! cmp --silent "$lock" "$installed"; then
  (cd "$proof" && npm ci)
  cp "$lock" "$installed"
fi

"$@"
