#!/usr/bin/env bash
# Checks the workflows and action.yml with zizmor and actionlint, in the versions named here, which it installs into .workflow-tools if they are not
# there yet: zizmor from PyPI with Python 3, actionlint as a Go module with Go.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
zizmor=1.32.0
actionlint=v1.7.12
tools="$PWD/.workflow-tools"

if [ ! -x "$tools/zizmor-$zizmor/bin/zizmor" ]; then
  python3 -m venv --clear "$tools/zizmor-$zizmor"
  "$tools/zizmor-$zizmor/bin/pip" install --quiet --disable-pip-version-check "zizmor==$zizmor"
fi
if [ ! -x "$tools/actionlint-$actionlint/actionlint" ]; then
  GOBIN="$tools/actionlint-$actionlint" go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
fi

"$tools/actionlint-$actionlint/actionlint" -no-color
# Without a look at the network: what is pinned is pinned by commit.
"$tools/zizmor-$zizmor/bin/zizmor" --offline --persona=pedantic --no-progress .github action.yml
