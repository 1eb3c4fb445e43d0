#!/usr/bin/env bash
# Makes the pictures of docs/ anew: the end-to-end test TestTour walks through the real window on a virtual
# display, with real encoders, and takes a picture of every page.
#
#   packaging/pictures.sh [DIR]     where they go; docs
#
# Needs what make setup-test installs, and bin/pubpoint and bin/pubpointd (make build).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly into=${1:-docs} tags=${TAGS:-gles}
for program in pubpoint pubpointd; do
	[ -x "bin/$program" ] || { echo "pictures: bin/$program is missing; run make build first" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

E2E_BIN=$PWD/bin PUBPOINT_E2E_SHOTS=$work CGO_ENABLED=1 "${GO:-go}" test -tags "$tags,e2e" -count 1 -run '^TestTour$' ./app/e2e/

# With a palette of their own the pictures are a quarter of the size and look the same.
mkdir -p "$into"
for picture in "$work"/*.png; do
	ffmpeg -nostdin -y -v error -i "$picture" -filter_complex 'split[a][b];[a]palettegen=max_colors=256:reserve_transparent=0[p];[b][p]paletteuse=dither=sierra2_4a' \
		-frames:v 1 -update 1 "$into/$(basename "$picture")"
done
ls -l "$into"/*.png
