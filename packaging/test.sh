#!/usr/bin/env bash
# Runs every test there is, in steps, and closes with a summary. A failing step does not hide the
# others: they run all the same, and the run fails at the end.
#
#   lint         format and correctness of the source, packaging/lint.sh
#   programs     both programs build; the end-to-end tests run them
#   race         every package's tests under the race detector
#   no C         everything but the window's main builds without C, and the window's tests pass so
#   manifests    every golden playlist and MPD read by hls-parser and mpd-parser, packaging/manifests.sh
#   openapi      the description of the admin API read by an OpenAPI validator, packaging/openapi.sh
#   end to end   the programs with a real encoder, a real browser and a virtual display
# shellcheck disable=SC2317 # the functions are called by name, through step
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

GO=${GO:-go}
readonly tags=${TAGS:-gles}
# Generous, because they are there to end what hangs; how fast things are is for benchmarks to say.
readonly timeout=20m
# Fyne forgets the insides of what it has not drawn for a minute, by the clock. Tests draw when they ask for a
# picture, and on a busy machine that may be longer ago.
export FYNE_CACHE=2h
summary=()
failed=0

# step runs one step under its name and keeps its verdict and its time for the summary.
step() {
	local name=$1 started=$SECONDS verdict=ok
	shift
	printf '\n== %s\n' "$name"
	if ! "$@"; then
		verdict=FAILED
		failed=1
	fi
	summary+=("$(printf '%-12s %-7s %4d s' "$name" "$verdict" $((SECONDS - started)))")
}

programs() { "${MAKE:-make}" --no-print-directory bin/pubpoint bin/pubpointd; }

race() { CGO_ENABLED=1 "$GO" test -race -tags "$tags" -timeout "$timeout" ./...; }

# The flag -trimpath shares what was compiled for pubpointd.
no_c() {
	CGO_ENABLED=0 "$GO" vet -trimpath ./... &&
		CGO_ENABLED=0 "$GO" test -trimpath -timeout "$timeout" ./...
}

# One package at a time, and never from the cache: these tests share the machine's display, its
# browser and its processors, and depend on more than their source.
end_to_end() {
	mapfile -t packages < <(grep -rl --include='*_test.go' '^//go:build e2e' app engine ui 2>/dev/null | xargs -r dirname | sort -u)
	if [ "${#packages[@]}" -eq 0 ]; then
		echo "no test file carries the tag e2e: the programs are not tested end to end" >&2
		return 1
	fi
	E2E_BIN=$PWD/bin CGO_ENABLED=1 "$GO" test -tags "$tags,e2e" -count 1 -p 1 -v -timeout "$timeout" "${packages[@]/#/./}"
}

step lint packaging/lint.sh
if [ -f app/main.go ]; then step programs programs; fi
step race race
step "no C" no_c
step manifests packaging/manifests.sh
step openapi packaging/openapi.sh
if [ -f app/main.go ]; then step "end to end" end_to_end; fi

printf '\n== summary\n'
printf '%s\n' "${summary[@]}"
if [ "$failed" -ne 0 ]; then
	echo "make test: FAILED"
	exit 1
fi
echo "make test: all of it passed in $SECONDS s"
