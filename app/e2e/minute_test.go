//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What a minute may show. A busy machine is forgiven a moment, and the delay is bounded far above
// what it is, because the figures are what this is run for.
const (
	minute       = 60 * time.Second
	longestPause = 2.0 // seconds without progress, above which playing has stalled
	longestSkip  = 2.0 // seconds that were not shown
	longestDelay = 6.0 // seconds from the encoder's picture to the viewer's, of low latency
)

// Widths of the two rungs of the ladder.
const narrow, wide = 160, 320

// The clock in the picture: a row of boxes, each a bit of the number of 1/25 s since 1970. In a
// Gray code neighbours differ in one box, so that a number drawn while the clock moves on, box by
// box, is not far off.
const (
	clockBits = 16
	clockRate = 25
	clockBox  = 20 // pixels
)

// clocked is a ladder of two rungs with the time of day burnt in, in fragments of half a second.
func clocked(url string) []string {
	var clock strings.Builder
	fmt.Fprintf(&clock, "drawbox=x=0:y=0:w=iw:h=%d:c=black:t=fill", clockBox)
	for bit := range clockBits {
		fmt.Fprintf(&clock, ",drawbox=x=%d:y=0:w=%d:h=%d:c=white:t=fill:enable='mod(floor((mod(floor(time(0)*%d),%d)+%d)/%d),2)'",
			bit*clockBox, clockBox, clockBox, clockRate, 1<<clockBits, 1<<bit, 2<<bit)
	}
	args := strings.Fields("-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000")
	args = append(args, "-filter_complex", "[0:v]"+clock.String()+",split=2[a][b];[b]scale=160:90[c]")
	return append(append(args, strings.Fields("-map [a] -map 1:a -map [c] "+
		"-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -pix_fmt yuv420p -bf 0 -g 50 -keyint_min 50 -sc_threshold 0 "+
		"-b:v:0 600k -b:v:1 150k -c:a aac -ac 2 -b:a 64k -f ismv -movflags isml -frag_duration 500000 -send_expect_100 1")...), url)
}

// noting is what notes five times a second whether the picture moves, and how old the clock in it is.
var noting = fmt.Sprintf(`(() => {
	const BITS = %d, RATE = %d, BOX = %d, v = window.pubpoint.video, at = () => performance.now() / 1000;
	const canvas = new OffscreenCanvas(BITS * BOX, BOX * 9), pen = canvas.getContext('2d', { willReadFrequently: true });
	const seen = { For: 0, Moved: 0, Pause: 0, Skip: 0, Waits: 0, Width: 0, Delays: [] };
	const begun = at(), from = v.currentTime;
	let time = from, moved = begun, looked = begun;
	for (const name of ['waiting', 'stalled']) v.addEventListener(name, () => seen.Waits++);
	const delay = () => {
		pen.drawImage(v, 0, 0, canvas.width, canvas.height);
		const row = pen.getImageData(0, BOX / 2, canvas.width, 1).data;
		let bit = 0, number = 0;
		for (let i = BITS - 1; i >= 0; i--) {
			bit ^= row[(i * BOX + BOX / 2) * 4] > 127 ? 1 : 0;
			number = number * 2 + bit;
		}
		const wrap = 2 ** BITS, age = (Date.now() * RATE / 1000 - number) %% wrap;
		return (age > wrap / 2 ? age - wrap : age) / RATE;
	};
	setInterval(() => {
		const now = at(), t = v.currentTime;
		if (t === time) seen.Pause = Math.max(seen.Pause, now - moved);
		else moved = now;
		seen.Skip = Math.max(seen.Skip, t - time - (now - looked) * v.playbackRate);
		time = t;
		looked = now;
		seen.Delays.push(delay());
		Object.assign(seen, { For: now - begun, Moved: t - from, Width: v.videoWidth });
	}, 200);
	window.watched = seen;
})()`, clockBits, clockRate, clockBox)

// change has the player load the rung of a width from now on.
const change = `((width) => {
	const p = window.pubpoint.player, of = (list) => list.findIndex((rung) => rung.width === width);
	if (p.levels) {
		p.nextLevel = of(p.levels);
		return;
	}
	p.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
	p.setRepresentationForTypeByIndex('video', of(p.getRepresentationsByType('video')));
})(%d)`

// watched is what a page has noted, in seconds.
type watched struct {
	For, Moved  float64 // by the wall clock and on the timeline
	Pause, Skip float64 // the longest of each
	Waits       int     // how often the video element said that it waits
	Width       int
	Delays      []float64
}

// delays are the median, the shortest and the longest delay.
func (w watched) delays() (median, shortest, longest float64) {
	sorted := slices.Sorted(slices.Values(w.Delays))
	return sorted[len(sorted)/2], sorted[0], sorted[len(sorted)-1]
}

// watched waits until what a page has noted is as it should be.
func (v watching) watched(t *testing.T, what string, is func(watched) bool) (seen watched) {
	t.Helper()
	eventually(t, what+" by "+v.format, func() (any, bool) {
		seen = watched{}
		v.run(t, chromedp.Evaluate(`window.watched`, &seen))
		return fmt.Sprintf("%+v", seen), is(seen)
	})
	return seen
}

// changes goes to another rung on every page, and logs when it is seen.
func (a audience) changes(t *testing.T, width int) {
	t.Helper()
	asked := time.Now()
	a.do(t, fmt.Sprintf(change, width))
	for _, v := range a {
		v.watched(t, fmt.Sprintf("the picture is %d wide", width), func(w watched) bool { return w.Width == width })
		t.Logf("%s: the picture is %d wide within %.1f s", v.format, width, time.Since(asked).Seconds())
	}
}

// TestAMinuteWithoutAStall plays a ladder in every format at once for a minute, through a change
// to the lower rung and back, and reads from the picture how old it is when it is seen.
func TestAMinuteWithoutAStall(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	ffmpeg(t, clocked(s.ingest("oceans", "oceans-600k-64k-150k"))...)
	home := browse(t, s.media+"/", desktopWidth, desktopHeight)
	var viewers audience
	for _, format := range []string{"hls-cmaf", "hls", "dash", "smooth"} {
		viewers = append(viewers, watching{home.another(t, s.url("oceans", "?format="+format)), format})
	}
	viewers.play(t, "live", 1)
	viewers.do(t, noting)
	for i, width := range []int{narrow, wide} {
		until := minute.Seconds() * float64(i+1) / 3
		for _, v := range viewers {
			v.watched(t, fmt.Sprintf("the picture is looked at for %g s", until), func(w watched) bool { return w.For > until })
		}
		viewers.changes(t, width)
	}
	for _, v := range viewers {
		seen := v.watched(t, "the picture is looked at for a minute", func(w watched) bool { return w.For >= minute.Seconds() })
		median, shortest, longest := seen.delays()
		t.Logf("%s: %.1f s in %.1f s; longest pause %.2f s, longest skip %.2f s, %d waits; from encoder to viewer %.2f s (%.2f to %.2f s)",
			v.format, seen.Moved, seen.For, seen.Pause, seen.Skip, seen.Waits, median, shortest, longest)
		if seen.Pause > longestPause || seen.Skip > longestSkip || seen.Moved < seen.For-longestPause {
			t.Errorf("%s: the picture stalled", v.format)
		}
		if low := v.format == "hls-cmaf" || v.format == "dash"; low && (median > longestDelay || median < 0) {
			t.Errorf("%s: the viewer is %.2f s behind", v.format, median)
		}
		v.clean(t, s.media)
	}
}
