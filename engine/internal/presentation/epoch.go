package presentation

import (
	"cmp"
	"slices"
	"time"

	"pubpoint/engine"
)

// Epoch is a stretch of a presentation on one clock of its encoder.
type Epoch struct {
	// Began is where it began, in presentation time; the first begins at View.Origin.
	Began time.Duration
	// Until is where the next one begins; 0 for the last.
	Until time.Duration
	First bool
	// ZeroTime is the wall clock of presentation time zero as this epoch has it. An encoder
	// that came back after a pause goes on where the timeline ended, so all that follows is
	// later by the pause.
	ZeroTime time.Time
}

// Leading is the stream that says where epochs begin, because others begin a little before or
// after it: the first of video that has anything, else of audio. It is nil while there is none.
func (v *View) Leading() *Stream {
	var lead *Stream
	for _, s := range v.Streams {
		if len(s.Spans) == 0 || s.Type == engine.Text {
			continue
		}
		if s.Type == engine.Video {
			return s
		}
		if lead == nil {
			lead = s
		}
	}
	return lead
}

// patience is how many segments of audio a presentation begins with before its video is given up.
const patience = 6

// Begun reports whether there is something to show, and not audio alone when video is about to
// come: players do not look for a stream that was not there when they began.
func (v *View) Begun() bool {
	lead := v.Leading()
	if lead == nil || lead.Type == engine.Video || !v.Live {
		return lead != nil
	}
	video := slices.ContainsFunc(v.Streams, func(s *Stream) bool { return s.Type == engine.Video && len(s.Tracks) > 0 })
	return !video || int(lead.Spans[len(lead.Spans)-1].Number) >= patience
}

// Epochs divides what is kept of a presentation, in order. There is at least one, unless there
// is nothing at all.
func (v *View) Epochs() []Epoch {
	lead := v.Leading()
	if lead == nil {
		return nil
	}
	epochs := []Epoch{{Began: v.Origin, First: true, ZeroTime: v.ZeroTime}}
	if past := lead.Past; !past.ZeroTime.IsZero() {
		epochs[0] = Epoch{Began: past.Start.Duration(lead.Timescale), ZeroTime: past.ZeroTime}
	}
	for _, s := range lead.Spans {
		if !s.Discontinuity {
			continue
		}
		last := &epochs[len(epochs)-1]
		last.Until = s.Start.Duration(lead.Timescale)
		epochs = append(epochs, Epoch{Began: last.Until, ZeroTime: lead.zeroTime(s.Start, last.ZeroTime)})
	}
	return epochs
}

// Drop is the newest discontinuity of those spans of the stream that begin before a time, for
// when they leave the timeline. zero is the wall clock of presentation time zero as the event
// began.
func (s *Stream) Drop(before engine.Ticks, zero time.Time) Break {
	past := s.Past
	if !past.ZeroTime.IsZero() {
		zero = past.ZeroTime
	}
	for _, p := range s.Spans {
		if p.Start >= before {
			break
		}
		if p.Discontinuity {
			zero = s.zeroTime(p.Start, zero)
			past = Break{Start: p.Start, ZeroTime: zero}
		}
	}
	return past
}

// zeroTime is the wall clock of presentation time zero by the arrival of the fragment that
// starts at a time, and never earlier than before.
func (s *Stream) zeroTime(at engine.Ticks, before time.Time) time.Time {
	for _, t := range s.Tracks {
		if f, ok := t.Find(at); ok && f.Arrived != 0 {
			zero := time.Unix(0, f.Arrived).Add(-f.End().Duration(s.Timescale))
			if zero.After(before) {
				return zero
			}
			return before
		}
	}
	return before
}

// Cut divides spans of the stream at a presentation time: a span belongs where its middle is.
// A time of 0 leaves all of them before it.
func (s *Stream) Cut(spans []Span, at time.Duration) (before, behind []Span) {
	if at == 0 {
		return spans, nil
	}
	n, _ := slices.BinarySearchFunc(spans, at, func(p Span, at time.Duration) int {
		return cmp.Compare((p.Start + p.Duration/2).Duration(s.Timescale), at)
	})
	return spans[:n], spans[n:]
}
