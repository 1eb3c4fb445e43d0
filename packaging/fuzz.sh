#!/usr/bin/env bash
# Runs every fuzz target for the time in the first argument. An input that fails is kept by Go in
# the package's testdata/fuzz, where it becomes a test case of every later run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly fuzztime=${1:-30s}
failed=()

# targets prints one line for each fuzz target: its package's folder and its name.
targets() {
	grep -rnoE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]+' . |
		sed -E 's|^(.*)/[^/]+:[0-9]+:func (Fuzz.*)$|\1 \2|' | sort -u
}

mapfile -t found < <(targets)
if [ "${#found[@]}" -eq 0 ]; then
	echo "make fuzz: there are no fuzz targets yet"
	exit 0
fi
for line in "${found[@]}"; do
	read -r package target <<<"$line"
	printf '\n== %s in %s for %s\n' "$target" "$package" "$fuzztime"
	CGO_ENABLED=0 "${GO:-go}" test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" "$package" || failed+=("$target")
done
if [ "${#failed[@]}" -gt 0 ]; then
	echo "make fuzz: found failing inputs: ${failed[*]}" >&2
	exit 1
fi
printf '\nmake fuzz: %d targets, no failing input\n' "${#found[@]}"
