package origin

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// What arrives in chunks counts as soon as it is there; captions do not.
func TestEdgeOfPage(t *testing.T) {
	zero := time.Date(2026, 7, 1, 18, 0, 0, 0, time.UTC)
	whole := presentation.Fragment{Start: 2000, Duration: 2000, Arrived: zero.Add(5 * time.Second).UnixNano()}
	track := &presentation.Track{Fragments: []presentation.Fragment{whole}}
	view := &presentation.View{Live: true, ZeroTime: zero, Streams: []*presentation.Stream{
		{Name: "video", Type: engine.Video, Timescale: 1000, Tracks: []*presentation.Track{track}, Spans: []presentation.Span{{Start: 2000, Duration: 2000}}},
		{Name: "captions", Type: engine.Text, Timescale: 1000, Spans: []presentation.Span{{Start: 2000, Duration: 60000}}},
	}}
	check := func(what string, wantEdge time.Duration, wantArrived, wantClock time.Time) {
		t.Helper()
		newest, arrived, clock := edge(view)
		if newest != wantEdge || !arrived.Equal(wantArrived) || !clock.Equal(wantClock) {
			t.Errorf("%s: edge %v at %v, clock %v; want %v, %v, %v", what, newest, arrived, clock, wantEdge, wantArrived, wantClock)
		}
	}
	check("whole fragments", 4*time.Second, zero.Add(5*time.Second), zero.Add(4*time.Second))
	track.Open = &presentation.Fragment{Start: 4000, Chunks: presentation.ChunkList{
		{Decode: 4010, DecodeLength: 40, Arrived: zero.Add(5100 * time.Millisecond).UnixNano()},
		{Decode: 4050, DecodeLength: 40, Arrived: zero.Add(5200 * time.Millisecond).UnixNano()},
	}}
	check("an open fragment", 4080*time.Millisecond, zero.Add(5200*time.Millisecond), zero.Add(4080*time.Millisecond))
}
