#!/usr/bin/env bash
# Measures what the control room costs while it shows many live points: processor time of the
# program and of the ffmpeg that makes its pictures, memory, and how long a click takes. Draws in
# software under Xvfb, which is the dearest way there is.
#
#   packaging/windowcost.sh [POINTS [SECONDS]]     16 points, 60 s for each row
#
# Needs bin/pubpoint, bin/pubpointd (make build), ffmpeg, Xvfb, openbox, xdotool and curl.
# SCREEN=1600x900 is the size of the window; SHOT=FILE.png keeps a picture of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly points=${1:-16} seconds=${2:-60} screen=${SCREEN:-1600x900}
for program in pubpoint pubpointd; do
	[ -x "bin/$program" ] || { echo "windowcost: bin/$program is missing; run make build first" >&2; exit 1; }
done
for tool in ffmpeg Xvfb openbox xdotool curl; do
	command -v "$tool" >/dev/null || { echo "windowcost: $tool is missing; run make setup-test first" >&2; exit 1; }
done

work=$(mktemp -d)
running=()
finish() {
	kill "${running[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

# start runs a command in the background, with its output in a file, and leaves its id in $started.
start() {
	local log=$work/$1.log
	shift
	"$@" >"$log" 2>&1 &
	started=$!
	running+=("$started")
}

# until_true waits for a command to succeed, and fails after a minute.
until_true() {
	local what=$1 end=$((SECONDS + 60))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || { echo "windowcost: this never came: $what" >&2; cat "$work"/*.log >&2; exit 1; }
		sleep 0.05
	done
}

# A display of our own.
mkfifo "$work/display"
Xvfb -displayfd 9 -screen 0 "${screen}x24" -nolisten tcp 9>"$work/display" 2>"$work/xvfb.log" &
running+=($!)
read -r number <"$work/display"
export DISPLAY=:$number HOME=$work LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
start openbox openbox --sm-disable

# Some seconds of test picture and tone, encoded once and sent by all.
ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000 -t 20 \
	-filter_complex '[0:v]split[a][b];[b]scale=320:180[c]' -map '[a]' -map '[c]' -map 1:a \
	-c:v libx264 -preset veryfast -g 50 -keyint_min 50 -sc_threshold 0 -pix_fmt yuv420p \
	-b:v:0 800k -b:v:1 300k -c:a aac -b:a 96k -ac 2 "$work/media.mp4"

# serve starts a program of ours at an address, with an encoder for each point.
serve() {
	local program=$1 address=$2 root=$work/$1-www i name
	shift 2
	for i in $(seq "$points"); do mkdir -p "$root/$(printf 'channel-%02d' "$i").isml"; done
	start "$program" "bin/$program" -root "$root" -listen "$address" -admin off "$@"
	server=$started
	until_true "$program answers" curl -fs -o /dev/null "http://$address/"
	senders=()
	for i in $(seq "$points"); do
		name=$(printf 'channel-%02d' "$i")
		start "send-$name" ffmpeg -nostdin -v error -re -stream_loop -1 -i "$work/media.mp4" -map 0 -c copy \
			-f ismv -movflags isml+frag_keyframe "http://$address/$name.isml/Streams($name)"
		senders+=("$started")
	done
}

# spent tells the processor time of a process, and of the children that it has waited for, in ticks.
spent() { awk '{ print $14 + $15, $16 + $17 }' "/proc/$1/stat"; }

# measure prints a row: shares of one core over some seconds, and the memory at the end.
measure() {
	local pid=$2 own children own2 children2 began ended memory
	read -r own children < <(spent "$pid")
	began=$(date +%s%N)
	sleep "$seconds"
	read -r own2 children2 < <(spent "$pid")
	ended=$(date +%s%N)
	memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	awk -v what="$1" -v own=$((own2 - own)) -v children=$((children2 - children)) -v ns=$((ended - began)) -v kb="$memory" -v hz="$(getconf CLK_TCK)" \
		'BEGIN { s = ns / 1e9 * hz; printf "%-28s %8.1f %% %8.1f %% %8.1f %% %7.0f MB\n", what, 100 * own / s, 100 * children / s, 100 * (own + children) / s, kb / 1024 }'
}

# says reports whether the layout file tells of so many lines that match.
says() { [ -e "$work/layout.json" ] && [ "$(grep -cE "$2" "$work/layout.json")" -ge "$1" ]; }

# place prints where the middle of a control is.
place() {
	awk -v want="\"$1\"" -F '[:,]' '/"name"/ { on = index($0, want) } on && /"x"/ { x = $2 } on && /"y"/ { y = $2 }
		on && /"w"/ { w = $2 } on && /"h"/ { print int(x + w / 2), int(y + $2 / 2); exit }' "$work/layout.json"
}

# answered prints how many milliseconds pass from a click on a control until the layout says what it should.
answered() {
	local x y began
	read -r x y < <(place "$1")
	xdotool mousemove --window "$window" "$x" "$y"
	sleep 1
	began=$(date +%s%N)
	xdotool click 1
	until says 1 "$2"; do :; done
	echo $((($(date +%s%N) - began) / 1000000))
}

printf '%d points of 2 rungs, window %s, drawn in software; %d s a row, shares of one core\n\n' "$points" "$screen" "$seconds"
printf '%-28s %10s %10s %10s %10s\n' "" program pictures together memory

serve pubpointd 127.0.0.1:$((20000 + RANDOM % 10000))
sleep 10
measure "ingest without a window" "$server"
kill "$server" "${senders[@]}"
wait "$server" "${senders[@]}" 2>/dev/null || true

serve pubpoint 127.0.0.1:$((30000 + RANDOM % 10000)) -dump-layout "$work/layout.json"
until_true "the window is there" xdotool search --name '^Pubpoint$'  >/dev/null
window=$(xdotool search --name '^Pubpoint$' | head -n 1)
until_true "every point is on air" says "$points" '"text": "On air"'
xdotool windowsize "$window" "${screen%x*}" "${screen#*x}" windowmove "$window" 0 0
sleep 15
[ -z "${SHOT:-}" ] || import -window root "$SHOT"
[ -z "${PROFILE:-}" ] || perf record -q -g -o "$PROFILE" -p "$server" -- sleep 20
measure "the wall" "$server"
clicks=()
for _ in 1 2 3; do
	clicks+=("$(answered nav-settings '"theme')")
	clicks+=("$(answered nav-wall '"tile-')")
done
xdotool windowminimize "$window"
sleep 20
measure "minimised" "$server"
began=$(date +%s%N)
for _ in 1 2 3 4 5; do xdotool getmouselocation >/dev/null; done
printf '\nsix clicks were answered within %s ms; a run of xdotool takes %d ms of that\n' \
	"$(printf '%s\n' "${clicks[@]}" | sort -n | paste -sd ' ')" $((($(date +%s%N) - began) / 5000000))
