#!/bin/sh
# Purged, nothing is left but what was recorded. Called as "purge" by dpkg; rpm keeps what was changed.
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
case $1 in
remove)
	# Not started while there is nothing to start; installing it again brings back what the administrator had.
	deb-systemd-helper mask pubpointd.service >/dev/null || true
	exit 0
	;;
purge)
	deb-systemd-helper purge pubpointd.service >/dev/null || true
	deb-systemd-helper unmask pubpointd.service >/dev/null || true
	;;
*) exit 0 ;;
esac
rm -rf /etc/pubpoint /var/lib/pubpoint/state
rmdir --ignore-fail-on-non-empty /var/lib/pubpoint/www /var/lib/pubpoint 2>/dev/null || true
# Recordings keep their owner.
if [ ! -e /var/lib/pubpoint ] && getent passwd pubpoint >/dev/null; then userdel pubpoint; fi
