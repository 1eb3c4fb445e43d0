#!/usr/bin/env bash
# Runs the benchmarks whose names match the first argument, in every package that has any.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t packages < <(grep -rlE --include='*_test.go' --exclude-dir=node_modules '^func Benchmark[A-Z_]' . | xargs -r dirname | sort -u)
if [ "${#packages[@]}" -eq 0 ]; then
	echo "make bench: there are no benchmarks yet"
	exit 0
fi
# Without C, so that they need no headers and measure the code that the headless program runs.
CGO_ENABLED=0 exec "${GO:-go}" test -run '^$' -bench "${1:-.}" -benchmem -timeout 60m "${packages[@]}"
