package presentation_test

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// A shifted viewer sees a marker when the pictures that it belongs to come, however long it lasts
// and however long the one before lasts.
func TestMarkersOfAShiftedView(t *testing.T) {
	event := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "event", Video: []int{400_000}, Fragments: 40}.View()}
	live := event.Live(40)
	const ms = 1000
	markers := &presentation.Stream{Name: "ads", Type: engine.Text, Timescale: ms, Text: &presentation.Text{Parent: "video"}, Tracks: []*presentation.Track{{}}}
	for _, p := range []presentation.Span{{Start: 5 * ms, Duration: 3600 * ms}, {Start: 10 * ms, Duration: 30 * ms}, {Start: 12 * ms, Duration: 1}, {Start: 30 * ms, Duration: 1}} {
		markers.Spans = append(markers.Spans, p)
		markers.Tracks[0].Fragments = append(markers.Tracks[0].Fragments, presentation.Fragment{Start: p.Start, Duration: p.Duration})
	}
	live.Streams = append(live.Streams, markers)
	for shift, want := range map[time.Duration]int{36: 0, 34: 1, 29: 2, 27: 3, 10: 3, 9: 4} {
		got := presentation.Playout{Shift: shift * time.Second}.Of(live).Stream("ads")
		if len(got.Spans) != want || len(got.Tracks[0].Fragments) != want {
			t.Errorf("%d s back: %d markers and %d fragments, want %d", shift, len(got.Spans), len(got.Tracks[0].Fragments), want)
		}
	}
}
