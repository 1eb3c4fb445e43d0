// Package timeline tells what an event looks like, fragment by fragment: a lane for each track,
// with what is missing, where clocks began again, and what was marked.
//
// It is a pure function of a view, so it needs no locks and never waits for the point. A stretch is
// found by binary search; joining neighbours is one pass over it that allocates only the marks that
// it returns. Groups are counted from the track's first fragment and have a power of two of them,
// so the same fragments stay together while the stretch moves on with time.
package timeline

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// Map answers q from a view. Its notes are the markers of the event alone. Kind: BadInput.
func Map(v *presentation.View, q engine.FragmentQuery) (engine.FragmentMap, error) {
	if err := q.Check(); err != nil {
		return engine.FragmentMap{}, err
	}
	if v == nil {
		return engine.FragmentMap{}, nil
	}
	if v.ZeroTime.IsZero() && !(q.From.IsZero() && q.To.IsZero()) {
		return engine.FragmentMap{}, &engine.Error{Op: "read timeline", Point: q.Point, Kind: engine.BadInput,
			Text: "The wall clock of this event is not known; ask for all of it, without from and to."}
	}
	clock := newClock(v)
	m := engine.FragmentMap{Event: v.Event, Zero: v.ZeroTime}
	for _, s := range v.Streams {
		for _, t := range s.Tracks {
			m.Lanes = append(m.Lanes, lane(s, t, clock, q))
			if n := len(t.Fragments); n > 0 && !s.Sparse() && clock.known() {
				m.From = earliest(m.From, clock.at(t.Fragments[0].Start.Duration(s.Timescale)))
				m.To = latest(m.To, clock.at(t.Fragments[n-1].Start.Duration(s.Timescale)).Add(t.Fragments[n-1].Duration.Duration(s.Timescale)))
			}
		}
	}
	slices.SortStableFunc(m.Lanes, compareLanes)
	m.Notes = splices(v, clock, q)
	return m, nil
}

// compareLanes orders lanes as a point orders its tracks.
func compareLanes(a, b engine.FragmentLane) int {
	rank := func(t engine.MediaType) int {
		return slices.Index([]engine.MediaType{engine.Video, engine.Audio, engine.Text}, t)
	}
	return cmp.Or(cmp.Compare(rank(a.Type), rank(b.Type)), cmp.Compare(stream(a), stream(b)), cmp.Compare(a.Bitrate, b.Bitrate))
}

