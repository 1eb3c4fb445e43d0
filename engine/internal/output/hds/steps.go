package hds

import (
	"sort"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// seek returns the index of the first span that begins fragment n or a later one.
func (p *playing) seek(n int64) int {
	return p.next(sort.Search(len(p.stream.Spans), func(i int) bool { return p.number(p.startOf(i)) >= n }))
}

// next returns the index of the first span from the i-th on that begins a fragment.
func (p *playing) next(i int) int {
	for i < len(p.stream.Spans) && !p.begins(i) {
		i++
	}
	return i
}

// begins tells whether a fragment begins with the i-th span: the first in its four seconds,
// but for those that the fragment before carries on with.
func (p *playing) begins(i int) bool {
	if i == 0 {
		return !p.torn()
	}
	if p.carried(i) {
		return false
	}
	for j := i - 1; j >= 0 && p.number(p.startOf(j)) == p.number(p.startOf(i)); j-- {
		if !p.carried(j) {
			return false
		}
	}
	return true
}

// carried tells whether the i-th span goes on with the group of pictures of the one before:
// encoders may send groups in pieces, and a fragment begins with a key frame.
func (p *playing) carried(i int) bool { return i > 0 && !p.sync(i) && p.pieces(i-1) }

// pieces tells whether the encoder has sent groups in pieces in the four seconds of the i-th
// span, so far.
func (p *playing) pieces(i int) bool {
	for j := i; j >= 0 && p.number(p.startOf(j)) == p.number(p.startOf(i)); j-- {
		if !p.sync(j) {
			return true
		}
	}
	return false
}

// sync tells whether decoding can begin with the i-th span. All tracks of a stream are alike
// in this, so that players can switch.
func (p *playing) sync(i int) bool {
	if p.stream.Type != engine.Video {
		return true
	}
	for _, t := range p.stream.Tracks {
		if f, ok := p.fragment(t, i); ok {
			return f.Sync
		}
	}
	return true
}

// fragment is what a track has of the i-th span. It is looked for where it is when nothing was
// ever lost.
func (p *playing) fragment(t *presentation.Track, i int) (*presentation.Fragment, bool) {
	start := p.stream.Spans[i].Start
	for _, at := range [...]int{i, i + len(t.Fragments) - len(p.stream.Spans)} {
		if at >= 0 && at < len(t.Fragments) && t.Fragments[at].Start == start {
			return &t.Fragments[at], true
		}
	}
	return t.Find(start)
}

// stepAt joins the i-th span with those that follow it in the same fragment.
func (p *playing) stepAt(i int) step {
	s := step{start: p.startOf(i), first: i}
	s.number = p.number(s.start)
	j := i + 1
	for j < len(p.stream.Spans) && (p.startOf(j) < p.slot(s.number+1) || p.carried(j)) {
		j++
	}
	s.spans = p.stream.Spans[i:j]
	s.end = millis(s.spans[len(s.spans)-1].End(), p.stream.Timescale)
	return s
}
