package index

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

func newTrack(t *testing.T, x *Index, kind engine.MediaType, bitrate int) *Handle {
	t.Helper()
	init := &fmp4.TrackInit{ID: 1, Type: string(kind), Timescale: 1000, Language: "und"}
	h, err := x.AddTrack(Track{Name: string(kind), Type: kind, Bitrate: bitrate, Source: "s", Header: &fmp4.Init{Tracks: []fmp4.TrackInit{*init}}, Init: init})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func add(t *testing.T, x *Index, h *Handle, start, length engine.Ticks) {
	t.Helper()
	if err := x.Append(h, presentation.Fragment{Start: start, Duration: length, Sync: true, Arrived: 1}, false); err != nil {
		t.Fatal(err)
	}
}

func starts(s *presentation.Stream) []engine.Ticks {
	var out []engine.Ticks
	for _, span := range s.Spans {
		out = append(out, span.Start)
	}
	return out
}

func equal(t *testing.T, what string, got, want []engine.Ticks) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: got %v, want %v", what, got, want)
		}
	}
}

func TestTimelineWaitsForAllRungsButNotForEver(t *testing.T) {
	x := New(Config{Point: "p"})
	low, high := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	add(t, x, low, 0, 2000)
	equal(t, "one of two", starts(x.View().Streams[0]), nil)
	add(t, x, high, 3, 2000) // within rounding
	equal(t, "both", starts(x.View().Streams[0]), []engine.Ticks{0})
	add(t, x, low, 2000, 2000)
	equal(t, "high owes one", starts(x.View().Streams[0]), []engine.Ticks{0})
	add(t, x, low, 4000, 2000)
	equal(t, "one ahead", starts(x.View().Streams[0]), []engine.Ticks{0})
	add(t, x, low, 6000, 2000)
	equal(t, "patience is over", starts(x.View().Streams[0]), []engine.Ticks{0, 2000})
	x.SetActive(high, false)
	equal(t, "its encoder is gone", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000, 6000})
}

// TestTimelineHasWhatALateRungBrings has a second rung whose encoder starts a little later
// and sends the same fragments, and one that is waited for in vain before it catches up.
func TestTimelineHasWhatALateRungBrings(t *testing.T) {
	x := New(Config{Point: "p"})
	low := newTrack(t, x, engine.Video, 200)
	add(t, x, low, 0, 2000)
	high := newTrack(t, x, engine.Video, 400)
	add(t, x, high, 0, 2000)
	add(t, x, low, 2000, 2000)
	add(t, x, high, 2000, 2000)
	equal(t, "one that began later", starts(x.View().Streams[0]), []engine.Ticks{0, 2000})
	for at := engine.Ticks(4000); at < 14000; at += 2000 {
		add(t, x, low, at, 2000)
	}
	equal(t, "one that hangs", starts(x.View().Streams[0]), []engine.Ticks{0, 2000, 4000, 6000, 8000})
	for at := engine.Ticks(4000); at < 14000; at += 2000 {
		add(t, x, high, at, 2000)
	}
	s := x.View().Streams[0]
	equal(t, "one that caught up", starts(s), []engine.Ticks{0, 2000, 4000, 6000, 8000, 10000, 12000})
	for _, span := range s.Spans {
		if span.Duration != 2000 {
			t.Fatalf("span %+v", span)
		}
	}
}

// TestTimelineHasWholeFragmentsOnly has a rung that comes late and with other cuts: there is
// nothing to ask for at the places where its fragments would be cut off.
func TestTimelineHasWholeFragmentsOnly(t *testing.T) {
	x := New(Config{Point: "p"})
	low := newTrack(t, x, engine.Video, 200)
	add(t, x, low, 0, 2000)
	high := newTrack(t, x, engine.Video, 400)
	add(t, x, high, 900, 2000)
	for at := engine.Ticks(2000); at < 8000; at += 2000 {
		add(t, x, low, at, 2000)
		add(t, x, high, at+900, 2000)
	}
	x.End()
	for _, span := range x.View().Streams[0].Spans {
		if span.Duration != 2000 || span.Start%2000 != 0 && span.Start%2000 != 900 {
			t.Fatalf("there is no fragment at %+v", span)
		}
	}
}

