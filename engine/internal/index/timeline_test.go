package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// orderly makes sure that a stream's timeline ascends, does not overlap and has no empty
// span.
func orderly(t *testing.T, spans []presentation.Span) {
	t.Helper()
	for i, p := range spans {
		if p.Duration <= 0 || i > 0 && p.Start < spans[i-1].End() {
			t.Fatalf("span %d, %d+%d, does not follow the last one in %v", i, p.Start, p.Duration, spans)
		}
	}
}

func TestShortFragmentsMoveTheTimelineOn(t *testing.T) {
	for length := engine.Ticks(1); length <= tolerance+1; length++ {
		x := New(Config{Point: "p"})
		a, b := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
		var want []engine.Ticks
		for i := range engine.Ticks(5) {
			add(t, x, a, i*length, length)
			add(t, x, b, i*length, length)
			want = append(want, i*length)
		}
		x.End()
		equal(t, fmt.Sprintf("fragments of %d ticks", length), starts(x.View().Streams[0]), want)
		orderly(t, x.View().Streams[0].Spans)
	}
}

func TestTheSameFragmentIsNotTakenTwice(t *testing.T) {
	for _, length := range []engine.Ticks{2, 5, tolerance, tolerance + 1, 2000} {
		x := New(Config{Point: "p"})
		h := newTrack(t, x, engine.Video, 200)
		add(t, x, h, 0, length)
		if err := x.Append(h, presentation.Fragment{Duration: length}, false); err == nil {
			t.Errorf("a fragment of %d ticks was taken twice", length)
		}
		if n := len(x.View().Streams[0].Tracks[0].Fragments); n != 1 {
			t.Errorf("the refused fragment is shown: %d fragments of %d ticks", n, length)
		}
	}
}

func TestLateRungLeavesTheTimelineInOrder(t *testing.T) {
	x := New(Config{Point: "p"})
	a := newTrack(t, x, engine.Video, 200)
	add(t, x, a, 0, 2000)
	add(t, x, a, 2000, 2000)
	b := newTrack(t, x, engine.Video, 400)
	for _, start := range []engine.Ticks{0, 2000, 4000} {
		add(t, x, b, start, 2000)
		equal(t, "while it catches up", starts(x.View().Streams[0]), []engine.Ticks{0, 2000})
	}
	add(t, x, a, 4000, 2000)
	equal(t, "at the edge", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000})
	if n := len(x.View().Streams[0].Tracks[1].Fragments); n != 3 {
		t.Fatalf("%d of the late rung's fragments can be fetched", n)
	}
}

func TestRungThatStalledLeavesTheTimelineInOrder(t *testing.T) {
	x := New(Config{Point: "p"})
	a, b := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	for i := range engine.Ticks(5) {
		add(t, x, a, i*2000, 2000)
	}
	equal(t, "patience is over", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000})
	for i := range engine.Ticks(5) {
		add(t, x, b, i*2000, 2000)
		orderly(t, x.View().Streams[0].Spans)
	}
	equal(t, "it has caught up", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000, 6000, 8000})
}

func TestDiscontinuitiesSurviveAnyOrderOfFiles(t *testing.T) {
	// Two rungs begin again at different places.
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		x := New(Config{Point: "p", Ordered: true})
		rungs := []*Handle{newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)}
		breaks := []int{3, 1}
		for _, r := range order {
			for i := range 4 {
				f := presentation.Fragment{Start: engine.Ticks(i * 2000), Duration: 2000}
				if err := x.Restore(rungs[r], f, i == breaks[r]); err != nil {
					t.Fatal(err)
				}
			}
		}
		x.Settle()
		x.SetActive(rungs[0], false)
		x.SetActive(rungs[1], false)
		x.End()
		var got []bool
		for _, p := range x.View().Streams[0].Spans {
			got = append(got, p.Discontinuity)
		}
		if want := []bool{false, true, false, true}; !slices.Equal(got, want) {
			t.Errorf("order %v: discontinuities %v, want %v", order, got, want)
		}
	}
}

func TestForgetKeepsWhatAnotherRungHas(t *testing.T) {
	x := New(Config{Point: "p"})
	a, b := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	for i := range engine.Ticks(4) {
		add(t, x, a, i*2000, 2000)
		add(t, x, b, i*2000+3, 2000) // within rounding
	}
	x.Forget(a, 2000)
	equal(t, "one rung has it still", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000, 6000})
	x.Forget(b, 2003)
	equal(t, "no rung has it", starts(x.View().Streams[0]), []engine.Ticks{0, 4000, 6000})
	add(t, x, a, 8000, 2000)
	add(t, x, b, 8003, 2000)
	equal(t, "it goes on", starts(x.View().Streams[0]), []engine.Ticks{0, 4000, 6000, 8000})
}

func TestForgetOfWhatIsNotListedYet(t *testing.T) {
	x := New(Config{Point: "p"})
	a, b := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	add(t, x, a, 0, 2000)
	x.Forget(a, 0) // the other rung still owed it
	add(t, x, b, 0, 2000)
	add(t, x, a, 2000, 2000)
	add(t, x, b, 2000, 2000)
	x.End()
	equal(t, "timeline", starts(x.View().Streams[0]), []engine.Ticks{0, 2000})
}

