package delivery

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// windowed is a house whose point oceans is live after 20 of 30 fragments of a second each, has
// a DVR window of 5 s, and lacks the media before second 8.
func windowed(t testing.TB, tune func(*Config)) *house {
	t.Helper()
	h := newHouse(t, tune)
	h.event = outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{200_000, 400_000}, Audio: []string{"und"},
		Fragments: 30, GapAt: 9, GapLength: 1}.View()}
	live := h.event.Live(20)
	live.Window = 5 * time.Second
	for i, s := range live.Streams {
		cut := *s
		cut.Spans, cut.Tracks = s.Spans[8:], slices.Clone(s.Tracks)
		for j, track := range s.Tracks {
			kept := *track
			kept.Fragments = track.Fragments[8:]
			cut.Tracks[j] = &kept
		}
		live.Streams[i] = &cut
	}
	h.live.Show(live)
	return h
}

// What is answered to players that ask within the DVR window and beyond it.
func TestTheWindowAndBeyond(t *testing.T) {
	h := windowed(t, nil)
	if body := bodyOf(t, h.ask(t, "GET", "/oceans.isml/Manifest")); strings.Count(body, "<c ") != 2*3 || !strings.Contains(body, `DVRWindowLength="50000000"`) {
		t.Errorf("the manifest shows another window: %s", body)
	}
	const ended = "/sports/arena.isml"
	for _, c := range []struct {
		name, path string
		status     int
		caching    string
	}{
		{"listed", "/oceans.isml/QualityLevels(400000)/Fragments(video=170000000)", 200, mediaCaching},
		{"older than the window, in manifests of others", "/oceans.isml/QualityLevels(400000)/Fragments(video=140000000)", 200, mediaCaching},
		{"the oldest there is", "/oceans.isml/QualityLevels(400000)/Fragments(video=80000000)", 200, mediaCaching},
		{"older than all there is", "/oceans.isml/QualityLevels(400000)/Fragments(video=70000000)", 410, "max-age=1"},
		{"sound older than all there is", "/oceans.isml/QualityLevels(64000)/Fragments(audio=0)", 410, "max-age=1"},
		{"within a few ticks", "/oceans.isml/QualityLevels(400000)/Fragments(video=139999996)", 200, mediaCaching},
		{"between two", "/oceans.isml/QualityLevels(400000)/Fragments(video=145000000)", 404, "max-age=1"},
		{"in a gap", "/oceans.isml/QualityLevels(400000)/Fragments(video=90000000)", 404, "max-age=1"},
		{"without its look-ahead", "/oceans.isml/QualityLevels(400000)/Fragments(video=190000000)", 412, "no-store"},
		{"the next", "/oceans.isml/QualityLevels(400000)/Fragments(video=210000000)", 412, "no-store"},
		{"far ahead", "/oceans.isml/QualityLevels(400000)/Fragments(video=990000000)", 412, "no-store"},
		{"unknown bitrate", "/oceans.isml/QualityLevels(1)/Fragments(video=140000000)", 404, "max-age=1"},
		{"unknown stream", "/oceans.isml/QualityLevels(400000)/Fragments(smell=140000000)", 404, "max-age=1"},
		{"malformed", "/oceans.isml/QualityLevels(400000)/Fragments(video=soon)", 400, "no-store"},
		{"behind the end", ended + "/QualityLevels(400000)/Fragments(video=990000000)", 404, "max-age=1"},
		{"idle", "/idle.isml/QualityLevels(400000)/Fragments(video=0)", 404, "max-age=1"},
		{"starting", "/starting.isml/QualityLevels(400000)/Fragments(video=0)", 503, "no-store"},
		{"media does not care for playout", "/oceans.isml/QualityLevels(400000)/Fragments(video=180000000)?time_shift=15&dvr_window_length=x", 200, mediaCaching},
	} {
		res := h.ask(t, "GET", c.path)
		if res.StatusCode != c.status || res.Header.Get("Cache-Control") != c.caching {
			t.Errorf("%s: %d, caching %q; want %d, %q", c.name, res.StatusCode, res.Header.Get("Cache-Control"), c.status, c.caching)
		}
		if body := bodyOf(t, res); (res.StatusCode == http.StatusPreconditionFailed) != (body == "") {
			t.Errorf("%s: body %q", c.name, body)
		}
	}
}