// stream is a lane's stream: its key without the bitrate.
func stream(l engine.FragmentLane) string {
	for i := len(l.Track) - 1; i >= 0; i-- {
		if l.Track[i] == '/' {
			return l.Track[:i]
		}
	}
	return l.Track
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// clock tells the wall clock of presentation times: where an encoder paused, all that follows is
// later by the pause.
type clock struct{ epochs []presentation.Epoch }

func newClock(v *presentation.View) clock {
	if v.ZeroTime.IsZero() {
		return clock{}
	}
	epochs := v.Epochs()
	if len(epochs) == 0 {
		epochs = []presentation.Epoch{{ZeroTime: v.ZeroTime}}
	}
	return clock{epochs}
}

func (c clock) known() bool { return len(c.epochs) > 0 }

// at is the wall clock at a presentation time, and zero when it is not known. It never goes back.
func (c clock) at(media time.Duration) time.Time {
	if !c.known() {
		return time.Time{}
	}
	behind := sort.Search(len(c.epochs), func(i int) bool { return c.epochs[i].Began > media })
	return c.epochs[max(0, behind-1)].ZeroTime.Add(media)
}

// stretch is which fragments of a track overlap what is asked for.
func stretch(s *presentation.Stream, t *presentation.Track, c clock, q engine.FragmentQuery) (first, end int) {
	end = len(t.Fragments)
	if s.Sparse() { // they may overlap, so that their ends do not ascend
		return 0, end
	}
	start := func(i int) time.Time { return c.at(t.Fragments[i].Start.Duration(s.Timescale)) }
	if !q.From.IsZero() {
		first = sort.Search(end, func(i int) bool {
			return start(i).Add(t.Fragments[i].Duration.Duration(s.Timescale)).After(q.From)
		})
	}
	if !q.To.IsZero() {
		end = first + sort.Search(end-first, func(i int) bool { return !start(first + i).Before(q.To) })
	}
	return first, end
}

// lane is what a track has of a stretch.
func lane(s *presentation.Stream, t *presentation.Track, c clock, q engine.FragmentQuery) engine.FragmentLane {
	st := engine.TrackStatus{Type: s.Type, Bitrate: t.Bitrate, Language: s.Language}
	if t.Init != nil {
		st.Width, st.Height = t.Init.Width, t.Init.Height
	}
	l := engine.FragmentLane{Track: engine.TrackKey(s.Name, t.Bitrate), Label: st.Label(), Type: s.Type, Bitrate: t.Bitrate}
	first, end := stretch(s, t, c, q)
	if first >= end {
		return l
	}
	size := groupSize(first, end, q.MaxMarks)
	l.Marks = make([]engine.FragmentMark, 0, (end-1)/size-first/size+1)
	from := sender{track: t.Source}
	for i := first; i < end; {
		next := min(end, (i/size+1)*size)
		l.Marks = append(l.Marks, mark(s, t, c, i, next))
		l.Marks[len(l.Marks)-1].Source = from.name(t.Fragments[next-1].Session)
		i = next
	}
	if s.Sparse() && c.known() {
		l.Marks = slices.DeleteFunc(l.Marks, func(m engine.FragmentMark) bool {
			return !q.Covers(engine.TimelineNote{At: m.At, Length: m.Length})
		})
	}
	return l
}

// sender names who sent fragments: their stream, and the session where it is known, so that two encoders of
// one stream are told apart. It keeps the newest name, because most follow one of the same.
type sender struct {
	track   string
	session int64
	last    string
}

func (s *sender) name(session int64) string {
	if session == 0 {
		return s.track
	}
	if session != s.session {
		s.session, s.last = session, s.track+"#"+strconv.FormatInt(session, 10)
	}
	return s.last
}

// groupSize is how many fragments are joined, a power of two, so that there are no more than most
// groups from first to end.
func groupSize(first, end, most int) int {
	size := 1
	for most > 0 && (end-1)/size-first/size+1 > most {
		if size > end { // two groups around a multiple of any size
			return end
		}
		size *= 2
	}
	return size
}

// mark joins the fragments from one index on, before another.
func mark(s *presentation.Stream, t *presentation.Track, c clock, from, to int) engine.FragmentMark {
	begin := t.Fragments[from].Start.Duration(s.Timescale)
	m := engine.FragmentMark{Start: begin, At: c.at(begin), Count: to - from}
	tolerance := engine.Ticks(s.Timescale / 10)
	var length engine.Ticks
	low, peak := -1.0, 0.0
	for i := from; i < to; i++ {
		f := &t.Fragments[i]
		length += f.Duration
		m.Bytes += f.Size
		if f.Duration > 0 {
			rate := float64(f.Size) / float64(f.Duration)
			peak = max(peak, rate)
			if low < 0 || rate < low {
				low = rate
			}
		}
		m.NoKey = m.NoKey || s.Type == engine.Video && !f.Sync
		if i > 0 && s.Type != engine.Text {
			before := &t.Fragments[i-1]
			m.Gap = m.Gap || f.Start > before.End()+tolerance
			m.Jump = m.Jump || f.Shift != before.Shift
		}
	}
	bits := 8 * float64(s.Timescale)
	m.Length, m.Peak, m.Low = length.Duration(s.Timescale), int(peak*bits+0.5), int(max(0, low)*bits+0.5)
	last := &t.Fragments[to-1]
	if last.Arrived != 0 {
		m.Arrived = time.Unix(0, last.Arrived)
	}
	return m
}
