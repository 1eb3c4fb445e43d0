package presentation

import (
	"slices"

	"pubpoint/engine"
)

// Finder finds fragments of a track like Track.Find, for those who ask for many, one later than
// the other: a manifest of a day costs no more than walking through the track once.
type Finder struct{ rest []Fragment }

// Finder returns one that has not been asked for anything yet.
func (t *Track) Finder() Finder { return Finder{t.Fragments} }

// strides is how many fragments are passed over one by one before the rest is searched.
const strides = 4

// Find returns the fragment that starts at the given time, within 8 ticks. No time may be
// earlier than the one before it.
func (f *Finder) Find(at engine.Ticks) (*Fragment, bool) {
	for n := 0; len(f.rest) > 0 && f.rest[0].Start < at-snap; n++ {
		if n == strides {
			i, _ := slices.BinarySearchFunc(f.rest, at-snap, func(f Fragment, want engine.Ticks) int { return compare(f.Start, want) })
			f.rest = f.rest[i:]
			break
		}
		f.rest = f.rest[1:]
	}
	best := -1
	for i := 0; i < len(f.rest) && f.rest[i].Start <= at+snap; i++ {
		if best < 0 || distance(f.rest[i].Start, at) < distance(f.rest[best].Start, at) {
			best = i
		}
	}
	if best < 0 {
		return nil, false
	}
	return &f.rest[best], true
}
