package presentation_test

import (
	"math/rand/v2"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// TestFinderFindsWhatFindDoes walks through random timelines with both.
func TestFinderFindsWhatFindDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		track := &presentation.Track{}
		var asked []engine.Ticks
		at := engine.Ticks(0)
		for range random.IntN(60) {
			at += engine.Ticks(1 + random.IntN(40))
			if random.IntN(3) > 0 {
				track.Fragments = append(track.Fragments, presentation.Fragment{Start: at + engine.Ticks(random.IntN(17)-8)*engine.Ticks(random.IntN(2))})
			}
			if random.IntN(8) > 0 {
				asked = append(asked, at)
			}
		}
		ascending := true
		for i := range track.Fragments {
			ascending = ascending && (i == 0 || track.Fragments[i].Start > track.Fragments[i-1].Start)
		}
		if !ascending {
			continue
		}
		finder := track.Finder()
		for _, at := range asked {
			want, there := track.Find(at)
			got, ok := finder.Find(at)
			if ok != there || got != want {
				t.Fatalf("at %d: %v, %v; Find has %v, %v", at, got, ok, want, there)
			}
		}
	}
}