func TestRemoveTakesUnusedTracksAway(t *testing.T) {
	x := New(Config{Point: "p"})
	used, unused := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	audio := newTrack(t, x, engine.Audio, 64)
	add(t, x, used, 0, 2000)
	before := x.View()
	x.Remove(used) // it has a fragment: it stays
	x.Remove(unused)
	x.Remove(audio)
	v := x.View()
	if len(v.Streams) != 1 || len(v.Streams[0].Tracks) != 1 || v.Streams[0].Tracks[0].Bitrate != 200 {
		t.Fatalf("%d streams, first has %d tracks", len(v.Streams), len(v.Streams[0].Tracks))
	}
	if len(before.Streams) != 2 || len(before.Streams[0].Tracks) != 2 {
		t.Fatal("an older view changed")
	}
	if v.Version <= before.Version {
		t.Fatalf("version %d after %d", v.Version, before.Version)
	}
	add(t, x, used, 2000, 2000)
	equal(t, "nobody waits for what was removed", starts(x.View().Streams[0]), []engine.Ticks{0, 2000})
}

// TestAnyInterleavingGivesAnOrderlyTimeline lets up to four rungs bring the same grid of
// fragments, or nearly the same, each as late as chance has it; some join late, leave and
// come back. What has been listed never changes, and on one grid the event read back lists
// the same as the live one.
func TestAnyInterleavingGivesAnOrderlyTimeline(t *testing.T) {
	for seed := range uint64(400) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			newRace(t, seed).run()
		})
	}
}

// race is some rungs that bring fragments in turns of chance.
type race struct {
	t       *testing.T
	rng     *rand.Rand
	x       *Index
	rungs   []*Handle
	plans   [][]presentation.Fragment // what each rung brings
	at      []int
	aligned bool
	seen    []presentation.Span
}

func newRace(t *testing.T, seed uint64) *race {
	r := &race{t: t, rng: rand.New(rand.NewPCG(seed, 7)), x: New(Config{Point: "p"}), aligned: seed%2 == 0}
	rungs := 1 + r.rng.IntN(4)
	longest := []int{3, tolerance, 40, 3000}[r.rng.IntN(4)]
	var grid []presentation.Fragment
	var at engine.Ticks
	for range 40 {
		length := engine.Ticks(2 + r.rng.IntN(longest))
		grid = append(grid, presentation.Fragment{Start: at, Duration: length})
		at += length
	}
	for range rungs {
		plan := slices.Clone(grid)
		if !r.aligned {
			plan = r.askew(plan)
		}
		r.plans = append(r.plans, plan)
	}
	r.rungs, r.at = make([]*Handle, rungs), make([]int, rungs)
	r.rungs[0] = newTrack(t, r.x, engine.Video, 100)
	return r
}

// askew moves a rung's grid, and leaves out some of its fragments.
func (r *race) askew(plan []presentation.Fragment) []presentation.Fragment {
	by := engine.Ticks(r.rng.IntN(2 * tolerance))
	if r.rng.IntN(2) == 0 {
		by = engine.Ticks(r.rng.IntN(2000))
	}
	for i := range plan {
		plan[i].Start += by
	}
	return slices.DeleteFunc(plan, func(presentation.Fragment) bool { return r.rng.IntN(8) == 0 })
}

func (r *race) run() {
	for r.busy() {
		i := r.rng.IntN(len(r.rungs))
		if r.rungs[i] == nil {
			r.rungs[i] = newTrack(r.t, r.x, engine.Video, 100*(i+1))
		}
		if r.rng.IntN(10) == 0 {
			r.x.SetActive(r.rungs[i], r.rng.IntN(2) == 0)
		}
		for range r.rng.IntN(6) {
			if r.at[i] == len(r.plans[i]) {
				r.x.SetEnded(r.rungs[i], true)
				break
			}
			f := r.plans[i][r.at[i]]
			add(r.t, r.x, r.rungs[i], f.Start, f.Duration)
			r.at[i]++
			r.look()
		}
	}
	r.x.End()
	r.look()
	r.readBack()
}

func (r *race) busy() bool {
	for i := range r.plans {
		if r.at[i] < len(r.plans[i]) {
			return true
		}
	}
	return false
}

// look makes sure that the timeline is in order and goes on from what it was.
func (r *race) look() {
	r.t.Helper()
	spans := r.x.View().Streams[0].Spans
	orderly(r.t, spans)
	if len(spans) < len(r.seen) || !slices.Equal(spans[:len(r.seen)], r.seen) {
		r.t.Fatalf("the timeline was\n%v and is\n%v", r.seen, spans)
	}
	r.seen = spans
}

// readBack restores the event from what each track has.
func (r *race) readBack() {
	r.t.Helper()
	back := New(Config{Point: "p", Ordered: true})
	s := r.x.View().Streams[0]
	for _, i := range r.rng.Perm(len(s.Tracks)) {
		h := newTrack(r.t, back, engine.Video, s.Tracks[i].Bitrate)
		for _, f := range s.Tracks[i].Fragments {
			if err := back.Restore(h, f, false); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	back.Settle()
	back.End()
	spans := back.View().Streams[0].Spans
	orderly(r.t, spans)
	if r.aligned && !slices.Equal(spans, r.seen) {
		r.t.Fatalf("live\n%v\nread back\n%v", r.seen, spans)
	}
}
