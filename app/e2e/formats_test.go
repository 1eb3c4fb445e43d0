//go:build e2e

package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// another opens a page in a new tab of the same browser.
func (b *tab) another(t *testing.T, address string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx)
	other := &tab{ctx: ctx}
	t.Cleanup(closeTab)
	chromedp.ListenTarget(ctx, other.hear)
	if err := chromedp.Run(ctx, log.Enable(), network.Enable(), emulation.SetFocusEmulationEnabled(true)); err != nil {
		t.Fatalf("a tab does not open: %v", err)
	}
	other.run(t, chromedp.EmulateViewport(desktopWidth, desktopHeight), chromedp.Navigate(address))
	return other
}

// seconds reads a number of the page: "4.2 s".
func seconds(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, " s"), 64)
	if err != nil {
		t.Fatalf("%q is no number of seconds", text)
	}
	return n
}

// rewind drags the seek bar to its beginning, and back is what brings the viewer back.
const (
	rewind = `(() => { const s = document.getElementById('seek'); s.value = s.min; for (const e of ['input', 'change']) s.dispatchEvent(new Event(e)); })()`
	back   = `document.getElementById('golive').click()`
	late   = `!document.getElementById('golive').hidden`
)

// truth waits until an expression is as wanted.
func (b *tab) truth(t *testing.T, what, expression string, want bool) {
	t.Helper()
	eventually(t, what, func() (any, bool) {
		var got bool
		b.run(t, chromedp.Evaluate(expression, &got))
		return b.state(t), got == want
	})
}

// chunked is a test pattern sent a picture at a time, as the documentation gives it.
func chunked(url string) []string {
	return append(strings.Fields("-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine=frequency=440:sample_rate=48000 "+
		"-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -pix_fmt yuv420p -bf 0 -g 50 -keyint_min 50 -sc_threshold 0 "+
		"-b:v 300k -c:a aac -ac 2 -b:a 64k -f mp4 -movflags cmaf+frag_every_frame+empty_moov+default_base_moof -send_expect_100 1"), url)
}

// watching is the page in one format.
type watching struct {
	*tab
	format string
}

// TestFormats has the page play every format at once: live, back in the window, over the loss
// of an encoder, to the end and after it.
func TestFormats(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	h.mkdir(t, "quick")
	s := h.start(t)
	began := time.Now()
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	ffmpeg(t, chunked(s.ingest("quick", "quick-300k-64k"))...)
	first := browse(t, s.media+"/", desktopWidth, desktopHeight)
	quick := []watching{{first.another(t, s.url("quick", "?format=hls-cmaf")), "hls-cmaf"}, {first.another(t, s.url("quick", "?format=dash")), "dash"}}
	var viewers []watching
	for _, format := range []string{"hls-cmaf", "hls", "dash", "smooth", "native"} {
		viewers = append(viewers, watching{first.another(t, s.url("oceans", "?format="+format)), format})
	}
	for _, v := range quick {
		seen := v.plays(t, "live", 2)
		v.await(t, "is near the live edge by "+v.format, func(s pageState) bool {
			seen = s
			return strings.HasSuffix(s.Delay, " s") && seconds(t, s.Delay) < 3
		})
		t.Logf("%s of chunks: %s behind live, %s", v.format, seen.Delay, seen.Rendition)
	}
	for _, v := range viewers {
		seen := v.plays(t, "live", 2)
		t.Logf("%s: %s behind live, %s, %.1f s after the encoder began", v.format, seen.Delay, seen.Rendition, time.Since(began).Seconds())
		if seen.Badge != "LIVE" || seen.Message != "" || !strings.Contains(seen.Rendition, "kbit/s") {
			t.Errorf("%s: while it plays live the page shows %+v", v.format, seen)
		}
	}
	for _, v := range viewers {
		if v.format != "native" { // Chromium's own player tells no window
			v.rewinds(t)
		}
	}
	encoder.kill(t)
	encoder = ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	for _, v := range viewers {
		v.plays(t, "live", 8) // more than was in any buffer
	}
	encoder.interrupt(t)
	for _, v := range viewers {
		v.await(t, "has played to the end and offers the recording: "+v.format, func(s pageState) bool {
			return s.Mode == "vod" && s.Badge == "VOD" && s.Action != ""
		})
		v.run(t, chromedp.Click("#action", chromedp.ByID))
		v.plays(t, "vod", 1)
	}
	for _, v := range append(viewers, quick...) {
		v.clean(t, s.media)
	}
}

// rewinds goes back to the beginning of the window and returns to live.
func (v watching) rewinds(t *testing.T) {
	t.Helper()
	before := v.state(t)
	v.run(t, chromedp.Evaluate(rewind, nil))
	v.await(t, "is back in the window by "+v.format, func(s pageState) bool { return s.Time < before.Time-3 })
	v.plays(t, "live", 1)
	v.truth(t, v.format+" offers to return to live", late, true)
	v.run(t, chromedp.Evaluate(back, nil))
	v.truth(t, v.format+" is back at the live edge", late, false)
	after := v.plays(t, "live", 1)
	v.await(t, fmt.Sprintf("is as near to live as it was (%s) by %s", before.Delay, v.format), func(s pageState) bool {
		after = s
		return seconds(t, s.Delay) < seconds(t, before.Delay)+3
	})
	t.Logf("%s: %s behind live, and %s after a look back", v.format, before.Delay, after.Delay)
}