func TestPlayoutOfManifests(t *testing.T) {
	h := windowed(t, nil)
	plain := bodyOf(t, h.ask(t, "GET", "/oceans.isml/Manifest"))
	vod := bodyOf(t, h.ask(t, "GET", "/sports/arena.isml/Manifest"))
	for _, c := range []struct {
		query  string
		status int
		chunks int    // of the first stream; 0 means as without
		first  string // start of the first
		want   string
	}{
		{"dvr_window_length=4", 200, 2, "170000000", `DVRWindowLength="40000000"`},
		{"dvr_window_length=5", 200, 0, "", ""},
		{"dvr_window_length=3600", 200, 0, "", ""},
		{"dvr_window_length=0", 200, 0, "", ""},
		{"time_shift=0", 200, 0, "", ""},
		{"other=1", 200, 0, "", ""},
		{"time_shift=6", 200, 3, "100000000", `IsLive="TRUE"`},
		{"time_shift=6&dvr_window_length=4", 200, 2, "110000000", `DVRWindowLength="40000000"`},
		{"time_shift=30", 503, 0, "", "starting"},
		{"time_shift=-1", 400, 0, "", "time_shift is"},
		{"time_shift=", 400, 0, "", "whole number of seconds"},
		{"time_shift=1.5", 400, 0, "", "1.5"},
		{"time_shift=99999999999999999999", 400, 0, "", "time_shift"},
		{"dvr_window_length=40000000", 400, 0, "", "31622400"},
		{"dvr_window_length=%00", 400, 0, "", "dvr_window_length"},
	} {
		res := h.ask(t, "GET", "/oceans.isml/Manifest?"+c.query)
		body := bodyOf(t, res)
		if res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s", c.query, res.StatusCode, body)
		}
		switch {
		case c.chunks > 0 && (strings.Count(body, "<c ") != 2*c.chunks || !strings.Contains(body, `<c t="`+c.first+`"`)):
			t.Errorf("%s: want %d fragments from %s: %s", c.query, c.chunks, c.first, body)
		case c.chunks == 0 && c.status == 200 && body != plain:
			t.Errorf("%s: differs from the manifest without it: %s", c.query, body)
		}
		res = h.ask(t, "GET", "/sports/arena.isml/Manifest?"+c.query)
		if body := bodyOf(t, res); c.status == 400 && res.StatusCode != 400 || c.status != 400 && body != vod {
			t.Errorf("%s of a recording: %d %s", c.query, res.StatusCode, body)
		}
	}
}

// Whoever chooses numbers drives nothing out that most viewers want, and equal numbers cost one rendering.
func TestOddManifestsHaveTheirShare(t *testing.T) {
	var renderings atomic.Int64
	format := single{&made{output.ClientManifest, func(_ context.Context, src presentation.Source) (*output.Object, error) {
		renderings.Add(1)
		return text(strings.Repeat("m", 1<<10)), nil
	}}}
	h := windowed(t, func(cfg *Config) { cfg.Formats = []output.Format{format} })
	ask := func(query string) {
		t.Helper()
		if res := h.ask(t, "GET", "/oceans.isml/made"+query); res.StatusCode != 200 {
			t.Fatalf("%s: %d", query, res.StatusCode)
		}
	}
	ask("")
	for range 3 {
		ask("?time_shift=3")
		ask("?dvr_window_length=900&time_shift=3") // no more than the point's window
	}
	if n := renderings.Load(); n != 2 {
		t.Fatalf("%d renderings", n)
	}
	for i := range 2 * maxDocuments {
		ask(fmt.Sprintf("?time_shift=%d", i+1))
	}
	before := renderings.Load()
	ask("")
	if renderings.Load() != before {
		t.Error("what most viewers want has been driven out")
	}
	c := h.Handler.(*server).cache
	c.mu.Lock()
	defer c.mu.Unlock()
	if n, _ := c.odd(); n > maxOddDocuments || len(c.entries) > maxOddDocuments+1 {
		t.Errorf("%d of %d are odd", n, len(c.entries))
	}
}

// recorded is Recordings over a map.
type recorded struct {
	events map[string]*outputtest.Source
	ids    []string // newest first
	open   atomic.Int64
	opened atomic.Int64
}

func (r *recorded) Event(_ context.Context, point, id string) (EventRef, error) {
	src := r.events[id]
	if point != "oceans" || src == nil {
		return EventRef{}, &engine.Error{Kind: engine.NotFound, Text: "There is no event " + id + "."}
	}
	if src.View() == nil {
		return EventRef{}, &engine.Error{Kind: engine.Unavailable, Text: "Too many are open."}
	}
	r.open.Add(1)
	r.opened.Add(1)
	return EventRef{Source: src, Tag: "t", Release: func() { r.open.Add(-1) }}, nil
}

