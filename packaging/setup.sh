#!/usr/bin/env bash
# Installs what this machine lacks to build, run or test Pubpoint.
#
#   packaging/setup.sh build   the C compiler and headers behind the window, Node.js for the preview player
#   packaging/setup.sh run     the same, and what the programs use while they run
#   packaging/setup.sh lint    what build installs, and the checker of shell scripts
#   packaging/setup.sh bench   the servers and load tools that make bench compares with
#   packaging/setup.sh package what build installs, and the compiler for Windows
#   packaging/setup.sh test    all but that, and the virtual display, browser and tools behind the tests
#
# Each need is a probe and the Debian package that satisfies it. The probes ask the machine
# itself every time, so there is no record that could be wrong; with nothing missing the
# script is done in a fraction of a second and touches neither the network nor apt.
set -euo pipefail

readonly group=${1:-build}
readonly node_major=18

say() { printf 'setup: %s\n' "$*"; }
fail() {
	printf 'setup: %s\n' "$*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# needs prints one line for each need of a group: the kind of probe, what it looks for, the package.
# Kinds: cmd = one of these commands (a|b) is in PATH; pc = pkg-config knows this library;
# deb = this Debian package is installed (elsewhere there is nothing to ask, so it counts as there);
# node = a Node.js that is new enough.
needs() {
	case $1 in
	build)
		# libc6-dev and libgl1-mesa-dri are only recommended by the packages that need them.
		cat <<-'END'
			cmd gcc gcc
			deb libc6-dev libc6-dev
			cmd pkg-config pkg-config
			pc gl libgl1-mesa-dev
			pc x11 libx11-dev
			pc xcursor libxcursor-dev
			pc xrandr libxrandr-dev
			pc xinerama libxinerama-dev
			pc xi libxi-dev
			pc xxf86vm libxxf86vm-dev
			pc wayland-client libwayland-dev
			pc xkbcommon libxkbcommon-dev
			node node nodejs
			cmd npm npm
		END
		;;
	run)
		needs build
		cat <<-'END'
			cmd ffmpeg ffmpeg
			cmd xdg-open xdg-utils
			deb libgl1-mesa-dri libgl1-mesa-dri
		END
		;;
	lint)
		needs build
		echo cmd shellcheck shellcheck
		;;
	bench)
		cat <<-'END'
			cmd ffmpeg ffmpeg
			cmd nginx|/usr/sbin/nginx nginx-light
			cmd wrk wrk
		END
		;;
	package)
		needs build
		cat <<-'END'
			cmd x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64-win32
			cmd xz xz-utils
			cmd zip zip
		END
		;;
	test)
		needs run
		needs lint
		cat <<-'END'
			cmd Xvfb xvfb
			cmd xauth xauth
			cmd curl curl
			cmd xdotool xdotool
			cmd import imagemagick
			cmd openbox openbox
			cmd xwininfo x11-utils
			cmd dbus-daemon dbus
			cmd dbus-launch dbus-x11
			cmd chromium|chromium-browser|google-chrome chromium
			cmd yt-dlp yt-dlp
			cmd nginx|/usr/sbin/nginx nginx-light
			deb fonts-dejavu-core fonts-dejavu-core
			cmd xz xz-utils
			cmd zip zip
			cmd rpm rpm
			cmd rpm2cpio rpm2cpio
			cmd cpio cpio
			cmd systemd-analyze systemd
			cmd desktop-file-validate desktop-file-utils
			cmd appstreamcli appstream
			cmd man man-db
		END
		;;
	*) fail "unknown group '$1': give build, run, lint, bench, package or test" ;;
	esac
}

node_is_new_enough() {
	local version
	have node && version=$(node --version) && version=${version#v} && [ "${version%%.*}" -ge "$node_major" ]
}

# is_there runs one probe: kind, then what it looks for.
is_there() {
	local name
	case $1 in
	cmd)
		for name in ${2//|/ }; do
			if have "$name"; then return 0; fi
		done
		return 1
		;;
	pc) have pkg-config && pkg-config --exists "$2" ;;
	deb) ! have dpkg-query || [ "$(dpkg-query -W -f '${db:Status-Status}' "$2" 2>/dev/null)" = installed ] ;;
	node) node_is_new_enough ;;
	esac
}

# missing prints the package of every need that its probe does not find.
missing() {
	local kind what package
	while read -r kind what package; do
		is_there "$kind" "$what" || printf '%s\n' "$package"
	done < <(needs "$1" | awk '!seen[$0]++')
}

# as_root runs a command with the rights that apt needs.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		fail "installing needs root, and there is no sudo here. As root, run: apt-get install ${packages[*]}"
	fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" </dev/null
}

# install_packages tries with the package lists that are there, and fetches new ones when there are none
# or when they have grown too old to install from.
install_packages() {
	if compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null && apt_get install --no-install-recommends "$@"; then
		return 0
	fi
	say "fetching the package lists"
	apt_get update || fail "the package lists could not be fetched (see apt's words above). Check the network and the sources in /etc/apt, then run this again."
	apt_get install --no-install-recommends "$@" ||
		fail "apt could not install: $* (its reason is above; without a network it says it cannot locate them). Mend that, then run this again."
}

have go || fail "Go is missing: install Go 1.26 or later, put its bin folder in PATH, then run this again."

mapfile -t packages < <(missing "$group")
[ "${#packages[@]}" -gt 0 ] || exit 0

if ! have apt-get; then
	fail "this machine lacks what these Debian packages bring: ${packages[*]}. Only Debian and Ubuntu are set up by themselves; install their equivalents here, then run this again."
fi

# Ubuntu's package of that name is the browser's own; 'chromium' is not one there.
if [ -r /etc/os-release ] && grep -qx 'ID=ubuntu' /etc/os-release; then
	packages=("${packages[@]/#chromium/chromium-browser}")
fi

say "installing ${packages[*]}"
install_packages "${packages[@]}"

hash -r
mapfile -t packages < <(missing "$group")
if [[ " ${packages[*]} " == *" nodejs "* ]] && have node; then
	fail "Node.js $(node --version) is too old and this system offers no newer one: install Node.js $node_major or later, then run this again."
fi
[ "${#packages[@]}" -eq 0 ] || fail "apt reports success, but still not usable: ${packages[*]}. Look at apt's words above."
say "done"
