package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// newMarkers adds a sparse track on the timeline of a parent.
func newMarkers(t *testing.T, x *Index, parent string, timescale uint32) *Handle {
	t.Helper()
	init := &fmp4.TrackInit{ID: 1, Type: "text", Timescale: timescale, Language: "und"}
	h, err := x.AddTrack(Track{Name: "scte", Type: engine.Text, Bitrate: 1000, Source: "m", Header: &fmp4.Init{Tracks: []fmp4.TrackInit{*init}}, Init: init,
		Text: &presentation.Text{Subtype: "DATA", Parent: parent}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestMarkersFollowTheirParent(t *testing.T) {
	x := New(Config{Point: "p"})
	video, audio := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Audio, 64)
	m := newMarkers(t, x, "video", 1000)
	shown := func(when string, want ...engine.Ticks) {
		t.Helper()
		equal(t, when, starts(x.View().Stream("scte")), want)
	}
	add(t, x, m, 0, 1)
	add(t, x, audio, 0, 5000)
	shown("without the parent")
	add(t, x, video, 0, 2000)
	shown("on the same tick", 0)
	add(t, x, m, 2000, 30_000)
	add(t, x, m, 1999, 1)
	add(t, x, m, 2001, 1)
	shown("ahead", 0)
	add(t, x, video, 2000, 2000)
	shown("reached", 0, 1999, 2000)
	before := x.View()
	add(t, x, m, 1000, 1)
	shown("one came late", 0, 1000, 1999, 2000)
	equal(t, "an older view", starts(before.Stream("scte")), []engine.Ticks{0, 1999, 2000})
	if err := x.Append(m, presentation.Fragment{Start: 1000, Duration: 1}, false); err == nil {
		t.Error("two were taken at one time")
	}
	if err := x.Append(m, presentation.Fragment{Start: 1001}, false); err == nil {
		t.Error("one without a duration was taken")
	}
	if f, ok := m.At(2001); !ok || f.Start != 2001 {
		t.Error("what is not shown cannot be found")
	}
	if _, ok := m.At(2002); ok {
		t.Error("a neighbour was found")
	}
	x.Forget(m, 1999)
	shown("forgotten", 0, 1000, 2000)
	version := x.View().Version
	x.End()
	shown("after the end", 0, 1000, 2000, 2001)
	x.Forget(m, 2000)
	shown("forgotten after the end", 0, 1000, 2001)
	if x.View().Version <= version {
		t.Error("the version stands still")
	}
	equal(t, "nobody else minds", starts(x.View().Stream("video")), []engine.Ticks{0, 2000})
}

// TestMarkersOfAnotherTimescale have a parent whose ticks are not theirs.
func TestMarkersOfAnotherTimescale(t *testing.T) {
	x := New(Config{Point: "p"})
	video := newTrack(t, x, engine.Video, 200)
	m := newMarkers(t, x, "no such stream", 10_000_000)
	for _, at := range []engine.Ticks{0, 19_999_999, 20_000_000, 20_000_001} {
		add(t, x, m, at, 1)
	}
	add(t, x, video, 0, 2000)
	add(t, x, video, 2000, 2000)
	equal(t, "any video will do", starts(x.View().Stream("scte")), []engine.Ticks{0, 19_999_999, 20_000_000})
	s := x.View().Stream("scte")
	if p := x.View().Parent(s); p == nil || p.Name != "video" {
		t.Errorf("the view finds %v", p)
	}
}

func TestMarkersOfTwoSendersShareATimeline(t *testing.T) {
	x := New(Config{Point: "p"})
	video := newTrack(t, x, engine.Video, 200)
	a, b := newMarkers(t, x, "video", 1000), newMarkers(t, x, "video", 1000)
	add(t, x, a, 100, 1)
	add(t, x, b, 50, 1)
	add(t, x, b, 100, 1)
	add(t, x, a, 300, 1)
	add(t, x, video, 0, 2000)
	add(t, x, video, 2000, 2000)
	equal(t, "both", starts(x.View().Stream("scte")), []engine.Ticks{50, 100, 300})
	if n := len(x.View().Stream("scte").Tracks); n != 2 {
		t.Errorf("%d tracks", n)
	}
}

// TestMarkersInAnyOrder brings the same markers in any order among their parent's fragments,
// and reads them back: the timeline is always the same, and a view never changes.
func TestMarkersInAnyOrder(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var want []engine.Ticks
		for i := range engine.Ticks(30) {
			want = append(want, i*700+engine.Ticks(rng.IntN(700)))
		}
		x := New(Config{Point: "p"})
		video, m := newTrack(t, x, engine.Video, 200), newMarkers(t, x, "video", 1000)
		type seen struct {
			spans []presentation.Span
			copy  []presentation.Span
		}
		var views []seen
		at := engine.Ticks(0)
		for _, i := range rng.Perm(len(want)) {
			add(t, x, m, want[i], 1+engine.Ticks(rng.IntN(5000)))
			for rng.IntN(2) == 0 && at < 21_000 {
				add(t, x, video, at, 1000)
				at += 1000
			}
			s := x.View().Stream("scte")
			for _, p := range s.Spans {
				if p.Start > at-1000 {
					t.Fatalf("seed %d: %d is shown and the parent begins at %d", seed, p.Start, at-1000)
				}
			}
			views = append(views, seen{s.Spans, slices.Clone(s.Spans)})
		}
		x.End()
		what := fmt.Sprint("seed ", seed)
		equal(t, what, starts(x.View().Stream("scte")), want)
		for _, v := range views {
			if !slices.Equal(v.spans, v.copy) {
				t.Fatalf("%s: a view has changed", what)
			}
		}
		back := New(Config{Point: "p", Ordered: true})
		video, m = newTrack(t, back, engine.Video, 200), newMarkers(t, back, "video", 1000)
		if err := back.Restore(video, presentation.Fragment{Duration: 1000}, false); err != nil {
			t.Fatal(err)
		}
		for _, i := range rng.Perm(len(want)) {
			if err := back.Restore(m, presentation.Fragment{Start: want[i], Duration: 1}, false); err != nil {
				t.Fatal(err)
			}
		}
		back.Settle()
		back.End()
		equal(t, what+", read back", starts(back.View().Stream("scte")), want)
	}
}
