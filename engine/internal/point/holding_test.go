package point

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pubpoint/engine"
)

// TestFragmentWaitsForTheOneInFront has an encoder come back ahead of the other.
func TestFragmentWaitsForTheOneInFront(t *testing.T) {
	s := newStage(t)
	a, b := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
	a.send(0, gop*second)
	b.send(0, gop*second)
	b.send(2*gop*second, gop*second) // it has lost one
	b.send(3*gop*second, gop*second)
	if n := len(s.view().Stream("video").Spans); n != 1 {
		t.Fatalf("%d spans though the other may bring what is missing", n)
	}
	a.send(gop*second, gop*second)
	onGrid(t, s.view(), "video", gop*second, 4)
	a.send(2*gop*second, gop*second)
	onGrid(t, s.view(), "video", gop*second, 4)

	// What nobody can bring is not waited for: the other is past it, ends, or leaves.
	b.send(5*gop*second, gop*second)
	if n := len(s.view().Stream("video").Spans); n != 4 {
		t.Fatalf("%d spans", n)
	}
	a.Close("connection lost")
	spans := s.view().Stream("video").Spans
	if len(spans) != 5 || spans[4].Start != 5*gop*second {
		t.Fatalf("%v", spans)
	}
	b.send(7*gop*second, gop*second) // alone, it waits for nobody
	if n := len(s.view().Stream("video").Spans); n != 6 {
		t.Fatalf("%d spans", n)
	}
	if got := codes(s.Status().Findings); got != "time-gap" {
		t.Fatal(got)
	}
}

// TestPiecesWaitForTheOnesInFront has an encoder that is ahead lose a piece, which the other brings
// six pieces later.
func TestPiecesWaitForTheOnesInFront(t *testing.T) {
	s := newStage(t)
	a, b := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
	const lag, half = 6, second / 2
	for i := range engine.Ticks(40) {
		if i != 13 {
			b.chunk(i*half, i%4 == 0)
		}
		if i >= lag {
			a.chunk((i-lag)*half, (i-lag)%4 == 0)
		}
	}
	onGrid(t, s.view(), "video", 2*second, 9)
	if got := codes(s.Status().Findings); got != "" {
		t.Errorf("findings %s", got)
	}
	// A piece that nobody brings is not waited for long.
	for i := engine.Ticks(41); i < 60; i++ {
		b.chunk(i*half, i%4 == 0)
	}
	if edge := s.view().Stream("video").Edge(); edge < 24*second {
		t.Errorf("the live edge is at %d", edge)
	}
}

// TestLittleWaits bounds what waits for an encoder that hangs.
func TestLittleWaits(t *testing.T) {
	s := newStage(t)
	a, b := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
	a.send(0, gop*second)
	b.send(0, gop*second)
	for i := range engine.Ticks(heldPerTrack + 1) {
		if n := len(s.view().Stream("video").Spans); n != 1 {
			t.Fatalf("%d spans after %d", n, i)
		}
		b.send((2+i)*gop*second, gop*second)
	}
	if n := len(s.view().Stream("video").Spans); n != 2+heldPerTrack {
		t.Fatalf("%d spans", n)
	}
	b.send(100*gop*second, gop*second)
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	spans := s.view().Stream("video").Spans // what still waits is shown when the event ends
	if len(spans) != 3+heldPerTrack || spans[len(spans)-1].Start != 100*gop*second {
		t.Fatalf("%v", spans)
	}
}

// TestEncoderThatIsStoppedInsideAFragment ends one of two encoders in order: its last
// fragment is short, and the other brings the whole one.
func TestEncoderThatIsStoppedInsideAFragment(t *testing.T) {
	s := newStage(t)
	a, b := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
	for i := range engine.Ticks(3) {
		a.send(i*gop*second, gop*second)
		b.send(i*gop*second, gop*second)
	}
	a.send(3*gop*second, second/2)
	a.end()
	for i := range engine.Ticks(3) {
		b.send((3+i)*gop*second, gop*second)
	}
	onGrid(t, s.view(), "video", gop*second, 6)
	if got := codes(s.Status().Findings); got != "" {
		t.Fatal(got)
	}
	b.send(6*gop*second, second) // both are stopped there
	b.end()
	if spans := s.view().Stream("video").Spans; len(spans) != 7 || spans[6].Duration != second {
		t.Fatalf("%v", spans)
	}
}

