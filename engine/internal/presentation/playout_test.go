package presentation_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// A shifted view is the view of so much earlier: fragments here last a second.
func TestShiftedViewIsThatOfEarlier(t *testing.T) {
	event := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{200_000, 400_000}, Audio: []string{"eng"},
		Fragments: 40, GapAt: 15, GapLength: 3}.View()}
	steps := event.Steps()
	for n := 1; n <= steps; n++ {
		live := event.Live(n)
		edge := live.Streams[0].Edge().Duration(live.Streams[0].Timescale)
		for shift := range 45 {
			p := presentation.Playout{Shift: time.Duration(shift) * time.Second}
			got := p.Of(live)
			want := 0 // spans that ended so much earlier
			for _, s := range live.Streams[0].Spans {
				if s.End().Duration(live.Streams[0].Timescale) <= edge-p.Shift {
					want++
				}
			}
			earlier := event.Live(want)
			for i, s := range got.Streams {
				if !slices.Equal(s.Spans, earlier.Streams[i].Spans) {
					t.Fatalf("%d fragments, %d s back: %s has %d spans, want %d", n, shift, s.Name, len(s.Spans), len(earlier.Streams[i].Spans))
				}
				for j, track := range s.Tracks {
					if len(track.Fragments) != len(earlier.Streams[i].Tracks[j].Fragments) {
						t.Fatalf("%d fragments, %d s back: %s/%d has %d fragments, want %d", n, shift, s.Name, track.Bitrate,
							len(track.Fragments), len(earlier.Streams[i].Tracks[j].Fragments))
					}
				}
			}
			if shift > 0 && !got.ZeroTime.Equal(live.ZeroTime.Add(p.Shift)) || got.Version != live.Version || !got.Live || got.Event != live.Event {
				t.Fatalf("%d s back: %+v", shift, got)
			}
		}
	}
	if live := event.Live(steps); len(live.Streams[0].Spans) != steps || len(live.Streams[0].Tracks[0].Fragments) != steps {
		t.Error("the view itself has changed")
	}
}

func TestPlayoutOfAView(t *testing.T) {
	event := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{400_000}, Fragments: 30}.View()}
	const s = time.Second
	for _, c := range []struct {
		name    string
		point   time.Duration // the DVR window of the point
		playout presentation.Playout
		listed  int           // fragments
		first   time.Duration // start of the first
		same    bool          // as without
	}{
		{"nothing wanted", 0, presentation.Playout{}, 30, 0, true},
		{"a window", 0, presentation.Playout{Window: 10 * s}, 10, 20 * s, false},
		{"longer than the event", 0, presentation.Playout{Window: 100 * s}, 30, 0, false},
		{"shorter than the point's", 20 * s, presentation.Playout{Window: 5 * s}, 5, 25 * s, false},
		{"as the point's", 20 * s, presentation.Playout{Window: 20 * s}, 20, 10 * s, true},
		{"longer than the point's", 20 * s, presentation.Playout{Window: 25 * s}, 20, 10 * s, true},
		{"shifted", 0, presentation.Playout{Shift: 12 * s}, 18, 0, false},
		{"shifted window", 5 * s, presentation.Playout{Shift: 12 * s}, 5, 13 * s, false},
		{"shifted, own window", 10 * s, presentation.Playout{Shift: 12 * s, Window: 3 * s}, 3, 15 * s, false},
		{"before the beginning", 0, presentation.Playout{Shift: 40 * s}, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			live := event.Live(30)
			live.Window = c.point
			live.Streams[0].Tracks[0].Open = &presentation.Fragment{}
			got := c.playout.Of(live)
			listed := got.Listed(got.Streams[0])
			if len(listed) != c.listed || c.listed > 0 && listed[0].Start.Duration(got.Streams[0].Timescale) != c.first {
				t.Errorf("%d listed: %v", len(listed), listed)
			}
			if (got == live) != c.same || (c.playout.For(live) == presentation.Playout{}) != c.same {
				t.Errorf("same view: %v, want %v", got == live, c.same)
			}
			if open := got.Streams[0].Tracks[0].Open; (open == nil) != (c.playout.Shift > 0) {
				t.Errorf("the fragment that is arriving: %v", open)
			}
			ended := event.Whole
			if c.playout.Of(ended) != ended {
				t.Error("a recording is shown otherwise")
			}
		})
	}
	if (presentation.Playout{Shift: s}).Of(nil) != nil {
		t.Error("there is a view of nothing")
	}
}

func TestPlayoutOfASource(t *testing.T) {
	event := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{400_000}, Fragments: 30}.View()}
	src := outputtest.NewSource(event.Live(20))
	if (presentation.Playout{}).Source(src) != presentation.Source(src) {
		t.Error("a source is wrapped for nothing")
	}
	shifted := presentation.Playout{Shift: 5 * time.Second}.Source(src)
	if n := len(shifted.View().Streams[0].Spans); n != 15 {
		t.Errorf("%d spans", n)
	}
	src.Show(event.Live(21))
	v, err := shifted.Wait(t.Context(), event.Live(20).Version)
	if err != nil || len(v.Streams[0].Spans) != 16 {
		t.Errorf("waited for %+v, %v", v, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := shifted.Wait(ctx, 1000); err == nil || v != nil {
		t.Errorf("waited for %+v, %v", v, err)
	}
}
