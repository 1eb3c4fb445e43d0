#!/usr/bin/env bash
# Two things that take long. First the server is killed fifty times while an encoder of its own runs,
# with the programs in bin/: nothing of either may be left. Then an event runs for so long by the
# clock, 10m unless the first argument says otherwise, with its time compressed: media as fast as the
# machine takes it, players in every format, an encoder that loses its connection again and again. It
# prints a line for every ten minutes of media, and fails when memory, goroutines, file descriptors or
# archive files are more than they were at first and do not go back. The race detector is not on:
# this is about what piles up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PUBPOINT_SOAK=${1:-10m}
export PUBPOINT_SOAK
E2E_BIN=$PWD/bin E2E_CYCLES=50 "${GO:-go}" test -tags e2e -run '^TestNothingIsLeftBehind$' -count 1 -v -timeout 0 ./app/e2e
CGO_ENABLED=0 exec "${GO:-go}" test -run '^TestSoak$' -count 1 -v -timeout 0 ./engine/origin
