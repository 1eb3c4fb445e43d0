package hds

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// kindOf fetches a fragment and tells why there is none; 0 when there is one.
func kindOf(f fragment, v *presentation.View) output.Kind {
	_, err := f.Render(context.Background(), outputtest.NewSource(v))
	var why *output.Error
	if errors.As(err, &why) && why.Text != "" {
		return why.Kind
	}
	return 0
}

// table is a rendition's bootstrap as a client reads it.
func table(t *testing.T, r rendition, v *presentation.View) (*abstBox, []piece) {
	t.Helper()
	info, err := parseABST(rendered(t, bootstrap{r}, v))
	if err != nil {
		t.Fatal(err)
	}
	all, err := info.pieces()
	if err != nil {
		t.Fatal(err)
	}
	return info, all
}

func numbers(all []piece) []uint32 {
	var out []uint32
	for _, p := range all {
		out = append(out, p.number)
	}
	return out
}

func TestWhyThereIsNoFragment(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "why", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 22, GapAt: 4, GapLength: 9})
	r := choose(p.Whole).main[0]
	live := p.Live(13) // up to 22 s, of which 20 are complete
	other := r
	other.lead.bitrate++
	voice := rendition{lead: r.sound}
	both := rendition{lead: r.sound, sound: r.lead}
	forgotten := *live
	stream := *live.Streams[0]
	stream.Spans = slices.Clone(stream.Spans[5:]) // from 14 s on
	for i := range stream.Spans {
		stream.Spans[i].Number = uint32(5 + i)
	}
	forgotten.Streams = []*presentation.Stream{&stream, live.Streams[1]}
	for _, test := range []struct {
		name string
		view *presentation.View
		ask  fragment
		want output.Kind
	}{
		{"nothing yet", nil, ask(r, 1), output.Starting},
		{"no fragment", p.Live(0), ask(r, 1), output.Starting},
		{"listed", live, ask(r, 1), 0},
		{"of sound", live, ask(voice, 1), 0},
		{"in the gap", live, ask(r, 2), 0},
		{"behind the gap", live, ask(r, 4), 0},
		{"last complete", live, ask(r, 5), 0},
		{"in the making", live, ask(r, 6), output.NotYet},
		{"next", live, ask(r, 7), output.NotYet},
		{"far away", live, ask(r, 1000), output.NotYet},
		{"other bitrate", live, ask(other, 1), output.Never},
		{"pictures as sound", live, ask(both, 1), output.Never},
		{"forgotten", &forgotten, ask(r, 1), output.Gone},
		{"half forgotten", &forgotten, ask(r, 4), output.Gone},
		{"behind what is forgotten", &forgotten, ask(r, 5), 0},
		{"last after the end", p.Whole, ask(r, 6), 0},
		{"behind the end", p.Whole, ask(r, 7), output.Never},
	} {
		if got := kindOf(test.ask, test.view); got != test.want {
			t.Errorf("%s: kind %d, want %d", test.name, got, test.want)
		}
	}
	_, all := table(t, r, &forgotten)
	if got := numbers(all); got[0] != 5 {
		t.Errorf("what is left of a forgotten beginning is listed as %d", got)
	}
}

// TestNumbersAreThoseOfTheMedia slides the window and ends the event.
func TestNumbersAreThoseOfTheMedia(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "slide", Video: []int{200_000, 400_000}, Fragments: 40, Start: 7 * 10_000_000})
	p.Whole.Origin = 0
	starts := map[uint32]uint64{}
	newest := uint64(0)
	for n := 8; n <= 40; n++ {
		for _, r := range choose(p.Whole).main {
			info, all := table(t, r, windowed(p.Live(n), 12*time.Second))
			if info.now < newest {
				t.Fatalf("the time went back from %d to %d", newest, info.now)
			}
			newest = info.now
			for _, one := range all {
				if before, ok := starts[one.number]; ok && before != one.start {
					t.Errorf("fragment %d began at %d and begins at %d", one.number, before, one.start)
				}
				starts[one.number] = one.start
			}
		}
	}
	if starts[2] != 7000 || starts[3] != 8000 || starts[11] != 40_000 {
		t.Errorf("fragments begin at %v", starts)
	}
}

