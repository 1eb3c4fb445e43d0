package index

import (
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// A fragment and the view that shows it allocate the same few times however many there are already.
func TestAppendAndViewAllocateLittle(t *testing.T) {
	x := New(Config{Point: "p"})
	h, err := x.AddTrack(Track{Name: "video", Type: engine.Video, Bitrate: 1, Init: &fmp4.TrackInit{ID: 1, Type: "video", Timescale: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	at := engine.Ticks(0)
	add := func() {
		if err := x.Append(h, presentation.Fragment{Start: at, Duration: 10}, false); err != nil {
			t.Fatal(err)
		}
		at += 10
		x.View()
	}
	few := testing.AllocsPerRun(200, add)
	for range 20_000 {
		add()
	}
	if many := testing.AllocsPerRun(200, add); few > 6 || many > 6 {
		t.Errorf("%v allocations at first and %v later, want at most 6", few, many)
	}
}
