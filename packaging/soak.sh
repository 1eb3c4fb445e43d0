#!/usr/bin/env bash
# Lets an event run for so long by the clock, 10m unless the first argument says otherwise, with
# its time compressed: media as fast as the machine takes it, players in every format, an encoder
# that loses its connection again and again. It prints a line for every ten minutes of media, and
# fails as soon as memory, goroutines, file descriptors or archive files are more than they were at
# first. The race detector is not on: this is about what piles up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PUBPOINT_SOAK=${1:-10m}
export PUBPOINT_SOAK
CGO_ENABLED=0 exec "${GO:-go}" test -run '^TestSoak$' -count 1 -v -timeout 0 ./engine/origin
