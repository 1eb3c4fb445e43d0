package outputtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// Presentation is one event from its first fragment to what is left after its end.
type Presentation struct {
	Name  string
	Whole *presentation.View // after the end
}

// Presentations returns the fixed events of the suite: one quality level, a ladder, audio
// alone, two languages, a gap, epoch times, 29.97 frames per second, audio from before
// zero, B-frames, AC-3, HEVC, CMAF with its own timescales, base data offsets, a long one,
// one with captions and markers, one with the captions of ISO/IEC 14496-30, and some whose fragments came in chunks: while they are live, the
// next one is open. They are built anew for each call.
func Presentations(t testing.TB) []Presentation {
	t.Helper()
	var all []Presentation
	for _, file := range []string{
		"av-isml.ismv", "2v1a-isml.ismv", "v-2audio-lang-isml.ismv", "video-2997-isml.ismv", "audio-only-2s-isml.ismv",
		"av-ac3-delaymoov-isml.ismv", "bframes-isml.ismv", "hevc-hvc1-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4",
	} {
		v, err := FromVector(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(file, ".")
		all = append(all, Presentation{name, v})
	}
	for _, s := range []Synthetic{
		{Name: "one-level", Video: []int{400_000}, Fragments: 6},
		{Name: "ladder", Video: []int{200_000, 400_000, 900_000}, Audio: []string{"eng"}, Fragments: 6},
		{Name: "two-languages", Video: []int{400_000}, Audio: []string{"eng", "fra"}, Fragments: 6},
		{Name: "gap", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 12, GapAt: 4, GapLength: 3},
		{Name: "epoch", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 6, Start: 17_953_586_960_000_000},
		{Name: "long", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 300},
	} {
		all = append(all, Presentation{s.Name, s.View()})
	}
	text := Synthetic{Name: "text", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 12}
	all = append(all, Presentation{text.Name, WithText(text.View())})
	subtitles := Synthetic{Name: "subtitles", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 8}
	all = append(all, Presentation{subtitles.Name, WithSubtitles(subtitles.View())})
	return append(all, chunkedPresentations(t)...)
}

// chunkedPresentations are events whose fragments came in chunks.
func chunkedPresentations(t testing.TB) []Presentation {
	t.Helper()
	ladder := Synthetic{Name: "chunks-ladder", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 6, Start: 17_953_586_960_000_000}
	views := map[string]*presentation.View{ladder.Name: ladder.View()}
	for _, file := range []string{"av-cmaf.mp4", "bframes-isml.ismv"} {
		v, err := FromVector(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(file, ".")
		views["chunks-"+name] = v
	}
	var all []Presentation
	for _, name := range slices.Sorted(maps.Keys(views)) {
		v, err := inChunks(views[name])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Presentation{name, v})
	}
	return all
}

// Steps is how many fragments the first stream has.
func (p Presentation) Steps() int { return len(p.Whole.Streams[0].Spans) }

// Live returns the event as it was when the first stream had so many fragments, 0 for
// before the first. The view is the caller's, who may give it another Window or LookAhead
// before showing it to anyone.
func (p Presentation) Live(spans int) *presentation.View {
	first := p.Whole.Streams[0]
	var cut time.Duration
	if spans > 0 {
		cut = first.Spans[spans-1].End().Duration(first.Timescale)
	}
	v := *p.Whole
	v.Live = true
	v.Version = uint64(spans) + 1
	v.Changed = p.Whole.ZeroTime.Add(time.Duration(spans) * time.Second)
	v.Streams = nil
	for _, s := range p.Whole.Streams {
		v.Streams = append(v.Streams, cutStream(s, func(start engine.Ticks) bool {
			return spans > 0 && start.Duration(s.Timescale) < cut
		}))
	}
	return &v
}

// cutStream is s with only those fragments that are there already.
func cutStream(s *presentation.Stream, there func(engine.Ticks) bool) *presentation.Stream {
	early := *s
	early.Spans = nil
	for _, span := range s.Spans {
		if there(span.Start) {
			early.Spans = append(early.Spans, span)
		}
	}
	early.Tracks = nil
	for _, t := range s.Tracks {
		younger := *t
		younger.Ended = false
		n := 0
		for n < len(t.Fragments) && there(t.Fragments[n].Start) {
			n++
		}
		younger.Fragments = t.Fragments[:n:n]
		if n < len(t.Fragments) {
			younger.Open = openOf(t, &t.Fragments[n])
		}
		early.Tracks = append(early.Tracks, &younger)
	}
	return &early
}