// TestAnEmptyFragmentStandsForALeftOutNumber is for clients that count on.
func TestAnEmptyFragmentStandsForALeftOutNumber(t *testing.T) {
	v := synthetic(outputtest.Synthetic{Name: "long", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 5, Length: at(10)}).Whole
	r := choose(v).main[0]
	info, all := table(t, r, v)
	if got := numbers(all); !slices.Equal(got, []uint32{1, 3, 6, 8, 11}) || info.count != 11 {
		t.Fatalf("fragments of 10 s are numbered %d of %d", got, info.count)
	}
	for n := int64(1); n <= 11; n++ {
		tags, _, err := parseFragment(mustFetch(t, ask(r, n), v))
		if err != nil {
			t.Fatal(err)
		}
		if there := slices.Contains(numbers(all), uint32(n)); there != (len(tags) > 2) {
			t.Errorf("fragment %d, listed %v, has %d tags", n, there, len(tags))
		}
	}
}

// TestALateRung joins in the middle: it is listed from there on, under the numbers of the
// others, and clients that use another rung's table get the sound of the time before.
func TestALateRung(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "late", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 24})
	second := p.Whole.Streams[0].Tracks[1]
	second.Fragments = second.Fragments[10:]
	rungs := choose(p.Whole).main
	_, first := table(t, rungs[0], p.Whole)
	_, late := table(t, rungs[1], p.Whole)
	if got := numbers(late); !slices.Equal(got, []uint32{3, 4, 5, 6}) || !slices.Equal(late, first[2:]) {
		t.Errorf("the late rung lists %+v beside %+v", late, first)
	}
	tags, _, err := parseFragment(mustFetch(t, ask(rungs[1], 1), p.Whole))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range tags {
		if one.kind == 9 && !one.setup {
			t.Error("there is a picture from before the rung")
		}
	}
	// While it has not begun nothing is known: it may still come.
	live := p.Live(9)
	if kind := kindOf(ask(rungs[1], 1), live); kind != output.NotYet {
		t.Errorf("a rung that has not begun gives kind %d, want NotYet", kind)
	}
	if got := len(offers(live, choose(live).main)); got != 1 {
		t.Errorf("%d rungs are offered, want 1", got)
	}
}

// TestSoundThatIsLate holds its video back, for a while.
func TestSoundThatIsLate(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "sound", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 40})
	r := choose(p.Whole).main[0]
	v := p.Live(20)
	track := v.Streams[1].Tracks[0]
	track.Fragments = track.Fragments[:7] // up to 7 s
	v.Streams[1].Spans = v.Streams[1].Spans[:7]
	if _, all := table(t, r, v); !slices.Equal(numbers(all), []uint32{1, 2}) {
		t.Errorf("with sound up to 7 s and pictures up to 20 s, %d are listed", numbers(all))
	}
	if kind := kindOf(ask(r, 3), v); kind != output.NotYet {
		t.Errorf("a fragment without its sound gives kind %d", kind)
	}
	ended := *v
	ended.Live = false
	if _, all := table(t, r, &ended); !slices.Equal(numbers(all), []uint32{1, 2, 3, 4, 5}) {
		t.Errorf("after the end %d are listed", numbers(all))
	}
}

func TestAPresentationWaitsForItsSound(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "wait", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 20})
	for _, test := range []struct {
		fragments int
		want      output.Kind
	}{{3, output.Starting}, {9, output.Starting}, {12, 0}, {20, 0}} {
		v := p.Live(test.fragments)
		v.Streams[1].Spans = nil
		v.Streams[1].Tracks[0].Fragments = nil
		_, err := manifest{kind: listKind}.Render(context.Background(), outputtest.NewSource(v))
		var why *output.Error
		if errors.As(err, &why); test.want == 0 && err != nil || test.want != 0 && (why == nil || why.Kind != test.want) {
			t.Errorf("after %d s without sound: %v", test.fragments, err)
		}
	}
}

