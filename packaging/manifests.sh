#!/usr/bin/env bash
# Reads every golden playlist and MPD with other people's parsers, at the versions that
# packaging/manifests/package-lock.json pins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/manifests"

readonly record=node_modules/.installed
if ! cmp -s package-lock.json "$record"; then
	# None of the packages needs an install script, and a stranger's has no business here.
	npm ci --ignore-scripts --no-audit --no-fund </dev/null
	cp package-lock.json "$record"
fi
node check.mjs ../../engine/internal/output/hls/testdata ../../engine/internal/output/dash/testdata
