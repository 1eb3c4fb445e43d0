package index

import (
	"testing"

	"pubpoint/engine"
)

// TestForgetBefore deletes what is old from one rung after the other: the timeline keeps what
// either of them still has, and views from before keep everything.
func TestForgetBefore(t *testing.T) {
	x := New(Config{Point: "p"})
	low, high := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	for at := engine.Ticks(0); at < 10_000; at += 2000 {
		add(t, x, low, at, 2000)
		add(t, x, high, at, 2000)
	}
	before := x.View()
	x.ForgetBefore(low, 4000)
	equal(t, "one rung has them", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000, 6000, 8000})
	x.ForgetBefore(high, 4000)
	equal(t, "no rung has them", starts(x.View().Streams[0]), []engine.Ticks{4000, 6000, 8000})
	version := x.Version()
	x.ForgetBefore(high, 4000)
	if x.Version() != version {
		t.Error("nothing was there to forget, and the view changed")
	}
	equal(t, "the view from before", starts(before.Streams[0]), []engine.Ticks{0, 2000, 4000, 6000, 8000})
	if n := len(before.Streams[0].Tracks[0].Fragments); n != 5 {
		t.Errorf("the view from before has %d fragments", n)
	}
	add(t, x, low, 10_000, 2000)
	add(t, x, high, 10_000, 2000)
	equal(t, "it goes on", starts(x.View().Streams[0]), []engine.Ticks{4000, 6000, 8000, 10_000})
	x.ForgetBefore(low, 5000)
	if f := x.View().Streams[0].Track(200).Fragments; f[0].Start != 6000 {
		t.Errorf("a fragment that starts before stays: %d", f[0].Start)
	}
	x.ForgetBefore(low, 1<<40)
	x.ForgetBefore(high, 1<<40)
	equal(t, "nothing is left", starts(x.View().Streams[0]), nil)
}
