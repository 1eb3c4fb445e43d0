package hds

import (
	"cmp"
	"slices"
	"sort"
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
	// belated is how much later than its event, in milliseconds, a stream may begin and still
	// have all of its beginning.
	belated = 10_000
	// tooLong is the first time, in milliseconds, that 31 bits do not hold: 24.8 days.
	tooLong = 1 << 31
)

// millis is a time in milliseconds, rounded to the nearest, so that encoders' rounding of
// ticks makes no difference.
func millis(t engine.Ticks, timescale uint32) int64 {
	return int64((t + engine.Ticks(timescale/2000)).Rescale(timescale, 1000))
}

// number is that of the fragment that holds what starts at a time in milliseconds.
func number(at int64) int64 { return at/length + 1 }

// step is one fragment on the timeline of a rendition. Times are milliseconds of the
// publishing point, not yet of the event.
type step struct {
	number     int64
	start, end int64
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
	p := &playing{rendition: r, view: v}
	var ok bool
	if p.stream, p.lead, ok = r.lead.find(v); !ok || !video(p.lead) && (!sound(p.lead) || r.sound != (level{})) {
		return nil, never("There is no " + r.lead.String() + " that Flash can play; load the manifest again.")
	}
	p.zero = p.origin()
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

// since is a time in milliseconds of the event.
func (p *playing) since(at int64) int64 { return max(0, at-p.zero) }

// origin is where the milliseconds of the event begin to count. A view that does not know, and
// whose times have no room in 31 bits, is counted from the minute of its first fragment.
func (p *playing) origin() int64 {
	known := p.view.Origin.Milliseconds()
	if len(p.stream.Spans) == 0 {
		return known
	}
	if first := p.startOf(0); first-known >= tooLong {
		const minute = int64(time.Minute / time.Millisecond)
		return first / minute * minute
	}
	return known
}

func (p *playing) startOf(i int) int64 { return millis(p.stream.Spans[i].Start, p.stream.Timescale) }

// edge is the end of the newest span.
func (p *playing) edge() int64 { return millis(p.stream.Edge(), p.stream.Timescale) }

// seek returns the index of the first span of fragment n or a later one.
func (p *playing) seek(n int64) int {
	return sort.Search(len(p.stream.Spans), func(i int) bool { return number(p.startOf(i)) >= n })
}

// stepAt joins the i-th span with those that follow it in the same fragment.
func (p *playing) stepAt(i int) step {
	s := step{start: p.startOf(i)}
	s.number = number(s.start)
	j := i + 1
	for j < len(p.stream.Spans) && p.startOf(j) < s.number*length {
		j++
	}
	s.spans = p.stream.Spans[i:j]
	s.end = millis(s.spans[len(s.spans)-1].End(), p.stream.Timescale)
	return s
}

// torn tells whether the first span may be the rest of a fragment whose beginning is not kept
// any more: it is not where the event began, and there is room for another before it.
func (p *playing) torn() bool {
	first := p.stream.Spans[0]
	start := p.startOf(0)
	room := start - (number(start)-1)*length
	return start-p.zero > belated && room >= millis(first.Duration, p.stream.Timescale)
}

// over tells whether nothing can be added to a fragment any more.
func (p *playing) over(s step) bool {
	if !p.view.Live {
		return true
	}
	edge := p.edge()
	if number(edge) <= s.number || len(p.lead.Fragments) == 0 {
		return false
	}
	if last := p.lead.Fragments[len(p.lead.Fragments)-1].Start; len(s.spans) > 0 && last < s.spans[len(s.spans)-1].Start-snap {
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
	return slices.ContainsFunc(s.spans, func(span presentation.Span) bool {
		_, ok := p.lead.Find(span.Start)
		return ok
	})
}

// listed returns the fragments that a bootstrap lists: within the DVR window, over, and there.
func (p *playing) listed() []step {
	window := p.view.Listed(p.stream)
	if len(window) == 0 {
		return nil
	}
	i := len(p.stream.Spans) - len(window)
	if !p.begins(i) {
		i += len(p.stepAt(i).spans)
	}
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
	return min(n-i, int(number(p.startOf(n-1))-number(p.startOf(i)))+1)
}

// begins tells whether a fragment begins with the i-th span.
func (p *playing) begins(i int) bool {
	if i == 0 {
		return !p.torn()
	}
	return number(p.startOf(i-1)) < number(p.startOf(i))
}

// newest is the last whole fragment, for windows shorter than one.
func (p *playing) newest() []step {
	for n := number(p.edge()); n > 0; {
		i := p.seek(n)
		if i == len(p.stream.Spans) {
			if i == 0 {
				return nil
			}
			i--
		}
		i = p.seek(number(p.startOf(i)))
		s := p.stepAt(i)
		if p.over(s) && p.begins(i) && p.has(s) {
			return []step{s}
		}
		if i == 0 {
			return nil
		}
		n = number(p.startOf(i - 1))
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
