package index

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
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

// TestForgetBeforeKeepsTheClock deletes the beginning of an epoch: its wall clock stays.
func TestForgetBeforeKeepsTheClock(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	for n := range engine.Ticks(10) {
		arrived := time.Unix(1000, 0).Add(time.Duration(n+1) * 2 * time.Second)
		if n >= 3 {
			arrived = arrived.Add(time.Minute) // the encoder was gone so long
		}
		f := presentation.Fragment{Start: n * 2000, Duration: 2000, Sync: true, Arrived: arrived.UnixNano()}
		if err := x.Append(h, f, n == 3); err != nil {
			t.Fatal(err)
		}
	}
	before := x.View().Epochs()
	if len(before) != 2 || !before[1].ZeroTime.Equal(time.Unix(1060, 0)) {
		t.Fatalf("epochs %+v", before)
	}
	x.ForgetBefore(h, 4000)
	if got := x.View().Epochs(); len(got) != 2 || got[0] != before[0] || got[1] != before[1] {
		t.Errorf("what is left begins before the discontinuity: %+v, want %+v", got, before)
	}
	for _, at := range []engine.Ticks{8000, 14_000} {
		x.ForgetBefore(h, at)
		if got := x.View().Epochs(); len(got) != 1 || got[0] != before[1] {
			t.Errorf("what is left begins at %d: %+v, want %+v", at, got, before[1:])
		}
	}
}
