//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// recorded is one event as the admin listener lists it.
type recorded struct {
	ID, URL       string
	Live, Current bool
	Duration      float64 `json:"duration_seconds"`
	Bytes         int64
	Links         []struct{ Label, URL string }
}

// events are those of a point, newest first.
func (s *server) events(t *testing.T, point string) []recorded {
	t.Helper()
	var answer struct{ Events []recorded }
	if status := s.api(t, http.MethodGet, "/api/v1/points/"+point+"/archive", nil, &answer); status != http.StatusOK {
		t.Fatalf("the archive answers %d", status)
	}
	return answer.Events
}

// TestTwoEvents has two events in a row on one point. A player of the first one finishes while
// the second one is on the air; later the first one plays at its own address, also after the
// server has been killed.
func TestTwoEvents(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	v.await(t, 3)
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	v.leave(t)
	p := newPlayer(t, v.base)
	vod := p.mustGet(t, http.StatusOK, http.MethodGet, p.base)
	_, levels := p.mustManifest(t)

	encoder = ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	next := watch(t, s.url("oceans", "Manifest"))
	// The next manifest is live, and none of its fragments is one of the first event.
	eventually(t, "the second event is on the air", func() (any, bool) {
		m, _, err := next.manifest(t.Context())
		return err, err == nil && m != nil && strings.EqualFold(m.IsLive, "true")
	})
	next.await(t, 2)
	for _, l := range levels {
		for _, at := range l.spans {
			if next.has(l, at.start) && next.seen[l.String()][at.start].header.Get("ETag") != v.seen[l.String()][at.start].header.Get("ETag") {
				t.Errorf("%s at %d is of both events", l, at.start)
			}
			now, before := p.mustGet(t, http.StatusOK, http.MethodGet, p.address(l, at.start)), v.seen[l.String()][at.start]
			if before == nil || string(now.body) != string(before.body) || now.header.Get("ETag") != before.header.Get("ETag") {
				t.Errorf("%s at %d has changed for who plays the first event", l, at.start)
			}
		}
	}
	events := s.events(t, "oceans")
	if len(events) != 2 || !events[0].Live || events[1].Live || events[1].Duration < 3 || events[1].Bytes == 0 {
		t.Fatalf("the archive lists %+v", events)
	}
	own := func() {
		t.Helper()
		q := newPlayer(t, strings.Replace(events[1].URL, strings.SplitN(events[1].URL, "/oceans", 2)[0], s.media, 1))
		a := q.mustGet(t, http.StatusOK, http.MethodGet, q.base)
		if string(a.body) != string(vod.body) || a.header.Get("Last-Modified") != vod.header.Get("Last-Modified") {
			t.Errorf("the manifest of the first event has changed, or is of %s", a.header.Get("Last-Modified"))
		}
		for _, l := range levels {
			download(t, q, l)
		}
	}
	own()
	next.stop()
	<-next.done
	s.kill(t)
	encoder.kill(t)
	s = h.start(t)
	if state := s.state(t, "oceans"); state != "started" {
		t.Errorf("after the kill the point is %s", state)
	}
	own()
	s.order(t, "oceans", "idle")
	if code := s.terminate(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s = h.start(t)
	if state := s.state(t, "oceans"); state != "idle" {
		t.Errorf("shut down and restarted the point is %s", state)
	}
	if events := s.events(t, "oceans"); len(events) != 2 || events[0].Live {
		t.Errorf("the archive lists %+v", events)
	}
}

// TestEventsInTheBrowser plays an earlier event beside the one on the air, and the latter with
// a time shift.
func TestEventsInTheBrowser(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	s.awaitState(t, "oceans", "started")
	v := watch(t, s.url("oceans", "Manifest"))
	v.await(t, 4)
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	s.order(t, "oceans", "started")
	ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	s.awaitState(t, "oceans", "started") // until then the page shows the first event
	now := browse(t, s.url("oceans", ""), desktopWidth, desktopHeight)
	now.plays(t, "live", 3)
	then := browse(t, s.events(t, "oceans")[1].Links[0].URL, desktopWidth, desktopHeight)
	if seen := then.plays(t, "vod", 1); seen.Badge != "VOD" || seen.Duration < 3 {
		t.Errorf("the earlier event plays as %+v", seen)
	}
	then.shoot(t, "event-earlier")
	then.run(t, chromedp.EmulateViewport(phoneWidth, phoneHeight))
	then.shoot(t, "event-earlier-phone")
	now.shoot(t, "event-on-air")

	const shift = 5
	shifted := browse(t, s.url("oceans", "?time_shift="+strconv.Itoa(shift)), desktopWidth, desktopHeight)
	shifted.plays(t, "live", 2)
	var behind [2]float64
	looks := 0
	eventually(t, fmt.Sprintf("one player is %d s behind the other", shift), func() (any, bool) {
		looks++
		for i, b := range []*tab{now, shifted} {
			if looks%(6*pressAgain) == 0 { // who stalled on a busy machine stays behind; the page tries by itself first
				b.run(t, chromedp.Evaluate(back, nil))
			}
			seen := b.state(t)
			if seen.Mode != "live" || !strings.HasSuffix(seen.Delay, " s") {
				return seen, false
			}
			behind[i] = seconds(t, seen.Delay)
		}
		d := behind[1] - behind[0]
		return behind, d > shift-3 && d < shift+3
	})
	t.Logf("behind live: %.1f s, with a time shift of %d s: %.1f s", behind[0], shift, behind[1])
	for _, b := range []*tab{now, then, shifted} {
		b.clean(t, s.media)
	}
}

// TestOrdersSurvive gives each order and has the server end, once in peace and once by a kill.
func TestOrdersSurvive(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, point := range []string{"armed", "shut", "stopped", "untouched"} {
		h.mkdir(t, point)
	}
	s := h.start(t)
	s.order(t, "armed", "started")
	s.order(t, "shut", "idle")
	encoder := ffmpeg(t, live(push(s.ingest("stopped", liveStream))...)...)
	s.awaitState(t, "stopped", "started")
	s.order(t, "stopped", "stopped")
	encoder.wait(t)
	for _, end := range []func(){func() { s.terminate(t) }, func() { s.kill(t) }, func() {}} {
		for point, want := range map[string]struct {
			state  string
			status int // of an encoder's empty POST
		}{"armed": {"starting", 200}, "shut": {"idle", 404}, "stopped": {"stopped", 409}, "untouched": {"idle", 200}} {
			eventually(t, point+" is there", func() (any, bool) { return nil, s.state(t, point) != "" })
			p := newPlayer(t, s.url(point, "Manifest"))
			if state := s.state(t, point); state != want.state {
				t.Errorf("%s is %s, want %s", point, state, want.state)
			}
			p.mustGet(t, want.status, http.MethodPost, s.url(point, "Streams(x)"))
		}
		end()
		if !s.running() {
			s = h.start(t)
		}
	}
}
