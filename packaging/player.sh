#!/usr/bin/env bash
# Builds the preview page's player from npm packages, when it is not built already.
#
# engine/internal/preview/player holds package.json, package-lock.json and the sources; its npm
# script "build" writes to engine/internal/preview/dist, which the preview package embeds.
# The record of a build names the checksum of everything it read and of everything it wrote, and
# both are compared with the files as they are now: a changed source or a lost output is seen
# whatever the clock says, and with nothing to do this takes some milliseconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -d engine/internal/preview/player ] || exit 0
cd engine/internal/preview

readonly record=player/node_modules/.pubpoint-build

# checksum prints one checksum over the names and contents of all files below a folder.
checksum() {
	find "$1" -name node_modules -prune -o -type f ! -name .keep -print0 |
		LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum | cut -d ' ' -f 1
}

if [ -f "$record" ] && [ "$(cat "$record")" = "$(checksum player) $(checksum dist)" ]; then
	exit 0
fi

echo "player: building the preview player"
# The packages' own install scripts are not run: none of ours needs one, and a stranger's
# script has no business on this machine.
if ! (cd player && npm ci --ignore-scripts --no-audit --no-fund </dev/null); then
	echo "player: npm could not fetch the player's packages (its reason is above). Check the network, then run this again." >&2
	exit 1
fi
mkdir -p dist
find dist -mindepth 1 ! -name .keep -delete
(cd player && npm run --silent build </dev/null)
touch dist/.keep # committed, so that the folder is there to embed before the first build
if [ -z "$(find dist -type f ! -name .keep)" ]; then
	echo "player: the npm script 'build' wrote nothing to engine/internal/preview/dist" >&2
	exit 1
fi
printf '%s %s\n' "$(checksum player)" "$(checksum dist)" >"$record"
