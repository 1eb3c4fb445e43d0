package point

import (
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// sent finds what has been accepted of a piece that comes again: the media of the piece with
// its time, whether it was a fragment by itself or part of one.
func (t *track) sent(f *fmp4.Fragment, shift engine.Ticks) (presentation.Media, bool) {
	at, _ := archive.Decoded(f, shift)
	if t.open != nil && at >= t.open.Decode-sameTime {
		return sentChunk(t.open, at)
	}
	if t.handle == nil {
		return nil, false
	}
	start, _ := published(f, shift)
	if kept, ok := t.handle.Find(start); ok && kept.Chunks == nil {
		return kept.Media, true
	}
	if kept, ok := t.handle.Covering(at); ok {
		return sentChunk(kept, at)
	}
	return nil, false
}

// sentChunk finds the piece of a fragment that is decoded from a time on.
func sentChunk(f *presentation.Fragment, at engine.Ticks) (presentation.Media, bool) {
	whole, ok := f.Media.(interface {
		Whole() (*archive.Composite, error)
	})
	if !ok {
		return nil, false
	}
	c, err := whole.Whole()
	if err != nil {
		return nil, false // nobody can tell any more
	}
	chunks, _ := c.List() // never fails
	i := slices.IndexFunc(chunks, func(c presentation.Chunk) bool {
		return at-c.Decode <= sameTime && c.Decode-at <= sameTime
	})
	if i < 0 {
		return nil, false
	}
	return c.Pieces()[i].Media, true
}

// resent is the earliest start of what an encoder sends again when it has connected anew: a
// few of its last fragments.
func (t *track) resent() engine.Ticks {
	if t.open == nil {
		return t.end - 3*t.length - sameTime
	}
	return t.open.Start - 2*max(t.length, t.usual) - sameTime
}

// grid is where a rung that begins now, beside this one, finds a fragment boundary of it:
// the end of its newest fragment and the length of one. Of an open fragment only the start is
// known, and where its end will be if it becomes as long as the one before.
func (t *track) grid() (end, length engine.Ticks) {
	if t.open == nil || t.usual == 0 {
		return t.end, t.length
	}
	if t.length < t.usual/2 {
		return t.open.Start, t.usual
	}
	return t.open.Start + t.usual, t.usual
}
