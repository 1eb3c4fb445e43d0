#!/bin/sh
# Purged, nothing is left but what was recorded. Called as "purge" by dpkg; rpm keeps what was changed.
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
[ "$1" = purge ] || exit 0
rm -rf /etc/pubpoint /var/lib/pubpoint/state
rmdir --ignore-fail-on-non-empty /var/lib/pubpoint/www /var/lib/pubpoint 2>/dev/null || true
# Recordings keep their owner.
if [ ! -e /var/lib/pubpoint ] && getent passwd pubpoint >/dev/null; then userdel pubpoint; fi