func TestAWindowShorterThanAFragment(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "short", Video: []int{400_000}, Fragments: 15})
	v := windowed(p.Live(15), 2*time.Second)
	if _, all := table(t, choose(v).main[0], v); !slices.Equal(numbers(all), []uint32{3}) {
		t.Errorf("a window of 2 s lists %d, want the newest that is complete", numbers(all))
	}
}

// TestTimesHaveRoom begins an event at the wall clock's time, known or not.
func TestTimesHaveRoom(t *testing.T) {
	const start = engine.Ticks(17_953_586_960_000_000)
	for _, known := range []bool{true, false} {
		v := synthetic(outputtest.Synthetic{Name: "epoch", Video: []int{400_000}, Fragments: 9, Start: start}).Whole
		v.Origin = 0
		want := uint32(448_839_675)
		if known {
			v.Origin, want = start.Duration(10_000_000), 1_795_358_697
		}
		r := choose(v).main[0]
		_, all := table(t, r, v)
		if all[0].number != want || all[0].start >= 60_000 {
			t.Errorf("Origin known %v: the event begins with %+v", known, all[0])
		}
		tags, _, err := parseFragment(mustFetch(t, ask(r, int64(all[1].number)), v))
		if err != nil {
			t.Fatal(err)
		}
		if first := tags[1]; uint64(first.time)+uint64(first.cts) != all[1].start {
			t.Errorf("Origin known %v: the table says %d, the first picture is shown at %d", known, all[1].start, first.time+uint32(first.cts))
		}
	}
}

// TestTheSecondEvent goes on with numbers and begins with times.
func TestTheSecondEvent(t *testing.T) {
	v := synthetic(outputtest.Synthetic{Name: "second", Video: []int{400_000}, Fragments: 9, Start: at(101)}).Whole
	v.Origin = 101 * time.Second
	r := choose(v).main[0]
	_, all := table(t, r, v)
	if got := all[0]; got.number != 102 || got.start != 0 || got.duration != 4000 {
		t.Errorf("the event begins with %+v", got)
	}
	for n, want := range map[int64]output.Kind{101: output.Gone, 102: 0} {
		if kind := kindOf(ask(r, n), v); kind != want {
			t.Errorf("fragment %d gives kind %d, want %d", n, kind, want)
		}
	}
}

// TestNoTwoEventsShareANumber puts an event right behind another, of any length.
func TestNoTwoEventsShareANumber(t *testing.T) {
	for began := range 9 {
		for ended := began + 1; ended < began+20; ended++ {
			first := playing{view: &presentation.View{Origin: time.Duration(began) * time.Second}}
			second := playing{view: &presentation.View{Origin: time.Duration(ended) * time.Second}}
			last, next := first.number(int64(ended)*1000-1), second.number(int64(ended)*1000)
			if last >= next {
				t.Errorf("an event of %d s that begins at %d s ends with %d, and the next begins with %d", ended-began, began, last, next)
			}
			if start := second.slot(next); start != int64(ended)*1000 {
				t.Errorf("fragment %d begins at %d, want %d", next, start, ended*1000)
			}
		}
	}
}

