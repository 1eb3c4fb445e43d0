#!/usr/bin/env bash
# Runs the benchmarks whose names match the first argument, in every package that has any, and then measures
# bin/pubpointd beside nginx. With "table" as the argument it does the second alone, with another name the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian has nginx where only root looks.
table() {
	PATH=$PATH:/usr/sbin CGO_ENABLED=0 "${GO:-go}" run ./packaging/bench -pubpointd bin/pubpointd
}
if [ "${1:-.}" = table ]; then
	table
	exit
fi

mapfile -t packages < <(grep -rlE --include='*_test.go' --exclude-dir=node_modules '^func Benchmark[A-Z_]' . | xargs -r dirname | sort -u)
if [ "${#packages[@]}" -eq 0 ]; then
	echo "make bench: there are no benchmarks yet"
	exit 0
fi
# Without C, so that they need no headers and measure the code that the headless program runs.
CGO_ENABLED=0 "${GO:-go}" test -run '^$' -bench "${1:-.}" -benchmem -timeout 60m "${packages[@]}"
if [ "${1:-.}" = . ]; then
	table
fi