func TestTimelineOfMisalignedRungsDoesNotOverlap(t *testing.T) {
	x := New(Config{Point: "p"})
	a, b := newTrack(t, x, engine.Video, 200), newTrack(t, x, engine.Video, 400)
	for i := range 5 {
		add(t, x, a, engine.Ticks(i*2000), 2000)
		add(t, x, b, engine.Ticks(i*2000+900), 2000)
	}
	x.End()
	s := x.View().Streams[0]
	for i := 1; i < len(s.Spans); i++ {
		if s.Spans[i].Start < s.Spans[i-1].End() {
			t.Fatalf("span %d begins at %d, before the end of the last, %d", i, s.Spans[i].Start, s.Spans[i-1].End())
		}
	}
	if s.Spans[0].Start != 0 {
		t.Fatalf("first span at %d", s.Spans[0].Start)
	}
}

func TestOrderIsFrozenAtFirstPublication(t *testing.T) {
	x := New(Config{Point: "p"})
	audio := newTrack(t, x, engine.Audio, 64)
	high := newTrack(t, x, engine.Video, 400)
	newTrack(t, x, engine.Video, 200)
	v := x.View()
	if v.Streams[0].Name != "video" || v.Streams[0].Tracks[0].Bitrate != 200 {
		t.Fatalf("before publication: %s %d", v.Streams[0].Name, v.Streams[0].Tracks[0].Bitrate)
	}
	add(t, x, audio, 0, 1000)
	add(t, x, high, 0, 1000)
	late := newTrack(t, x, engine.Video, 100)
	same := newTrack(t, x, engine.Video, 400)
	v = x.View()
	if got := v.Streams[0].Tracks[2].Bitrate; got != 100 {
		t.Fatalf("a late rung stands at the end, got %d there", got)
	}
	if late.Bitrate() != 100 || same.Bitrate() != 401 {
		t.Fatalf("bitrates %d and %d", late.Bitrate(), same.Bitrate())
	}
}

func TestViewsNeverChange(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	var views []*presentation.View
	for i := range 300 {
		add(t, x, h, engine.Ticks(i*10), 10)
		views = append(views, x.View())
	}
	for i, v := range views {
		s := v.Streams[0]
		if len(s.Spans) != i+1 || len(s.Tracks[0].Fragments) != i+1 {
			t.Fatalf("view %d has %d spans and %d fragments", i, len(s.Spans), len(s.Tracks[0].Fragments))
		}
		if s.Spans[i].Start != engine.Ticks(i*10) || s.Tracks[0].Fragments[i].Start != engine.Ticks(i*10) {
			t.Fatalf("view %d changed", i)
		}
		if i > 0 && v.Version <= views[i-1].Version {
			t.Fatalf("version %d after %d", v.Version, views[i-1].Version)
		}
	}
}

func TestRestoredTimelineEqualsTheLiveOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	live, back := New(Config{Point: "p"}), New(Config{Point: "p", Ordered: true})
	var lh, bh []*Handle
	for _, rate := range []int{100, 200, 300} {
		lh = append(lh, newTrack(t, live, engine.Video, rate))
		bh = append(bh, newTrack(t, back, engine.Video, rate))
	}
	var at engine.Ticks
	for range 200 {
		length := engine.Ticks(1000 + rng.IntN(2000))
		for _, i := range rng.Perm(3) {
			add(t, live, lh[i], at, length)
		}
		for i := range bh {
			if err := back.Restore(bh[i], presentation.Fragment{Start: at, Duration: length}, false); err != nil {
				t.Fatal(err)
			}
		}
		at += length
	}
	back.Settle()
	equal(t, "timelines", starts(back.View().Streams[0]), starts(live.View().Streams[0]))
}

func TestForget(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	for i := range 10 {
		add(t, x, h, engine.Ticks(i*1000), 1000)
	}
	before := x.View()
	x.Forget(h, 0)
	x.Forget(h, 4000)
	x.Forget(h, 4500) // there is none
	want := []engine.Ticks{1000, 2000, 3000, 5000, 6000, 7000, 8000, 9000}
	equal(t, "after forgetting", starts(x.View().Streams[0]), want)
	for i, f := range x.View().Streams[0].Tracks[0].Fragments {
		if f.Start != want[i] {
			t.Fatalf("fragment %d starts at %d", i, f.Start)
		}
	}
	add(t, x, h, 10_000, 1000)
	for i, f := range before.Streams[0].Tracks[0].Fragments {
		if f.Start != engine.Ticks(i*1000) {
			t.Fatalf("an older view changed: fragment %d starts at %d", i, f.Start)
		}
	}
}

func TestAppendRefusesWhatLiesBehind(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	add(t, x, h, 0, 2000)
	if err := x.Append(h, presentation.Fragment{Start: 1000, Duration: 2000}, false); err == nil {
		t.Fatal("a fragment before the end was taken")
	}
	if err := x.Append(h, presentation.Fragment{Start: 2000}, false); err == nil {
		t.Fatal("a fragment without duration was taken")
	}
}

