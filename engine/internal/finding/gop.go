package finding

import (
	"slices"
	"time"

	"pubpoint/engine"
)

// lengthsKept is how many fragments tell whether a track's are of one length, and lengthsNeeded
// how many there must be.
const (
	lengthsKept   = 8
	lengthsNeeded = 4
)

// longest is how long a fragment may be: viewers are that far behind at least. A tenth of a
// second is left for key frames that miss their place by a picture or two.
const longest = 4*time.Second + 100*time.Millisecond

// observeLength judges how long a fragment is, and whether they are alike.
func (t *Track) observeLength(b *Book, length engine.Ticks, now time.Time) {
	t.lengths[t.seen%lengthsKept] = length
	t.seen++
	if d := length.Duration(t.Timescale); d > longest {
		b.Raise(GOPTooLong(&t.Subject, d), now)
	} else {
		t.calm(b, GOPLong)
	}
	if t.seen < lengthsNeeded {
		return
	}
	shortest, most, strays := t.spread()
	switch {
	case strays >= 2:
		b.Raise(GOPSpread(&t.Subject, shortest.Duration(t.Timescale), most.Duration(t.Timescale)), now)
	case strays == 0:
		t.calm(b, GOPVariable)
	}
}

// spread is the shortest and the longest of the newest fragments, and how many of them are
// more than a tenth away from the one in the middle. A single one proves nothing: an encoder
// ends, or begins again, within a group of pictures.
func (t *Track) spread() (shortest, most engine.Ticks, strays int) {
	sorted := t.lengths
	newest := sorted[:min(t.seen, lengthsKept)]
	slices.Sort(newest)
	middle := newest[len(newest)/2]
	for _, n := range newest {
		if n < middle-middle/10 || n > middle+middle/10 {
			strays++
		}
	}
	return newest[0], newest[len(newest)-1], strays
}

// cutsKept is how many of a rung's newest fragments are held against those of the others: one
// that is further behind is not compared.
const cutsKept = 64

// Cuts are where the newest fragments of a rung begin and end. The zero value has none.
type Cuts struct {
	ring [cutsKept]span
	n    int
}

type span struct{ start, end engine.Ticks }

// Add notes a fragment.
func (c *Cuts) Add(start, end engine.Ticks) {
	c.ring[c.n%cutsKept] = span{start, end}
	c.n++
}

// SameTime is how far two times may be apart, in ticks, and still be the same.
const SameTime = 8

// Apart holds a fragment of another rung against the cuts: by how much its start misses the
// nearest cut, when a cut lies within it or it begins within one of these. It reports whether
// there was anything to compare it with; times are of one timescale.
func (c *Cuts) Apart(start, end engine.Ticks) (apart engine.Ticks, compared bool) {
	for i := range c.ring[:min(c.n, cutsKept)] {
		s := &c.ring[i]
		switch {
		case s.start < start-SameTime && s.end > start+SameTime:
			if off := start - s.start; off <= s.end-start {
				return off, true
			}
			return start - s.end, true
		case s.start > start+SameTime && s.start < end-SameTime:
			return start - s.start, true
		case s.start-start <= SameTime && start-s.start <= SameTime:
			compared = true
		}
	}
	return 0, compared
}
