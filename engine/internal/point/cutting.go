package point

import (
	"time"

	"pubpoint/engine"
)

// impliedSegment divides archives that are not kept for ever and whose segments have no
// length of their own: what has become too old goes segment by segment.
const impliedSegment = time.Hour

// segmentLength is how much media a segment holds, at shiftScale; 0 for all of it.
func (w *writer) segmentLength() engine.Ticks {
	d := w.settings.ArchiveSegment
	if d <= 0 && w.retains() {
		d = impliedSegment
	}
	return engine.Ticks(d / 100) // nanoseconds to units of 10 MHz
}

// newSegment makes the next segment of a stream. Its file is made with its first fragment.
func (w *writer) newSegment(st *stream, from engine.Ticks) *segment {
	sg := &segment{number: 1, header: st.header.Raw, from: from}
	if last := st.segment(); last != nil {
		sg.number = last.number + 1
		last.until = from
	}
	sg.name = segmentName(st.id, sg.number, w.segmentLength() == 0)
	st.segments = append(st.segments, sg)
	return sg
}

// segment is the newest segment of a stream; nil before the first.
func (st *stream) segment() *segment {
	if len(st.segments) == 0 {
		return nil
	}
	return st.segments[len(st.segments)-1]
}

// segmentFor is the segment that a fragment of a stream belongs to. All streams are cut at
// the same time of the presentation: where the first fragment of picture starts at or behind
// a full length. What comes late, from before the cut, still goes into the file before.
func (w *writer) segmentFor(s *Session, st *stream, a *accepted) *segment {
	at := a.start.Rescale(a.t.init.Timescale, shiftScale)
	w.planCut(a, at)
	e, sg := w.event, st.segment()
	switch {
	case sg == nil || sg.gone || sg.finishing || sg.sealed:
		sg = w.newSegment(st, at)
		st.cuts = len(e.cuts)
	case st.cuts < len(e.cuts) && at >= e.cuts[st.cuts] && w.divisible(s, st, at):
		for st.cuts < len(e.cuts) && at >= e.cuts[st.cuts] {
			st.cuts++
		}
		w.finishBefore(st, sg)
		sg = w.newSegment(st, e.cuts[st.cuts-1])
		w.retention = w.now()
	}
	before := st.before()
	switch {
	case before == nil || before.finishing || before.sealed || before.gone:
	case at < sg.from && !s.unmarked:
		return before
	case st.crossed(sg.from):
		w.finish(st, before)
	}
	return sg
}

// before is the segment before the newest, to which late fragments belong; or nil.
func (st *stream) before() *segment {
	if n := len(st.segments); n > 1 {
		return st.segments[n-2]
	}
	return nil
}

// finishBefore completes what is still open before a segment that is about to be followed by
// another.
func (w *writer) finishBefore(st *stream, sg *segment) {
	for _, old := range st.segments {
		if old != sg {
			w.finish(st, old)
		}
	}
}

// planCut decides where all streams are cut next, when a fragment says so.
func (w *writer) planCut(a *accepted, at engine.Ticks) {
	length, e := w.segmentLength(), w.event
	if length <= 0 {
		return
	}
	if e.nextCut == 0 {
		begin := at
		if !e.began.IsZero() || !e.empty() {
			begin = e.first
		}
		if n := len(e.cuts); n > 0 {
			begin = e.cuts[n-1]
		}
		e.nextCut = begin + length
	}
	if at < e.nextCut || !e.leads(a.t) || !a.f.Sync {
		return
	}
	e.cuts = append(e.cuts, at)
	for e.nextCut <= at {
		e.nextCut += length
	}
}

// leads reports whether a track says where segments begin: picture, or sound when there is
// none.
func (e *event) leads(t *track) bool {
	if t.init.Type == string(engine.Video) {
		return true
	}
	for _, st := range e.order {
		for _, other := range st.tracks {
			if other.init.Type == string(engine.Video) {
				return false
			}
		}
	}
	return t.init.Type == string(engine.Audio) || e.onlyText()
}

func (e *event) onlyText() bool {
	for _, st := range e.order {
		if !st.sparse() {
			return false
		}
	}
	return true
}

// divisible reports whether a stream may be cut here: not between a mark that its clock began
// again and the first fragments of all its tracks, unless one of them does not come.
func (w *writer) divisible(s *Session, st *stream, at engine.Ticks) bool {
	return len(s.breaks) == 0 || at >= w.event.cuts[st.cuts]+w.segmentLength()
}

// crossed reports whether all tracks that are not sparse have come to a time.
func (st *stream) crossed(at engine.Ticks) bool {
	for _, t := range st.tracks {
		if t.init.Type != string(engine.Text) && t.end.Rescale(t.init.Timescale, shiftScale) < at {
			return false
		}
	}
	return true
}
