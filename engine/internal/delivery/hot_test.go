package delivery

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/wire"
)

const (
	hotFragment = "/oceans.isml/QualityLevels(200000)/Fragments(video=0)"
	hotManifest = "/oceans.isml/Manifest"
)

// clockwork is a house whose clock the test moves.
func clockwork(t *testing.T) (*house, *server, *atomic.Int64) {
	t.Helper()
	var now atomic.Int64
	now.Store(time.Date(2026, 11, 22, 14, 0, 8, 0, time.UTC).UnixNano())
	h := newHouse(t, func(cfg *Config) { cfg.Now = func() time.Time { return time.Unix(0, now.Load()).UTC() } })
	return h, h.Handler.(*server), &now
}

// sameAs says how an answer that is ready differs from one of the handler.
func sameAs(t *testing.T, a *wire.Answer, res *http.Response) string {
	t.Helper()
	body := bodyOf(t, res)
	if a == nil {
		return "nothing is ready"
	}
	ready, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(string(a.Head)+"\r\n"), strings.NewReader(string(a.Body)))), nil)
	if err != nil {
		return err.Error()
	}
	if got := bodyOf(t, ready); got != body {
		return fmt.Sprintf("%d bytes are ready, the handler writes %d", len(got), len(body))
	}
	if got, want := fmt.Sprint(ready.Header), fmt.Sprint(res.Header); got != want || ready.StatusCode != res.StatusCode {
		return got + " is ready, the handler writes " + want
	}
	return ""
}

// What is asked for twice is ready, and is what the handler answers.
func TestReadyIsWhatTheHandlerAnswers(t *testing.T) {
	h, s, now := clockwork(t)
	for _, target := range []string{hotFragment, hotManifest} {
		for _, gzip := range []bool{false, true} {
			fields := []string{"User-Agent: test"}
			if gzip {
				fields = append(fields, "Accept-Encoding: gzip")
			}
			first := h.ask(t, "GET", target, fields...)
			if s.Known([]byte(target), gzip) != nil && (gzip && target == hotManifest || !gzip) {
				t.Errorf("%s: what was asked for once is ready", target)
			}
			if a := bodyOf(t, h.ask(t, "GET", target, fields...)); a != bodyOf(t, first) {
				t.Errorf("%s: the second answer differs", target)
			}
			if wrong := sameAs(t, s.Known([]byte(target), gzip), h.ask(t, "GET", target, fields...)); wrong != "" {
				t.Errorf("%s, gzip %v: %s", target, gzip, wrong)
			}
			now.Add(int64(3 * time.Second))
		}
	}
}

// A point that was made again may give other media the same tag.
func TestReadyMediaIsNotThatOfAnotherPoint(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 0, 8, 0, time.UTC)
	h := newHot(func() time.Time { return now })
	ask := func(text string, arrived time.Time) string {
		t.Helper()
		obj := &output.Object{Type: "video/mp4", Size: int64(len(text)), Body: output.Bytes(text), Tag: "event-video-0", Modified: arrived}
		body, ok := h.media(httptest.NewRequest(http.MethodGet, hotFragment, nil), newResponse(httptest.NewRecorder(), 0), obj)
		if !ok {
			return text
		}
		return string(body)
	}
	for range 3 {
		if got := ask("of the old", now); got != "of the old" {
			t.Fatal(got)
		}
	}
	if got := ask("of the new", now.Add(time.Second)); got != "of the new" {
		t.Errorf("media of the new point is %q", got)
	}
	if e := h.get([]byte(hotFragment)); e == nil || string(e.plain.Body) != "of the new" {
		t.Errorf("ready is %+v", e)
	}
}

// Media that may have gone is looked at again within a second, and costs no other copy when it is still there.
func TestReadyMediaEnds(t *testing.T) {
	h, s, now := clockwork(t)
	for range 2 {
		bodyOf(t, h.ask(t, "GET", hotFragment))
	}
	before := s.Known([]byte(hotFragment), false)
	now.Add(int64(hotFor + time.Millisecond))
	if s.Known([]byte(hotFragment), false) != nil {
		t.Error("it is ready for ever")
	}
	bodyOf(t, h.ask(t, "GET", hotFragment))
	if after := s.Known([]byte(hotFragment), false); before == nil || after != before {
		t.Errorf("it was %p and is %p after another look", before, after)
	}
	h.points.set("oceans", PointRef{State: engine.StateIdle})
	now.Add(int64(hotFor + time.Millisecond))
	if res := h.ask(t, "GET", hotFragment); res.StatusCode != http.StatusNotFound || s.Known([]byte(hotFragment), false) != nil {
		t.Errorf("of a point that is idle: %s", res.Status)
	}
}