// TestSoundThatIsCutASampleApart takes over from an encoder whose sound is cut a third of a
// millisecond elsewhere, as that of encoders on one wall clock is.
func TestSoundThatIsCutASampleApart(t *testing.T) {
	for _, apart := range []engine.Ticks{3541, -3541, 170_000, -170_000} {
		s := newStage(t)
		a, b := s.connect("x-64k", engine.Audio, scale), s.connect("x-64k", engine.Audio, scale)
		const base = 17_953_586_960_000_000
		frames := func(e *source, i, apart engine.Ticks) {
			t.Helper()
			if err := e.sendFragment(base+i*gop*second+apart, gop*second, true, "media"); err != nil {
				t.Fatal(err)
			}
		}
		for i := range engine.Ticks(3) {
			frames(a, i, 0)
			frames(b, i, apart)
		}
		a.Close("killed")
		for i := range engine.Ticks(3) {
			frames(b, 3+i, apart)
		}
		if n := len(s.view().Stream("audio").Spans); n != 6 {
			t.Errorf("%d apart: %d spans of 6", apart, n)
		}
	}
}

// TestReconnectFromFarBack sends again what is there, from ten fragments back: nothing comes
// twice and no clock begins again. Other bytes, and the whole event from its beginning, are
// an encoder that was started anew.
func TestReconnectFromFarBack(t *testing.T) {
	for _, c := range []struct {
		from  engine.Ticks
		media string
		base  engine.Ticks
		want  int
	}{
		{10, "media", 0, 25}, {1, "media", 0, 25}, {10, "other", 0, 35}, {0, "media", 0, 45},
		{10, "other", 20_000_000 * 100 * second, 25}, // a wall clock does not begin again
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			s := newStage(t)
			e := s.connect("x-200k", engine.Video, scale)
			for i := range engine.Ticks(20) {
				e.send(c.base+i*gop*second, gop*second)
			}
			e.Close("connection lost")
			e = s.connect("x-200k", engine.Video, scale)
			for i := c.from; i < 25; i++ {
				if err := e.sendFragment(c.base+i*gop*second, gop*second, true, c.media); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(s.view().Stream("video").Spans); n != c.want {
				t.Fatalf("%d spans, want %d", n, c.want)
			}
		})
	}
}

// TestAnyOrderOfSeveralSourcesGivesOnePresentation lets several encoders of one stream send
// the same fragments, in turns of any order: they are killed, come back and send again what
// they are not sure of, lose some, and are up to three fragments apart. As long as one of
// those that are there brings each fragment, and none goes back behind what it has left out,
// the presentation is the one that a single encoder gives.
func TestAnyOrderOfSeveralSourcesGivesOnePresentation(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newStage(t, func(cfg *Config) { cfg.Settings.Archive = seed%8 == 0 })
		const total = 40
		type sender struct {
			*source
			next engine.Ticks // what it sends next
			sent bool         // since it is connected
			lost bool         // since it is connected
		}
		senders := []*sender{{source: s.connect("x-200k", engine.Video, scale)}}
		senders[0].send(0, gop*second) // an event begins with what comes first
		senders[0].next, senders[0].sent = 1, true
		for range 1 + r.IntN(3) {
			senders = append(senders, &sender{})
		}
		slowest := func() engine.Ticks {
			least := engine.Ticks(total)
			for _, e := range senders {
				if e.source != nil {
					least = min(least, e.next)
				}
			}
			return least
		}
		connected := func() (n int) {
			for _, e := range senders {
				if e.source != nil {
					n++
				}
			}
			return n
		}
		// steady brings every fragment while it is there; one is always there.
		steady := senders[0]
		for steps := 0; slowest() < total; steps++ {
			if steps > 100_000 {
				t.Fatal("it never ends")
			}
			e := senders[r.IntN(len(senders))]
			switch {
			case e.source == nil:
				e.source, e.sent, e.lost = s.connect("x-200k", engine.Video, scale), false, false
				e.next = max(0, steady.next-engine.Ticks(r.IntN(4)))
			case e.next >= total || e.next > slowest()+2:
			case e == steady && connected() > 1 && r.IntN(10) == 0:
				// It is killed; another that is not further takes its place.
				for _, other := range senders {
					if other != e && other.source != nil && other.sent && other.next <= e.next {
						e.Close("killed")
						e.source, steady = nil, other
						break
					}
				}
			case e != steady && r.IntN(8) == 0:
				e.Close("killed")
				e.source = nil
			default:
				if e == steady || r.IntN(6) > 0 { // else it is lost on the way
					e.send(e.next*gop*second, gop*second)
					e.sent = true
				} else {
					e.lost = true
				}
				e.next++
				if !e.lost && r.IntN(5) == 0 {
					e.next = max(0, e.next-engine.Ticks(r.IntN(3))) // it sends some again
				}
			}
		}
		for _, e := range senders {
			if e.source != nil {
				e.end()
			}
		}
		if breaks := onGrid(t, s.view(), "video", gop*second, total); len(breaks) != 0 || t.Failed() {
			t.Fatalf("seed %d: discontinuities at %v", seed, breaks)
		}
		if got := starts(s.view(), "x-200k"); len(got) != total {
			t.Fatalf("seed %d: %d fragments", seed, len(got))
		}
	}
}
