#!/bin/sh
# The user of the service, which nothing else uses.
set -e
if ! getent passwd pubpoint >/dev/null; then
	getent group pubpoint >/dev/null || groupadd --system pubpoint
	useradd --system --gid pubpoint --home-dir /var/lib/pubpoint --no-create-home \
		--shell /usr/sbin/nologin --comment "Pubpoint live streaming origin" pubpoint
fi