func TestNothingThatFlashPlays(t *testing.T) {
	v := vector(t, "hevc-hvc1-isml.ismv").Whole
	v.Streams = v.Streams[:1]
	for _, live := range []bool{true, false} {
		v.Live = live
		_, err := manifest{kind: listKind}.Render(context.Background(), outputtest.NewSource(v))
		var why *output.Error
		if !errors.As(err, &why) || why.Kind != output.Never || !bytes.Contains([]byte(why.Text), []byte("H.264 and AAC")) {
			t.Errorf("live %v: HEVC alone gives %v, want a sentence", live, err)
		}
	}
	text := synthetic(outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9}).Whole
	captions := *text.Streams[0]
	captions.Name, captions.Type = "captions", engine.Text
	text.Streams = append(text.Streams, &captions)
	if c := choose(text); len(c.main) != 1 || len(c.languages) != 0 {
		t.Errorf("a stream of text makes %+v", c)
	}
}

// TestVideoOfOneTimescaleMore is the same picture from an encoder with another clock.
func TestVideoOfOneTimescaleMore(t *testing.T) {
	v := synthetic(outputtest.Synthetic{Name: "two", Video: []int{400_000}, Fragments: 9}).Whole
	for name, want := range map[string]int{"video_2": 2, "camera": 1, "videowall": 1} {
		second := *v.Streams[0]
		second.Name = name
		both := *v
		both.Streams = []*presentation.Stream{v.Streams[0], &second}
		if c := choose(&both); len(c.main) != want {
			t.Errorf("video and %s make %d renditions, want %d", name, len(c.main), want)
		}
	}
}

// TestChunksAreWhole has a fragment that is still arriving in pieces.
func TestChunksAreWhole(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "chunks", Video: []int{400_000}, Fragments: 12})
	v := p.Live(8)
	r := choose(v).main[0]
	before := rendered(t, bootstrap{r}, v)
	track := v.Streams[0].Tracks[0]
	track.Open = &p.Whole.Streams[0].Tracks[0].Fragments[8]
	if got := rendered(t, bootstrap{r}, v); !bytes.Equal(got, before) {
		t.Error("a fragment that is still arriving changes the bootstrap")
	}
}

// TestGroupsInPieces has fragments of a second and a key frame every three: a fragment begins
// with the first key frame of its four seconds, and goes on to that of the next.
func TestGroupsInPieces(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "pieces", Video: []int{200_000, 400_000}, Fragments: 20})
	for _, track := range p.Whole.Streams[0].Tracks {
		for i := range track.Fragments {
			track.Fragments[i].Sync = i%3 == 0
		}
	}
	want := []piece{{1, 0, 6000}, {2, 6000, 3000}, {3, 9000, 3000}, {4, 12_000, 6000}, {5, 18_000, 2000}}
	r := choose(p.Whole).main[1]
	if _, all := table(t, r, p.Whole); !slices.Equal(all, want) {
		t.Errorf("recorded: %v, want %v", all, want)
	}
	for n := 1; n <= 20; n++ {
		live := p.Live(n)
		steps := offers(live, []rendition{r})
		got := 0
		if len(steps) > 0 {
			_, all := table(t, r, live)
			got = len(all)
			if !slices.Equal(all, want[:got]) {
				t.Errorf("after %d s: %v", n, all)
			}
		}
		known := 0
		for known < 4 && n > int(want[known+1].start/1000) {
			known++ // the key frame of the next is there
		}
		if got != known {
			t.Errorf("after %d s %d fragments are listed, want %d", n, got, known)
		}
	}
}

// TestOnePieceOutOfPlace is a fragment without a key frame where all others have one: it was
// too late to go on with the one before.
func TestOnePieceOutOfPlace(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "odd", Video: []int{400_000}, Fragments: 12})
	p.Whole.Streams[0].Tracks[0].Fragments[4].Sync = false
	r := choose(p.Whole).main[0]
	want := []piece{{1, 0, 4000}, {2, 4000, 4000}, {3, 8000, 4000}}
	for n := 4; n <= 12; n++ {
		known := n / 4
		if n == 8 {
			known = 1 // what comes next may be another piece
		}
		if _, all := table(t, r, p.Live(n)); !slices.Equal(all, want[:known]) {
			t.Errorf("after %d s: %v", n, all)
		}
	}
}