// A manifest is ready as long as nothing has changed, and not a moment longer.
func TestReadyManifestIsNeverOld(t *testing.T) {
	h, s, _ := clockwork(t)
	for range 2 {
		bodyOf(t, h.ask(t, "GET", hotManifest))
	}
	if s.Known([]byte(hotManifest), false) == nil {
		t.Fatal("it is not ready")
	}
	h.live.Show(h.event.Live(7))
	if s.Known([]byte(hotManifest), false) != nil {
		t.Error("it is ready after a fragment has come")
	}
	want := bodyOf(t, h.ask(t, "GET", hotManifest))
	if a := s.Known([]byte(hotManifest), false); a == nil || string(a.Body) != want {
		t.Error("the new one is not ready")
	}
	h.points.set("oceans", PointRef{State: engine.StateIdle})
	if s.Known([]byte(hotManifest), false) != nil {
		t.Error("it is ready of a point that is idle")
	}
}

// What depends on more than the address, or is refused, is never ready.
func TestNotReady(t *testing.T) {
	h, s, _ := clockwork(t)
	for _, ask := range []struct{ method, target, field string }{
		{"HEAD", hotFragment, ""}, {"GET", hotFragment + "?x=1", ""}, {"GET", hotFragment, "Authorization: Basic eDp5"},
		{"GET", hotManifest + "?time_shift=4", ""}, {"GET", "/film.ism/Manifest", ""},
		{"GET", "/oceans.isml/QualityLevels(200000)/Fragments(video=990000000000)", ""}, {"GET", "/nothing.isml/Manifest", ""},
	} {
		for range 3 {
			bodyOf(t, h.ask(t, ask.method, ask.target, "X: y", ask.field))
		}
		if s.Known([]byte(ask.target), false) != nil || s.Known([]byte(strings.Split(ask.target, "?")[0]), false) != nil {
			t.Errorf("%s %s %s is ready", ask.method, ask.target, ask.field)
		}
	}
}

// Whoever asks for much fills a part of memory, and that is given back.
func TestReadyIsBounded(t *testing.T) {
	_, s, now := clockwork(t)
	for i := range 3 * maxHot {
		s.hot.put(fmt.Sprint(i), &ready{cost: 1 << 10})
		now.Add(1)
	}
	if n := len(s.hot.answers); n != maxHot || s.hot.answers[fmt.Sprint(3*maxHot-1)] == nil {
		t.Errorf("%d answers are kept", n)
	}
	for i := range 10 {
		s.hot.put(fmt.Sprint("large", i), &ready{cost: maxHotBytes / 4})
		now.Add(1)
	}
	if s.hot.bytes > maxHotBytes {
		t.Errorf("%d bytes are kept", s.hot.bytes)
	}
	now.Add(int64(2 * coldAfter))
	s.hot.sweep()
	if len(s.hot.answers) != 0 || s.hot.bytes != 0 {
		t.Errorf("%d answers and %d bytes stay that nobody asks for", len(s.hot.answers), s.hot.bytes)
	}
}

// What is ready is counted like everything else.
func TestReadyIsCounted(t *testing.T) {
	h, s, _ := clockwork(t)
	for range 2 {
		bodyOf(t, h.ask(t, "GET", hotFragment))
	}
	a := s.Known([]byte(hotFragment), false)
	s.Sent(a, "192.0.2.7", 17, time.Millisecond)
	h.mu.Lock()
	defer h.mu.Unlock()
	last := h.counts[len(h.counts)-1]
	if last.point != "oceans" || last.bytes != 17 || last.remote != "192.0.2.7" || last.status != http.StatusOK || last.class != h.counts[0].class {
		t.Errorf("counted %+v after %+v", last, h.counts[0])
	}
}
