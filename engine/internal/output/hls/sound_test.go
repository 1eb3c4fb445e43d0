package hls

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// arrivals are moments at which something of an event arrives, in order.
func arrivals(v *presentation.View) []int64 {
	var out []int64
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			for _, f := range t.Fragments {
				out = append(out, f.Arrived)
			}
		}
	}
	slices.Sort(out)
	return out
}

// asOf is a live event at a moment: what has arrived, and as timeline what all tracks have.
func asOf(whole *presentation.View, now int64) *presentation.View {
	v := *whole
	v.Live, v.Streams = true, nil
	for _, s := range whole.Streams {
		early := *s
		early.Tracks, early.Spans = nil, nil
		for _, t := range s.Tracks {
			younger := *t
			younger.Ended, younger.Fragments = false, nil
			for _, f := range t.Fragments {
				if f.Arrived <= now {
					younger.Fragments = append(younger.Fragments, f)
				}
			}
			early.Tracks = append(early.Tracks, &younger)
		}
		for _, p := range s.Spans {
			if !slices.ContainsFunc(early.Tracks, func(t *presentation.Track) bool { _, ok := t.Find(p.Start); return !ok }) {
				early.Spans = append(early.Spans, p)
			}
		}
		v.Streams = append(v.Streams, &early)
	}
	return &v
}

// TestSegmentsNeverChange asks for every listed TS segment at every moment of an event whose rungs
// and whose audio are late, each by its own time: its bytes stay what they were, also after the end.
func TestSegmentsNeverChange(t *testing.T) {
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 5))
		whole := outputtest.Synthetic{Name: "late", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 12, Length: engine.Ticks(7_000_000 + seed*500_000)}.View()
		for _, s := range whole.Streams {
			for _, track := range s.Tracks {
				last := int64(0)
				for i := range track.Fragments {
					late := time.Duration(random.Int64N(int64(3 * time.Second)))
					if random.IntN(4) > 0 {
						late /= 10
					}
					last = max(last+1, track.Fragments[i].Arrived+int64(late))
					track.Fragments[i].Arrived = last
				}
			}
		}
		known := map[string][]byte{}
		check := func(v *presentation.View) int {
			s := newShow(transport, v)
			if s == nil {
				return 0
			}
			listed := 0
			for _, stream := range s.video {
				for _, track := range s.tracks(stream) {
					for _, p := range s.listed(stream, watched) {
						listed++
						compare(t, seed, known, v, stream, track, p)
					}
				}
			}
			return listed
		}
		for _, now := range arrivals(whole) {
			check(asOf(whole, now))
		}
		if n := check(whole); n != 24 || len(known) != 24 {
			t.Errorf("seed %d: %d segments, %d known; want 24", seed, n, len(known))
		}
	}
}

func compare(t *testing.T, seed uint64, known map[string][]byte, v *presentation.View, stream *presentation.Stream, track *presentation.Track, p presentation.Span) {
	t.Helper()
	id := segment{track: trackOf(stream, track), at: p.Start, desks: &sync.Pool{}}
	obj, err := id.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		t.Fatalf("seed %d: %+v is listed: %v", seed, id, err)
	}
	var b bytes.Buffer
	if _, err := obj.Body.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if before, ok := known[obj.Tag]; ok && !bytes.Equal(before, b.Bytes()) {
		t.Fatalf("seed %d: %+v had %d bytes and now has %d", seed, id, len(before), b.Len())
	}
	known[obj.Tag] = b.Bytes()
}

func trackOf(s *presentation.Stream, t *presentation.Track) track { return track{s.Name, t.Bitrate} }
