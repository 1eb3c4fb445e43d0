package hds

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

const (
	// length is how much a fragment holds, in milliseconds: what the time of a start is divided
	// by. Players look at a bootstrap every few seconds and only at its last two fragments.
	length = 4000
	// patience is how late, in milliseconds, sound may be before its video goes without it.
	patience = 10_000
	// maxNumbers leaves 37 years of an event within the 32 bits of a number.
	maxNumbers = 4_000_000_000
	// tooLong is the first time, in milliseconds, that 31 bits do not hold: 24.8 days.
	tooLong = 1 << 31
)

// millis is a time in milliseconds, rounded to the nearest, so that encoders' rounding of
// ticks makes no difference.
func millis(t engine.Ticks, timescale uint32) int64 {
	return int64((t + engine.Ticks(timescale/2000)).Rescale(timescale, 1000))
}

// step is one fragment on the timeline of a rendition. Times are milliseconds of the
// publishing point, not yet of the event.
type step struct {
	number     int64
	start, end int64
	first      int                 // index of the first span
	spans      []presentation.Span // none where nothing starts
}

// playing is a rendition in a view.
type playing struct {
	rendition
	view   *presentation.View
	stream *presentation.Stream // of lead, whose spans are joined
	lead   *presentation.Track
	voice  *presentation.Stream // of sound
	sound  *presentation.Track  // nil without
	zero   int64                // where the milliseconds of the event begin to count
}

// find looks a rendition up in a view.
func (r rendition) find(v *presentation.View) (*playing, error) {
	p := &playing{rendition: r, view: v, zero: origin(v)}
	var ok bool
	if p.stream, p.lead, ok = r.lead.find(v); !ok || !video(p.lead) && (!sound(p.lead) || r.sound != (level{})) {
		return nil, never("There is no " + r.lead.String() + " that Flash can play; load the manifest again.")
	}
	if r.sound == (level{}) {
		return p, nil
	}
	if p.voice, p.sound, ok = r.sound.find(v); !ok || !sound(p.sound) {
		return nil, never("There is no sound " + r.sound.String() + " that Flash can play; load the manifest again.")
	}
	return p, nil
}

func (l level) find(v *presentation.View) (*presentation.Stream, *presentation.Track, bool) {
	s := v.Stream(l.stream)
	if s == nil {
		return nil, nil, false
	}
	t := s.Track(l.bitrate)
	return s, t, t != nil && t.Init != nil && t.Header != nil
}

// number is that of the fragment that holds what starts at a time.
func (p *playing) number(at int64) int64 {
	return max(0, at-p.view.Origin.Milliseconds())/length + p.numbers()
}

// slot is where the four seconds of a fragment begin.
func (p *playing) slot(n int64) int64 { return p.view.Origin.Milliseconds() + (n-p.numbers())*length }

// numbers is the first number of the event. It grows by one a second of a publishing point, and
// by one in four within an event: so no two events share a number.
func (p *playing) numbers() int64 { return int64(p.view.Origin/time.Second)%maxNumbers + 1 }

// since is a time in milliseconds of the event.
func (p *playing) since(at int64) int64 { return max(0, at-p.zero) }

// origin is where the milliseconds of an event begin to count. One that does not know, and
// whose times have no room in 31 bits, is counted from the minute of what is kept of it.
func origin(v *presentation.View) int64 {
	known, first := v.Origin.Milliseconds(), int64(math.MaxInt64)
	for _, s := range v.Streams {
		if s.Type != engine.Text && len(s.Spans) > 0 {
			first = min(first, millis(s.Spans[0].Start, s.Timescale))
		}
	}
	if first < math.MaxInt64 && first-known >= tooLong {
		const minute = int64(time.Minute / time.Millisecond)
		return first / minute * minute
	}
	return known
}

func (p *playing) startOf(i int) int64 { return millis(p.stream.Spans[i].Start, p.stream.Timescale) }

// edge is the end of the newest span.
func (p *playing) edge() int64 { return millis(p.stream.Edge(), p.stream.Timescale) }

// torn tells whether the first span may be the rest of a fragment whose beginning is not kept
// any more: there was another before it, and there is room for one in its four seconds.
func (p *playing) torn() bool {
	first := p.stream.Spans[0]
	start := p.startOf(0)
	room := start - p.slot(p.number(start))
	return first.Number > 0 && (room >= millis(first.Duration, p.stream.Timescale) || !p.sync(0))
}

// over tells whether nothing can be added to a fragment any more.
func (p *playing) over(s step) bool {
	if !p.view.Live {
		return true
	}
	next, edge := s.first+len(s.spans), p.edge()
	switch n := len(p.lead.Fragments); {
	case next == len(p.stream.Spans) && (p.number(edge) <= p.number(p.startOf(next-1)) || p.pieces(next-1)):
		return false // what comes next may be part of it
	case n == 0 || p.lead.Fragments[n-1].Start < p.stream.Spans[next-1].Start-snap:
		return false // this track is behind the others of its stream
	}
	return p.sound == nil || edge-s.end >= patience || p.heard() >= s.end
}

// snap is how far, in ticks, a time may be off and still mean a fragment's start, as
// presentation.Track.Find has it.
const snap = 8

// heard is up to when there is sound.
func (p *playing) heard() int64 {
	n := len(p.sound.Fragments)
	if n == 0 {
		return -1
	}
	return millis(p.sound.Fragments[n-1].End(), p.voice.Timescale)
}

// has tells whether the track of the rendition has anything of a fragment.
func (p *playing) has(s step) bool {
	for i := range s.spans {
		if _, ok := p.fragment(p.lead, s.first+i); ok {
			return true
		}
	}
	return false
}

// listed returns the fragments that a bootstrap lists: within the DVR window, over, and there.
func (p *playing) listed() []step {
	window := p.view.Listed(p.stream)
	if len(window) == 0 {
		return nil
	}
	i := p.next(len(p.stream.Spans) - len(window))
	out := make([]step, 0, p.steps(i))
	for i < len(p.stream.Spans) {
		s := p.stepAt(i)
		if !p.over(s) {
			break
		}
		if p.has(s) {
			out = append(out, s)
		}
		i += len(s.spans)
	}
	if len(out) == 0 {
		return p.newest()
	}
	return out
}

// steps is how many fragments there are at most from the i-th span on.
func (p *playing) steps(i int) int {
	n := len(p.stream.Spans)
	if i == n {
		return 0
	}
	return min(n-i, int(p.number(p.startOf(n-1))-p.number(p.startOf(i)))+1)
}

// newest is the last whole fragment, for windows shorter than one.
func (p *playing) newest() []step {
	for i := len(p.stream.Spans) - 1; i >= 0; i-- {
		if !p.begins(i) {
			continue
		}
		if s := p.stepAt(i); p.over(s) && p.has(s) {
			return []step{s}
		}
	}
	return nil
}

// voices returns the fragments of a track of sound that have something from start up to end.
func voices(t *presentation.Track, start, end int64) []presentation.Fragment {
	search := func(at int64) int {
		i, _ := slices.BinarySearchFunc(t.Fragments, at, func(f presentation.Fragment, at int64) int {
			return cmp.Compare(millis(f.Start, t.Init.Timescale), at)
		})
		return i
	}
	return t.Fragments[max(0, search(start+1)-1):search(end)]
}
