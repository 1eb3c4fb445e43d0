#!/usr/bin/env bash
# Builds installable packages of both programs.
#
#   packaging/package.sh            everything, into dist/
#   packaging/package.sh PART...    some of it: deb rpm tar windows windowsd container sbom
#
#   deb, rpm    pubpointd, a service, and pubpoint, the window
#   tar         both programs in a folder that runs from anywhere, with an install script
#   windows     both programs for Windows, in a zip; windowsd is pubpointd alone, which needs no C compiler
#   container   what a container of pubpointd is built from, FROM scratch
#   sbom        CycloneDX lists of what each program is made of
#
# OUT is the folder for the packages (dist). BIN is a folder with programs that are built already; without
# it they are built here, as for a release. LEVEL is how hard xz tries (6). All that is written depends on the source and the date of the last commit
# (or SOURCE_DATE_EPOCH) alone, so that the same source gives the same bytes.
# shellcheck disable=SC2317 # the parts are called by name
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

GO=${GO:-go}
TAGS=${TAGS-gles}
LEVEL=${LEVEL:-6}
fail() {
	printf 'package: %s\n' "$*" >&2
	exit 1
}

[ $# -gt 0 ] || set -- deb rpm tar windows container sbom
mkdir -p "${OUT:-dist}"
out=$(cd "${OUT:-dist}" && pwd)
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fact prints a value of FyneApp.toml.
fact() { sed -n "s/^$1 *= *\"\{0,1\}\([^\"]*\)\"\{0,1\} *$/\1/p" FyneApp.toml | head -n 1; }

VERSION=$(fact Version)
BUILD=$(fact Build)
ID=$(fact ID)
ARCH=$("$GO" env GOARCH)
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
	# Without git, as in an unpacked archive, the newest entry of the log of changes is as good as any.
	SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
fi
DATE=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
export VERSION ARCH DATE SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C.UTF-8
umask 022

# The commit is told by -version; it is the same wherever the source lies.
vcs=false
if git rev-parse --verify -q HEAD >/dev/null 2>&1; then vcs=true; fi
release=(-trimpath "-buildvcs=$vcs")

# tool builds a tool of packaging/releasetools and prints where it is.
tool() {
	"$GO" build -C packaging/releasetools -o "$root/bin/tools/" "$1" || fail "$1 could not be built; its sources come from the Go module proxy"
	printf '%s/bin/tools/%s\n' "$root" "${1##*/}"
}

helper=$work/release
CGO_ENABLED=0 "$GO" build -o "$helper" ./packaging/release

# programs makes sure that the programs of this machine are in $bin.
programs() {
	if [ -n "${BIN:-}" ]; then
		bin=$(cd "$BIN" && pwd)
	elif [ -z "${bin:-}" ]; then
		bin=$work/bin
		CGO_ENABLED=0 "$GO" build "${release[@]}" -ldflags '-s -w' -o "$bin/pubpointd" ./app/pubpointd
		CGO_ENABLED=1 "$GO" build "${release[@]}" -tags "$TAGS,migrated_fynedo" -ldflags '-s -w' -o "$bin/pubpoint" ./app
	fi
}

made_of() {
	"$helper" "$1" -program "$2" -player engine/internal/preview/player -fonts assets/fonts \
		-modules "$("$GO" env GOMODCACHE)" -goroot "$("$GO" env GOROOT)"
}

# put copies a file to a place below the tree, made if need be, with a mode.
put() { install -D -m "$3" "$1" "$2"; }

# documents puts the licences and pages of a program into share below a tree.
documents() {
	local name=$1 share=$2 doc=$2/doc/$1
	put LICENSE "$doc/copyright" 644
	put README.md "$doc/README.md" 644
	put CHANGELOG.md "$doc/changelog" 644
	made_of notices "$bin/$name" >"$doc/THIRD-PARTY.txt"
	"$bin/$name" -help 2>"$work/help" || fail "$name does not say what its flags are: $(cat "$work/help")"
	mkdir -p "$share/man/man1" "$share/bash-completion/completions"
	"$helper" manual "$name" <"$work/help" >"$share/man/man1/$name.1"
	"$helper" completion "$name" <"$work/help" >"$share/bash-completion/completions/$name"
	gzip -9n "$share/man/man1/$name.1" "$doc/changelog" "$doc/THIRD-PARTY.txt"
}

# desktop puts what a desktop wants to know of the window into share below a tree.
desktop() {
	local share=$1
	put "packaging/linux/$ID.desktop" "$share/applications/$ID.desktop" 644
	mkdir -p "$share/metainfo"
	sed -e "s/@VERSION@/$VERSION/; s/@DATE@/${DATE%T*}/" "packaging/linux/$ID.metainfo.xml" >"$share/metainfo/$ID.metainfo.xml"
	"$helper" icons -from assets/Icon.png -to "$share" -name "$ID"
	put assets/Icon.svg "$share/icons/hicolor/scalable/apps/$ID.svg" 644
}

# settle gives everything below a folder the date of the source.
settle() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# linux lays out both packages, once, and packs them in a format.
linux() {
	local format=$1 name
	programs
	# The window needs the C library that it was linked with, or a newer one.
	GLIBC=$(grep -ao 'GLIBC_2\.[0-9]*' "$bin/pubpoint" | sort -Vu | tail -n 1)
	export GLIBC=${GLIBC#GLIBC_}
	: "${nfpm:=$(tool github.com/goreleaser/nfpm/v2/cmd/nfpm)}"
	for name in pubpointd pubpoint; do
		if [ ! -d "$work/$name" ]; then
			put "$bin/$name" "$work/$name/tree/usr/bin/$name" 755
			documents "$name" "$work/$name/tree/usr/share"
			cp packaging/linux/*install.sh packaging/linux/*remove.sh packaging/linux/pubpoint.toml "$work/$name"
		fi
		if [ "$name" = pubpoint ]; then
			desktop "$work/$name/tree/usr/share"
		else
			put packaging/linux/pubpointd.service "$work/$name/tree/usr/lib/systemd/system/pubpointd.service" 644
			put packaging/linux/pubpointd.sysusers "$work/$name/tree/usr/lib/sysusers.d/pubpointd.conf" 644
		fi
		put packaging/linux/changelog "$work/$name/tree/usr/share/doc/$name/changelog.Debian" 644
		sed -i -e "s/@NAME@/$name/; s/@VERSION@/$VERSION/; s/@DATE@/$(date -u -R -d "@$SOURCE_DATE_EPOCH")/" "$work/$name/tree/usr/share/doc/$name/changelog.Debian"
		gzip -9nf "$work/$name/tree/usr/share/doc/$name/changelog.Debian"
		settle "$work/$name"
		(cd "$work/$name" && "$nfpm" package -f "$root/packaging/linux/$name.yaml" -p "$format" -t "$out/" >"$work/nfpm.log") ||
			fail "nfpm could not make the $format of $name: $(cat "$work/nfpm.log")"
	done
}

deb() { linux deb; }
rpm() { linux rpm; }

tar_xz() {
	local folder=pubpoint-$VERSION-linux-$ARCH name
	programs
	for name in pubpointd pubpoint; do
		put "$bin/$name" "$work/tar/$folder/bin/$name" 755
		documents "$name" "$work/tar/$folder/share"
	done
	desktop "$work/tar/$folder/share"
	put packaging/linux/install.sh "$work/tar/$folder/install.sh" 755
	put README.md "$work/tar/$folder/README.md" 644
	put LICENSE "$work/tar/$folder/LICENSE" 644
	settle "$work/tar"
	tar -C "$work/tar" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -c "$folder" | xz "-$LEVEL" -T1 >"$out/$folder.tar.xz"
}

# exe builds a program for Windows and puts its icon and metadata into it: name, folder of its main, kind (cli or
# gui), whether C is needed, what it is.
exe() {
	local name=$1 kind=$3 flags='-s -w'
	: "${winres:=$(tool github.com/tc-hib/go-winres)}"
	if [ "$kind" = gui ]; then flags="$flags -H=windowsgui"; fi
	# The window draws with the desktop's OpenGL: Windows has no OpenGL ES of its own.
	CC=x86_64-w64-mingw32-gcc GOOS=windows GOARCH=amd64 CGO_ENABLED=$4 "$GO" build "${release[@]}" -tags migrated_fynedo \
		-ldflags "$flags" -o "$work/windows/$name.exe" "./$2"
	cp assets/Icon.png "$work"
	cat >"$work/winres.json" <<-END
		{"RT_GROUP_ICON": {"APP": {"0000": "Icon.png"}},
		 "RT_MANIFEST": {"#1": {"0409": {"identity": {"name": "$ID", "version": "$VERSION.$BUILD"}, "description": "$5",
		  "minimum-os": "win7", "execution-level": "as invoker", "dpi-awareness": "per monitor v2", "long-path-aware": true}}},
		 "RT_VERSION": {"#1": {"0000": {"fixed": {"file_version": "$VERSION.$BUILD", "product_version": "$VERSION.$BUILD"},
		  "info": {"0409": {"CompanyName": "The Pubpoint Authors", "FileDescription": "$5", "FileVersion": "$VERSION.$BUILD",
		   "LegalCopyright": "$(sed -n 's/^Copyright (c) /© /p' LICENSE)", "OriginalFilename": "$name.exe",
		   "ProductName": "$(fact Name)", "ProductVersion": "$VERSION"}}}}}}
	END
	"$winres" patch --in "$work/winres.json" --no-backup --delete "$work/windows/$name.exe"
	made_of notices "$work/windows/$name.exe" >"$work/windows/THIRD-PARTY-$name.txt"
	made_of sbom "$work/windows/$name.exe" >"$out/$name-$VERSION-windows-amd64.cdx.json"
}

windowsd() {
	mkdir -p "$work/windows"
	exe pubpointd app/pubpointd cli 0 "Live streaming origin"
	zip_windows "pubpointd-$VERSION-windows-amd64"
}

windows() {
	mkdir -p "$work/windows"
	exe pubpointd app/pubpointd cli 0 "Live streaming origin"
	exe pubpoint app gui 1 "$(fact GenericName)"
	zip_windows "pubpoint-$VERSION-windows-amd64"
}

zip_windows() {
	local text
	for text in README.md LICENSE; do sed 's/$/\r/' "$text" >"$work/windows/${text%.md}.txt"; done
	settle "$work/windows"
	rm -f "$out/$1.zip"
	(cd "$work/windows" && zip -qX9 "$out/$1.zip" ./*)
}

# A container needs no more than the static program; the file beside it says how it is run.
container() {
	local folder=pubpointd-$VERSION-container
	programs
	mkdir -p "$work/container/$folder"/{rootfs/{etc,var/lib,tmp},data/pubpoint/www}
	chmod 1777 "$work/container/$folder/rootfs/tmp"
	put "$bin/pubpointd" "$work/container/$folder/rootfs/usr/bin/pubpointd" 755
	echo 'pubpoint:x:10001:10001::/var/lib/pubpoint:/sbin/nologin' >"$work/container/$folder/rootfs/etc/passwd"
	echo 'pubpoint:x:10001:' >"$work/container/$folder/rootfs/etc/group"
	put LICENSE "$work/container/$folder/rootfs/usr/share/doc/pubpointd/copyright" 644
	made_of notices "$bin/pubpointd" >"$work/container/$folder/rootfs/usr/share/doc/pubpointd/THIRD-PARTY.txt"
	put packaging/container/Containerfile "$work/container/$folder/Containerfile" 644
	settle "$work/container"
	tar -C "$work/container" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -c "$folder" | xz "-$LEVEL" -T1 >"$out/$folder.tar.xz"
}

sbom() {
	local name
	programs
	for name in pubpointd pubpoint; do made_of sbom "$bin/$name" >"$out/$name-$VERSION-linux-$ARCH.cdx.json"; done
}

for part in "$@"; do
	case $part in
	deb | rpm | windows | windowsd | container | sbom) "$part" ;;
	tar) tar_xz ;;
	*) fail "'$part' is no part of it: give deb, rpm, tar, windows, windowsd, container or sbom" ;;
	esac
done
(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >"$work/sums" && cp "$work/sums" SHA256SUMS && ls -l)
