#!/usr/bin/env bash
# Reads the description of the admin API with somebody else's validator, at the version that
# packaging/openapi/package-lock.json pins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/openapi"

readonly record=node_modules/.installed
if ! cmp -s package-lock.json "$record"; then
	# None of the packages needs an install script, and a stranger's has no business here.
	npm ci --ignore-scripts --no-audit --no-fund </dev/null
	cp package-lock.json "$record"
fi
node check.mjs ../../app/api/openapi.json
