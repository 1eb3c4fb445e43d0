#!/usr/bin/env bash
# Builds pubpointd from the same source in two folders and compares the programs byte by byte.
#
#   packaging/reproduce.sh           with what is compiled already, in seconds
#   packaging/reproduce.sh -clean    compiling everything twice, in caches of their own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

GO=${GO:-go}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# source_files prints what the program is built from: what git has or would take, and the built player.
source_files() {
	git ls-files -z --cached --others --exclude-standard
	find engine/internal/preview/dist -type f -print0
}

# In folders of different depth, because their paths are what is most easily left behind in a program.
first=$work/a second=$work/b/with/a/longer/path
for folder in "$first" "$second"; do
	mkdir -p "$folder"
	source_files | while IFS= read -rd '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
		tar -c --null -T - | tar -xC "$folder"
	cache=$("$GO" env GOCACHE)
	if [ "${1:-}" = -clean ]; then cache=$folder.cache; fi
	(cd "$folder" && GOCACHE=$cache CGO_ENABLED=0 "$GO" build -trimpath -buildvcs=false -ldflags '-s -w' -o "$folder.program" ./app/pubpointd)
done
if ! cmp "$first.program" "$second.program"; then
	echo "reproduce: pubpointd depends on the folder that it is built in" >&2
	exit 1
fi
if grep -qaF "$work" "$first.program"; then
	echo "reproduce: pubpointd names the folder that it was built in" >&2
	exit 1
fi
printf 'reproduce: %s  pubpointd, the same from both folders\n' "$(sha256sum <"$first.program" | cut -d ' ' -f 1)"