func TestBoardWakesAndCloses(t *testing.T) {
	var b Board
	x := New(Config{Point: "p"})
	got := make(chan uint64)
	go func() {
		v, err := b.Wait(t.Context(), 0)
		if err != nil {
			t.Error(err)
		}
		got <- v.Version
	}()
	b.Publish(x.View())
	if v := <-got; v != 1 {
		t.Fatalf("version %d", v)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := b.Wait(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	b.Close()
	if _, err := b.Wait(t.Context(), 1); !errors.Is(err, ErrClosed) {
		t.Fatalf("got %v", err)
	}
}

// TestOpenFragmentIsShownAndChangesNothingElse shows a fragment that grows: each view keeps what
// it was given, and what does not look at it has one view all the time.
func TestOpenFragmentIsShownAndChangesNothingElse(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	add(t, x, h, 0, 2000)
	whole := x.View()
	var views []*presentation.View
	for i := range engine.Ticks(3) {
		x.SetOpen(h, &presentation.Fragment{Start: 2000, Duration: 40 * (i + 1)})
		views = append(views, x.View())
	}
	for i, v := range views {
		if open := v.Streams[0].Tracks[0].Open; open == nil || open.Duration != 40*engine.Ticks(i+1) {
			t.Errorf("view %d has %+v open", i, open)
		}
		if v.Version != whole.Version+uint64(i)+1 {
			t.Errorf("view %d has version %d after %d", i, v.Version, whole.Version)
		}
		if same := v.WithoutOpen(); same.Version != whole.Version || !same.Changed.Equal(whole.Changed) {
			t.Errorf("view %d without what is open has version %d, not %d", i, same.Version, whole.Version)
		}
	}
	x.SetOpen(h, nil)
	x.SetOpen(h, nil)
	add(t, x, h, 2000, 120)
	v := x.View()
	if v.Streams[0].Tracks[0].Open != nil || v.WithoutOpen().Version != v.Version || v.Version != whole.Version+5 {
		t.Errorf("view %+v", v)
	}
}

func TestCoveringFindsByDecodeTime(t *testing.T) {
	x := New(Config{Point: "p"})
	h := newTrack(t, x, engine.Video, 200)
	for _, at := range []engine.Ticks{0, 2000, 5000} {
		f := presentation.Fragment{Start: at, Duration: 2000, Decode: at + 10, DecodeLength: 2000}
		if err := x.Append(h, f, false); err != nil {
			t.Fatal(err)
		}
	}
	for at, want := range map[engine.Ticks]engine.Ticks{9: -1, 10: 0, 2009: 0, 2010: 2000, 4009: 2000, 4010: -1, 5010: 5000, 7009: 5000, 7010: -1} {
		f, ok := h.Covering(at)
		if ok != (want >= 0) || ok && f.Start != want {
			t.Errorf("%d is covered by %+v, want the fragment at %d", at, f, want)
		}
	}
}

func BenchmarkAppendAndView(b *testing.B) {
	x := New(Config{Point: "p"})
	init := &fmp4.TrackInit{ID: 1, Type: "video", Timescale: 1000}
	h, err := x.AddTrack(Track{Name: "video", Type: engine.Video, Bitrate: 1, Init: init})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		if err := x.Append(h, presentation.Fragment{Start: engine.Ticks(i * 10), Duration: 10}, false); err != nil {
			b.Fatal(err)
		}
		x.View()
	}
}

func TestWindowAndDateCanBeSet(t *testing.T) {
	now := time.Unix(100, 0)
	x := New(Config{Point: "p", Window: time.Second, Now: func() time.Time { return now }})
	add(t, x, newTrack(t, x, engine.Video, 200), 0, 2000)
	before := x.View()
	x.SetWindow(time.Second)
	if x.Version() != before.Version {
		t.Error("nothing has changed, but the view is another")
	}
	now = now.Add(time.Minute)
	x.SetWindow(time.Hour)
	if v := x.View(); v.Window != time.Hour || v.Version <= before.Version || !v.Changed.Equal(now) || before.Window != time.Second {
		t.Errorf("window %s, version %d of %s", v.Window, v.Version, v.Changed)
	}
	x.End()
	x.SetChanged(time.Unix(5, 0))
	if v := x.View(); !v.Changed.Equal(time.Unix(5, 0)) || v.Live {
		t.Errorf("ended it is of %s", v.Changed)
	}
}
