#!/usr/bin/env bash
# Runs every check that reads the source without running it, and fails if any of them finds something.
#
# The checkers see what the programs are built from: with C, so that the window's main is among it,
# and with the end-to-end tests' tag. Their versions are pinned in packaging/tools/go.mod.
# shellcheck disable=SC2317 # the functions are called by name, through check
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

GO=${GO:-go}
readonly tags="${TAGS:-gles},e2e"
export CGO_ENABLED=1
failed=0

# check runs one checker under its name; what it prints stays visible.
check() {
	local name=$1
	shift
	if "$@"; then
		echo "lint: $name: ok"
	else
		echo "lint: $name: FAILED" >&2
		failed=1
	fi
}

go_files() { find . \( -name node_modules -o -name '.?*' -o -name bin \) -prune -o -name '*.go' -print0; }

format() {
	local unformatted
	unformatted=$(go_files | xargs -0r gofmt -l) || return
	[ -z "$unformatted" ] || { printf 'gofmt would change:\n%s\n' "$unformatted" && return 1; }
}

check gofmt format
check shellcheck shellcheck packaging/*.sh packaging/linux/*.sh .ci/run
check vet "$GO" vet -tags "$tags" ./...
if "$GO" build -C packaging/tools -o "$PWD/bin/tools/" tool; then
	check staticcheck bin/tools/staticcheck -tags "$tags" ./...
	check errcheck bin/tools/errcheck -tags "$tags" ./...
else
	echo "lint: the checkers in packaging/tools could not be built" >&2
	failed=1
fi
exit "$failed"
