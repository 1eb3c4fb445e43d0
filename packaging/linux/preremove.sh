#!/bin/sh
# Ends the service before its program goes. Called as "remove" by dpkg, and as "0" by rpm; an upgrade
# leaves it on air until the new program is there.
set -e
case $1 in remove | 0) ;; *) exit 0 ;; esac
[ -d /run/systemd/system ] || exit 0
systemctl disable --now pubpointd.service || true
