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

// pressAgain is after how many looks somebody presses Live again: five seconds.
const pressAgain = 100

// rewind drags the seek bar to its beginning, and back is what brings the viewer back.
const (
	rewind = `(() => { const s = document.getElementById('seek'); s.value = s.min; for (const e of ['input', 'change']) s.dispatchEvent(new Event(e)); })()`
	back   = `document.getElementById('golive').click()`
	late   = `!document.getElementById('golive').hidden`
)

// nears waits until the page is as it should be at the live edge. A picture that stalls on a busy
// machine stays behind by that much, and a viewer would press Live again: so does this.
func (b *tab) nears(t *testing.T, what string, is func(pageState) bool) pageState {
	t.Helper()
	looks := 0
	return b.await(t, what, func(s pageState) bool {
		if looks++; looks%pressAgain == 0 {
			b.run(t, chromedp.Evaluate(back, nil))
		}
		return is(s)
	})
}

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

// audience is several pages at once. What all have to do they begin together.
type audience []watching

// play waits until every picture has moved on by so many seconds, and returns what is shown.
func (a audience) play(t *testing.T, mode string, seconds float64) []pageState {
	t.Helper()
	begun, seen := make([]pageState, len(a)), make([]pageState, len(a))
	for i, v := range a {
		begun[i] = v.await(t, "plays "+mode+" by "+v.format, func(s pageState) bool {
			return s.Mode == mode && s.Time > 0 && s.Width > 0 && !s.Paused
		})
	}
	for i, v := range a {
		seen[i] = v.await(t, fmt.Sprintf("plays %s for %g s by %s", mode, seconds, v.format), func(s pageState) bool {
			return s.Mode == mode && s.Time > begun[i].Time+seconds
		})
	}
	return seen
}

// do evaluates an expression on every page.
func (a audience) do(t *testing.T, expression string) {
	t.Helper()
	for _, v := range a {
		v.run(t, chromedp.Evaluate(expression, nil))
	}
}

// stand waits until every picture stands still.
func (a audience) stand(t *testing.T) {
	t.Helper()
	for _, v := range a {
		last, at := -1.0, time.Now()
		v.await(t, "has nothing more to play by "+v.format, func(s pageState) bool {
			if s.Time != last {
				last, at = s.Time, time.Now()
			}
			return time.Since(at) > 3*time.Second
		})
	}
}

// rewinds goes back to the beginning of the window and returns to live.
func (a audience) rewinds(t *testing.T) {
	t.Helper()
	for _, v := range a {
		v.await(t, "has seen what it can go back to by "+v.format, func(s pageState) bool { return s.Time > 5 })
	}
	before := a.play(t, "live", 0)
	a.do(t, rewind)
	for i, v := range a {
		v.await(t, "is back in the window by "+v.format, func(s pageState) bool { return s.Time < before[i].Time-3 })
		v.truth(t, v.format+" offers to return to live", late, true)
	}
	a.play(t, "live", 1)
	a.do(t, back)
	for i, v := range a {
		v.truth(t, v.format+" is back at the live edge", late, false)
		after := v.nears(t, fmt.Sprintf("is as near to live as it was (%s) by %s", before[i].Delay, v.format), func(s pageState) bool {
			return strings.HasSuffix(s.Delay, " s") && seconds(t, s.Delay) < seconds(t, before[i].Delay)+3
		})
		t.Logf("%s: %s behind live, and %s after a look back", v.format, before[i].Delay, after.Delay)
	}
	a.play(t, "live", 1)
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
	quickly := ffmpeg(t, chunked(s.ingest("quick", "quick-300k-64k"))...)
	home := browse(t, s.media+"/", desktopWidth, desktopHeight)
	open := func(point string, formats ...string) (a audience) {
		for _, format := range formats {
			a = append(a, watching{home.another(t, s.url(point, "?format="+format)), format})
		}
		return a
	}
	viewers := open("oceans", "hls-cmaf", "hls", "dash", "smooth", "native")
	quick := open("quick", "hls-cmaf", "dash")
	for i, seen := range viewers.play(t, "live", 1) {
		format := viewers[i].format
		t.Logf("%s: %s behind live, %s, within %.1f s of the encoder", format, seen.Delay, seen.Rendition, time.Since(began).Seconds())
		if seen.Badge != "LIVE" || seen.Message != "" || !strings.Contains(seen.Rendition, "kbit/s") {
			t.Errorf("%s: while it plays live the page shows %+v", format, seen)
		}
	}
	for _, v := range quick {
		seen := v.nears(t, "is near the live edge by "+v.format, func(s pageState) bool {
			return strings.HasSuffix(s.Delay, " s") && s.Time > 3 && seconds(t, s.Delay) < 3
		})
		t.Logf("%s of chunks: %s behind live, %s", v.format, seen.Delay, seen.Rendition)
	}
	viewers[:len(viewers)-1].rewinds(t) // Chromium's own player tells no window
	encoder.kill(t)
	quickly.kill(t)
	quick.stand(t)
	ffmpeg(t, chunked(s.ingest("quick", "quick-300k-64k"))...)
	quick.play(t, "live", 8)
	encoder = ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	viewers.play(t, "live", 8) // more than was in any buffer
	encoder.interrupt(t)
	for _, v := range viewers {
		v.await(t, "has played to the end and offers the recording: "+v.format, func(s pageState) bool {
			return s.Mode == "vod" && s.Badge == "VOD" && s.Action != ""
		})
	}
	viewers.do(t, `document.getElementById('action').click()`)
	longest := 0.0
	for i, seen := range viewers.play(t, "vod", 1) {
		t.Logf("%s: the recording has %g s", viewers[i].format, seen.Duration)
		longest = max(longest, seen.Duration)
		if seen.Duration < longest-1.5 {
			t.Errorf("%s plays %g s of a recording that others play %g s of", viewers[i].format, seen.Duration, longest)
		}
	}
	for _, v := range append(viewers, quick...) {
		v.clean(t, s.media)
	}
}