func (r *recorded) Earlier(_ string, limit int) []string { return r.ids[:min(limit, len(r.ids))] }

func TestEarlierEvents(t *testing.T) {
	const s = 10_000_000
	old := outputtest.Synthetic{Name: "old", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 5}.View()
	last := outputtest.Synthetic{Name: "last", Video: []int{300_000}, Audio: []string{"und"}, Start: 10 * s, Fragments: 5}.View()
	now := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "now", Video: []int{400_000}, Audio: []string{"und"}, Start: 20 * s, Fragments: 9}.View()}
	r := &recorded{ids: []string{"last", "old"}, events: map[string]*outputtest.Source{
		"old": outputtest.NewSource(old), "last": outputtest.NewSource(last), "busy": outputtest.NewSource(nil)}}
	h := newHouse(t, func(cfg *Config) { cfg.Recordings = r })
	live := now.Live(6)
	live.Event, old.Event, last.Event = "now", "old", "last"
	h.live.Show(live)
	own := bodyOf(t, h.ask(t, "GET", "/oceans.isml/Manifest"))
	for _, c := range []struct {
		path   string
		status int
		want   string // part of the body
	}{
		{"Events(old)/Manifest", 200, `Duration="50000000"`},
		{"events(last)/oceans.ism/Manifest", 200, `Bitrate="300000"`},
		{"Events(now)/Manifest", 200, own},
		{"Events(NOW)/Manifest", 404, "NOW"},
		{"Events(none)/Manifest", 404, "no event none"},
		{"Events(busy)/Manifest", 503, "Too many"},
		{"Events(a%20b)/Manifest", 404, "no such event"},
		{"Events(old)/x", 404, "nothing at this address"},
		{"Events(old)/", 200, "page of oceans, event old"},
		{"Events(old)/facts.json", 200, "facts of oceans, event old"},
		{"Events(old)/QualityLevels(400000)/Fragments(video=0)", 200, ""},
		{"Events(old)/QualityLevels(400000)/Fragments(video=100000000)", 404, ""},
		{"Events(last)/QualityLevels(64000)/Fragments(audio=20000000)", 410, ""},
		{"Events(now)/QualityLevels(64000)/Fragments(audio=20000000)", 410, ""},
		{"Events(now)/QualityLevels(400000)/Fragments(video=200000000)", 200, ""},
		{"QualityLevels(400000)/Fragments(video=200000000)", 200, ""},
		{"QualityLevels(300000)/Fragments(video=110000000)", 200, ""},
		{"QualityLevels(400000)/Fragments(video=20000000)", 200, ""},
		{"QualityLevels(64000)/Fragments(audio=20000000)", 200, ""},
		{"QualityLevels(400000)/Fragments(video=70000000)", 404, ""},  // behind the end of the first
		{"QualityLevels(400000)/Fragments(video=15000000)", 404, ""},  // between its fragments
		{"QualityLevels(400000)/Fragments(video=260000000)", 412, ""}, // yet to come
		{"QualityLevels(9)/Fragments(video=0)", 404, ""},
	} {
		res := h.ask(t, "GET", "/oceans.isml/"+c.path)
		if body := bodyOf(t, res); res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d (%d bytes), want %d with %s", c.path, res.StatusCode, len(body), c.status, c.want)
		}
		if n := r.open.Load(); n != 0 {
			t.Fatalf("%s: %d events are still held", c.path, n)
		}
	}
	if res := h.ask(t, "GET", "/oceans.isml/Events(old)?x=1"); res.StatusCode != 301 || res.Header.Get("Location") != "./Events(old)/?x=1" {
		t.Errorf("without its slash: %d, %q", res.StatusCode, res.Header.Get("Location"))
	}
	before := r.opened.Load()
	h.ask(t, "GET", "/oceans.isml/QualityLevels(400000)/Fragments(video=990000000)")
	if r.opened.Load() != before {
		t.Error("earlier events are searched for what is yet to come")
	}
	if res := h.ask(t, "GET", "/sports/arena.isml/Events(old)/Manifest"); res.StatusCode != 404 {
		t.Errorf("an event of another point: %d", res.StatusCode)
	}
	if res := h.ask(t, "GET", "/film.ism/Events(old)/Manifest"); res.StatusCode != 404 {
		t.Errorf("an event of finished files: %d", res.StatusCode)
	}
}
