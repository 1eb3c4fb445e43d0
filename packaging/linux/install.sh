#!/bin/sh
# Puts Pubpoint into the menu and the path, for this user: below ~/.local, or below the folder in PREFIX.
#
#   ./install.sh               install
#   ./install.sh --uninstall   take it away again; settings and recordings stay
#
# Nothing needs to be installed: bin/pubpoint runs from any folder.
set -eu
from=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
case ${1:-} in '' | --uninstall) ;; *) echo "install.sh: '$1' is unknown: give nothing, or --uninstall" >&2 && exit 2 ;; esac

(cd "$from" && find bin share -type f) | while read -r file; do
	if [ "${1:-}" = --uninstall ]; then
		rm -f "$prefix/$file"
	else
		mkdir -p "$(dirname "$prefix/$file")"
		# Under another name first: a program that runs cannot be written to.
		cp "$from/$file" "$prefix/$file.new"
		mv -f "$prefix/$file.new" "$prefix/$file"
	fi
done
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$prefix/share/applications" || true; fi
if [ "${1:-}" = --uninstall ]; then
	echo "Pubpoint is no longer in $prefix"
else
	echo "Pubpoint is in $prefix; start it from the menu, or with $prefix/bin/pubpoint"
fi
