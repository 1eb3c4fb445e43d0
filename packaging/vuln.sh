#!/usr/bin/env bash
# Looks for known vulnerabilities in what the programs are built from, with govulncheck: those that the
# source can reach. The list of them comes from the Go project, or from a mirror that GOVULNDB names;
# without a network nothing is checked, which is said, and is no failure unless STRICT=1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

GO=${GO:-go}
from=()
if [ -n "${GOVULNDB:-}" ]; then from=(-db "$GOVULNDB"); fi
"$GO" build -C packaging/releasetools -o "$PWD/bin/tools/" golang.org/x/vuln/cmd/govulncheck || exit
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CGO_ENABLED=1 bin/tools/govulncheck "${from[@]}" -tags "${TAGS-gles}" ./... 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
# 3 says that something was found; whatever else is not 0, the check did not take place.
if [ "$code" -ne 0 ] && [ "$code" -ne 3 ] && grep -qiE 'fetching vulnerabilities|HTTP GET|dial tcp|no such host|Forbidden|Not Found' "$log"; then
	echo "vuln: nothing was checked, because the list of vulnerabilities cannot be reached from here (the reason is above); try again with a network, or name a mirror in GOVULNDB" >&2
	[ "${STRICT:-}" = 1 ] || code=0
fi
exit "$code"
