package archive

import (
	"cmp"
	"slices"

	"pubpoint/engine/internal/presentation"
)

// Cooling is how far a [Joined] is on its way out of memory.
type Cooling int

const (
	// Cold is one that has been cooled.
	Cold Cooling = iota
	// Ready is one of which everything lies in files and nothing in memory but the list.
	Ready
	// Warm is one that has media in memory still, or on its way to a file.
	Warm
	// Unarchived is one with media that is in no file and never will be.
	Unarchived
)

// Cooling tells whether the list of pieces may go.
func (j *Joined) Cooling() Cooling {
	c := j.hot.Load()
	if c == nil {
		return Cold
	}
	state := Ready
	for i := range c.pieces {
		m := c.pieces[i].Media
		switch {
		case m.File() == nil && !m.Waiting():
			return Unarchived
		case m.File() == nil || m.Hot():
			state = Warm
		}
	}
	return state
}

// Cool lets the list of pieces go if it can be found again: the files are read as for any
// reader later, and the list stays unless that gives the same. It reports whether the list has
// gone. It fails when a file cannot be read.
func (j *Joined) Cool() (bool, error) {
	return j.cool(j.read)
}

// CoolBy is Cool for a fragment that has just been read back: instead of the files it looks at
// what scans of them have found.
func (j *Joined) CoolBy(scans map[*File]*Scan) bool {
	// What is looked at is in memory: there is nothing to fail.
	gone, err := j.cool(func(extents []extent) (*Composite, error) {
		b := j.rebuild()
		for _, x := range extents {
			found, ok := scans[x.file].within(x)
			if !ok {
				return nil, errChanged
			}
			for i := range found {
				if err := b.take(&found[i]); err != nil {
					return nil, err
				}
			}
		}
		return b.whole()
	})
	return gone && err == nil
}

// within are the records of an extent; false when the file has there what a reader would take
// for more than they are.
func (s *Scan) within(x extent) ([]Record, bool) {
	if s == nil || slices.ContainsFunc(s.Damaged, func(e Entry) bool { return e.Offset >= x.from && e.Offset < x.to }) {
		return nil, false
	}
	at := func(off int64) int {
		i, _ := slices.BinarySearchFunc(s.Records, off, func(r Record, off int64) int { return cmp.Compare(r.Offset, off) })
		return i
	}
	return s.Records[at(x.from):at(x.to)], true
}

func (j *Joined) cool(find func([]extent) (*Composite, error)) (bool, error) {
	c := j.hot.Load()
	if c == nil {
		return true, nil
	}
	extents, ok := extentsOf(c.pieces)
	if !ok {
		return false, nil
	}
	again, err := find(extents)
	if err != nil || !c.same(again) {
		return false, err
	}
	j.mu.Lock()
	j.extents = extents
	j.mu.Unlock()
	j.hot.Store(nil)
	return true, nil
}

// extentsOf is where pieces lie; false when they do not all lie in files, in order.
func extentsOf(pieces []Piece) ([]extent, bool) {
	var extents []extent
	var before *Media
	for i := range pieces {
		m := pieces[i].Media
		file, from, n, ok := m.Extent()
		if !ok {
			return nil, false
		}
		last := len(extents) - 1
		switch {
		case m == before:
		case last < 0 || extents[last].file != file:
			extents = append(extents, extent{file: file, from: from, to: from + n})
		case from < extents[last].to:
			return nil, false
		default:
			extents[last].to = from + n
		}
		before = m
	}
	return slices.Clip(extents), true
}

// same reports whether two lists say the same, but for the times of arrival.
func (c *Composite) same(o *Composite) bool {
	return c.payload == o.payload && slices.EqualFunc(c.pieces, o.pieces, func(a, b Piece) bool {
		same := a.Media.same(b.Media)
		a.Media, b.Media = nil, nil
		return same && a == b
	}) && slices.EqualFunc(c.chunks, o.chunks, func(a, b presentation.Chunk) bool {
		_, wholeA := a.Media.(*Media)
		_, wholeB := b.Media.(*Media)
		a.Media, b.Media, a.Arrived, b.Arrived = nil, nil, 0, 0
		return wholeA == wholeB && a == b
	})
}

// same reports whether two media are the same place of the same file.
func (m *Media) same(o *Media) bool {
	return m.File() == o.File() && m.offset == o.offset && m.moof == o.moof && m.header == o.header && m.payload == o.payload
}
