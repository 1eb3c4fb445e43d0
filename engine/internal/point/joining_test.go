package point

import (
	"testing"
	"time"

	"pubpoint/engine"
)

// gop is the length of a fragment in these tests, in seconds.
const gop = 2

// TestRungThatJoinsWithAClockOfItsOwnLandsOnTheGrid begins a rung, whose clock is at zero,
// when an event has been on air for twenty seconds.
func TestRungThatJoinsWithAClockOfItsOwnLandsOnTheGrid(t *testing.T) {
	for _, c := range []struct {
		name  string
		scale uint32
		after time.Duration // between the last fragment of the first rung and the first of the second
		first engine.Ticks  // where the second rung's clock begins
		want  engine.Ticks  // where it lands, in seconds
	}{
		{"with the others", scale, 0, 0, 18},
		{"in between", scale, 1500 * time.Millisecond, 0, 20},
		{"with a start of its own", scale, 0, 12_345_677, 18},
		{"in ticks of 90 kHz", 90_000, 0, 0, 18},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := newHands()
			s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
			length := engine.Ticks(gop * c.scale)
			low := s.connect("low-200k", engine.Video, c.scale)
			for i := range engine.Ticks(10) {
				clock.advance(gop * time.Second)
				low.send(i*length, length)
			}
			clock.advance(c.after)
			high := s.connect("high-400k", engine.Video, c.scale)
			high.send(c.first, length)
			at := starts(s.view(), "high-400k")
			if want := c.want * engine.Ticks(c.scale); len(at) != 1 || at[0] != want {
				t.Fatalf("it landed at %v, want %d", at, want)
			}
			for i := range engine.Ticks(5) {
				clock.advance(gop * time.Second)
				low.send((10+i)*length, length)
				high.send(c.first+(1+i)*length, length)
			}
			low.end()
			high.end()
			if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			v := s.view()
			if n := len(v.Streams); n != 1 {
				t.Fatalf("%d streams", n)
			}
			steps := 15
			if c.want == 20 {
				steps = 16 // it is one ahead of the first rung's last
			}
			if breaks := onGrid(t, v, "video", length, steps); len(breaks) != 0 {
				t.Errorf("discontinuities at %v", breaks)
			}
		})
	}
}

func TestStreamThatJoinsWithoutASiblingBeginsAtTheLiveEdge(t *testing.T) {
	clock := newHands()
	s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
	video := s.connect("pictures-200k", engine.Video, scale)
	for i := range engine.Ticks(10) {
		clock.advance(gop * time.Second)
		video.send(i*gop*second, gop*second)
	}
	sound := s.connect("sound-64k", engine.Audio, 48_000)
	sound.send(0, 2*48_000)
	at := starts(s.view(), "sound-64k")
	if len(at) != 1 || at[0] < 20*48_000 || at[0] > 21*48_000 {
		t.Fatalf("sound begins at %v ticks of 48 kHz, not at the live edge of 20 s", at)
	}
}

// TestRungBehindAFastPushIsNotMoved sends a whole film as fast as the line allows: what the
// second encoder brings belongs where the first was a moment ago.
func TestRungBehindAFastPushIsNotMoved(t *testing.T) {
	for name, pace := range map[string]time.Duration{"at once": 0, "four times as fast": gop * time.Second / 4} {
		t.Run(name, func(t *testing.T) {
			clock := newHands()
			s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
			low, high := s.connect("low-200k", engine.Video, scale), s.connect("high-400k", engine.Video, scale)
			const fragments = 50
			for i := range engine.Ticks(fragments) {
				clock.advance(pace)
				low.send(i*gop*second, gop*second)
			}
			for i := range engine.Ticks(fragments) {
				high.send(i*gop*second, gop*second)
			}
			if at := starts(s.view(), "high-400k"); len(at) != fragments || at[0] != 0 {
				t.Fatalf("%d fragments from %v", len(at), at[:1])
			}
			low.end()
			high.end()
			if breaks := onGrid(t, s.view(), "video", gop*second, fragments); len(breaks) != 0 {
				t.Errorf("discontinuities at %v", breaks)
			}
		})
	}
}

