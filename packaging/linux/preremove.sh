#!/bin/sh
# Ends the service before its program goes. Called as "remove" by dpkg, and as "0" by rpm; an upgrade
# leaves it on air until the new program is there.
set -e
[ -d /run/systemd/system ] || exit 0
case $1 in
remove) deb-systemd-invoke stop pubpointd.service || true ;;
0) systemctl disable --now pubpointd.service || true ;;
esac
