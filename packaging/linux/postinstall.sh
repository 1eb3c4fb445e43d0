#!/bin/sh
# Gives the service its folders, and makes systemd know it. Called as "configure [OLD]" by dpkg,
# and as "1" (installed) or "2" (upgraded) by rpm.
set -e
case $1 in configure | 1 | 2) ;; *) exit 0 ;; esac

# The token of the admin API lies beside the settings, so others read neither.
chown pubpoint:pubpoint /etc/pubpoint /var/lib/pubpoint
chmod 0750 /etc/pubpoint /var/lib/pubpoint
if [ -e /etc/pubpoint/pubpoint.toml ]; then
	chown pubpoint:pubpoint /etc/pubpoint/pubpoint.toml
	chmod 0600 /etc/pubpoint/pubpoint.toml
fi
if [ "$1" = configure ]; then
	# As Debian's services do: enabled and started unless the administrator has said otherwise.
	deb-systemd-helper unmask pubpointd.service >/dev/null
	if deb-systemd-helper --quiet was-enabled pubpointd.service; then
		deb-systemd-helper enable pubpointd.service >/dev/null
	else
		deb-systemd-helper update-state pubpointd.service >/dev/null
	fi
fi
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
case $1 in
configure) deb-systemd-invoke "$(if [ -n "$2" ]; then echo restart; else echo start; fi)" pubpointd.service || true ;;
1) systemctl preset pubpointd.service || true ;;
2) systemctl try-restart pubpointd.service || true ;;
esac