// TestRungsOfOneClockAreNotMoved lets the second rung begin late, on the clock of the first.
func TestRungsOfOneClockAreNotMoved(t *testing.T) {
	clock := newHands()
	s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
	low := s.connect("low-200k", engine.Video, scale)
	for i := range engine.Ticks(10) {
		clock.advance(gop * time.Second)
		low.send(i*gop*second, gop*second)
	}
	high := s.connect("high-400k", engine.Video, scale)
	for i := range engine.Ticks(5) {
		high.send((7+i)*gop*second, gop*second) // it is some fragments behind
	}
	if at := starts(s.view(), "high-400k"); len(at) != 5 || at[0] != 7*gop*second {
		t.Fatalf("it landed at %v", at)
	}
}

// TestRungThatBeginsAgainLandsOnTheGridOfTheOther restarts one of two encoders, which comes
// back with its clock at zero.
func TestRungThatBeginsAgainLandsOnTheGridOfTheOther(t *testing.T) {
	for _, c := range []struct {
		name   string
		missed engine.Ticks // fragments that the other sends meanwhile
		after  time.Duration
	}{
		{"at once", 0, 0}, {"in between", 2, 1500 * time.Millisecond}, {"with the other", 2, 0}, {"long after", 20, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := newHands()
			s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now })
			low, high := s.connect("low-200k", engine.Video, scale), s.connect("high-400k", engine.Video, scale)
			at := engine.Ticks(0)
			step := func(rungs ...*source) {
				clock.advance(gop * time.Second)
				for _, r := range rungs {
					r.send(at, gop*second)
				}
				at += gop * second
			}
			for range 10 {
				step(low, high)
			}
			high.Close("connection lost")
			for range c.missed {
				step(low)
			}
			clock.advance(c.after)
			before := s.view()
			high = s.connect("high-400k", engine.Video, scale)
			high.send(0, gop*second)
			landed := starts(s.view(), "high-400k")[10]
			if edge := starts(before, "low-200k"); landed%(gop*second) != 0 || landed < 10*gop*second ||
				landed < edge[len(edge)-1] || landed > edge[len(edge)-1]+gop*second {
				t.Fatalf("it landed at %d; the other is at %d", landed, edge[len(edge)-1])
			}
			for i := range engine.Ticks(5) {
				step(low)
				high.send((1+i)*gop*second, gop*second)
			}
			low.end()
			high.end()
			if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			v := s.view()
			steps := int(max(at, landed+6*gop*second) / (gop * second))
			breaks := onGrid(t, v, "video", gop*second, steps)
			if len(breaks) != 1 || breaks[0] < landed || breaks[0] > landed+gop*second {
				t.Errorf("discontinuities at %v, but the clock began again at %d", breaks, landed)
			}
			within(t, starts(v, "high-400k")[10:13], append(starts(v, "low-200k"), landed))
		})
	}
}

// TestTwoClocksUnderOneNameAreRefused while both encoders send; one that has been silent for
// long may be dead.
func TestTwoClocksUnderOneNameAreRefused(t *testing.T) {
	clock := newHands()
	s := newStage(t, func(cfg *Config) { cfg.Now = clock.Now; cfg.Stale = 10 * time.Second })
	first := s.connect("x-200k", engine.Video, scale)
	for i := range engine.Ticks(10) {
		clock.advance(gop * time.Second)
		first.send(i*gop*second, gop*second)
	}
	second := s.connect("x-200k", engine.Video, scale)
	if err := second.try(0, gop*shiftScale); engine.KindOf(err) != engine.Conflict {
		t.Fatalf("two clocks at once: %v", err)
	}
	second.Close("refused")
	clock.advance(10 * time.Second)
	third := s.connect("x-200k", engine.Video, scale)
	third.send(0, gop*shiftScale)
	spans := s.view().Stream("video").Spans
	if len(spans) != 11 || !spans[10].Discontinuity || spans[10].Start < spans[9].End() {
		t.Fatalf("spans %v", spans)
	}
}
