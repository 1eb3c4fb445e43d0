package timeline

import (
	"context"
	"sort"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// ask is what the operator looks at: it decides what a model holds.
type ask struct {
	point    string
	event    string // id; empty for the one on air, or the last
	from, to time.Time
	span     time.Duration
	live     bool
	round    int // grows when something must be read anew
}

// model is what the page shows at one instant.
type model struct {
	ask     ask
	known   bool // the point exists
	lamp    look.Lamp
	word    string
	onAir   bool // what is shown goes on
	now     time.Time
	events  []engine.ArchivedEvent
	fresh   bool // what follows was read for this model; else it is as before
	marks   engine.FragmentMap
	data    kit.LanesData // without colours
	failure error
	taken   map[string]bool // names that a clip cannot have
}

// Bounds of what is asked for: marks of a lane, and how often the list of events is read.
const (
	marksAsked   = 3000
	eventsFresh  = 10 * time.Second
	settled      = 30 * time.Second // how long after its end a stretch may still get something
	columnsShown = 1500
)

// reader computes models, one after the other. It remembers what it read, so that nothing is read, and nothing drawn,
// while nothing changes.
type reader struct {
	operator Operator
	point    string
	events   []engine.ArchivedEvent
	listed   time.Time
	current  string // id of the event when they were listed
	key      key
	extent   map[string]engine.FragmentMap // of events that are over, without lanes
	sources  map[string]uint8
}

// key is what decides the answer to a query of fragments.
type key struct {
	ask  ask
	edge int64 // steps of the live edge
	on   string
}

func (r *reader) read(ctx context.Context, s page.Snapshot, a ask) model {
	m := model{ask: a, taken: map[string]bool{}}
	p, ok := s.Point(a.point)
	if !ok {
		m.lamp, m.word = look.Quiet, ""
		return m
	}
	if r.point != a.point {
		*r = reader{operator: r.operator, point: a.point, extent: map[string]engine.FragmentMap{}, sources: map[string]uint8{}}
	}
	c := page.ConditionOf(p, s.EncodersOf(a.point), s.Now)
	m.known, m.lamp, m.word, m.now = true, c.Lamp, c.Word, s.Now
	r.list(ctx, s.Now, p)
	m.events = r.events
	for _, other := range s.Points {
		m.taken[other.Name] = true
	}
	for _, other := range r.operator.Recordings() {
		m.taken[other.Name] = true
	}
	m.onAir = (a.event == "" || a.event == p.Event.ID) && p.Event.Ended.IsZero() && !p.Event.Began.IsZero()
	k := key{ask: a, on: p.Event.ID + string(p.State)}
	if m.onAir {
		k.edge = s.Now.UnixNano() / int64(step(a.span))
	}
	if !a.live {
		// The operator looks back: only what lies in the stretch can change it.
		k.ask.live = false
		if m.onAir && a.to.Before(s.Now.Add(-settled)) {
			k.edge = 0
		}
	}
	if k == r.key {
		return m
	}
	r.key = k
	m.fresh = true
	m.marks, m.failure = r.fragments(s.Now, a, m.onAir)
	if m.failure != nil {
		r.key = key{} // and try again
	}
	m.data = r.lanes(m.marks, p, s.Now, m.onAir)
	return m
}

// step is how far the live edge moves on before it is drawn anew: less than that nobody sees.
func step(span time.Duration) time.Duration {
	return max(200*time.Millisecond, min(2*time.Second, span/columnsShown))
}

// list reads the events of the point from time to time, and when another has begun.
func (r *reader) list(ctx context.Context, now time.Time, p engine.PointStatus) {
	current := p.Event.ID + string(p.State)
	if r.current == current && now.Sub(r.listed).Abs() < eventsFresh && r.listed != (time.Time{}) {
		return
	}
	events, err := r.operator.ArchivedEvents(ctx, p.Name)
	if err == nil { // the event on air can be looked at without a list of those before it
		r.events = events
	}
	r.current, r.listed = current, now
}

// fragments asks for the stretch, and for what lies beside it, so that it can be moved at once.
func (r *reader) fragments(now time.Time, a ask, onAir bool) (engine.FragmentMap, error) {
	q := engine.FragmentQuery{Point: a.point, Event: a.event, MaxMarks: marksAsked}
	from, to := a.from, a.to
	if a.live {
		to = now
		if !onAir {
			whole, err := r.whole(q)
			if err != nil {
				return whole, err
			}
			to = whole.To
		}
		from = to.Add(-a.span)
	}
	if !to.IsZero() && to.After(from) {
		margin := to.Sub(from) / 2
		q.From, q.To = from.Add(-margin), to.Add(margin)
	}
	return r.operator.Fragments(q)
}

// whole tells the extent of an event that is over; it is read once.
func (r *reader) whole(q engine.FragmentQuery) (engine.FragmentMap, error) {
	id := q.Event + "@" + r.key.on
	if m, ok := r.extent[id]; ok {
		return m, nil
	}
	q.MaxMarks = 1
	m, err := r.operator.Fragments(q)
	if err == nil {
		m.Lanes, m.Notes = nil, nil
		r.extent[id] = m
	}
	return m, err
}

// lanes are a map as the window draws it.
func (r *reader) lanes(m engine.FragmentMap, p engine.PointStatus, now time.Time, onAir bool) kit.LanesData {
	d := kit.LanesData{First: milli(m.From), Last: milli(m.To), Now: milli(m.To)}
	if onAir {
		d.Now = now.UnixMilli()
	}
	for _, l := range m.Lanes {
		lane := kit.Lane{Name: l.Label, Level: float64(l.Bitrate), Aligned: l.Type == engine.Video, Marks: make([]kit.LaneMark, len(l.Marks))}
		switch l.Type {
		case engine.Audio:
			lane.Weight = 0.6
		case engine.Text:
			lane.Weight, lane.Sparse, lane.Level = 0.4, true, 0
		}
		for i, k := range l.Marks {
			lane.Marks[i] = kit.LaneMark{From: k.At.UnixMilli(), To: k.At.Add(k.Length).UnixMilli(), Mean: k.Rate(), Low: float64(k.Low), High: float64(k.Peak),
				Count: k.Count, Gap: k.Gap, Jump: k.Jump, Weak: k.NoKey, Source: r.source(k.Source)}
		}
		if onAir && !lane.Sparse && silent(l, p, now) {
			lane.Until = d.Now
		}
		d.Lanes = append(d.Lanes, lane)
	}
	for _, n := range m.Notes {
		d.Notes = append(d.Notes, kit.LaneNote{At: n.At.UnixMilli(), Until: n.At.Add(n.Length).UnixMilli(), Flag: flagOf(n), Text: n.Text})
	}
	return d
}

func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// source is the number of a source, by the order in which they were seen.
func (r *reader) source(name string) uint8 {
	n, ok := r.sources[name]
	if !ok {
		n = uint8(min(len(r.sources), 255))
		r.sources[name] = n
	}
	return n
}

// quietFor is how long nothing of a track may arrive before it counts as missing.
const quietFor = 12 * time.Second

// silent reports whether the newest of a track is overdue.
func silent(l engine.FragmentLane, p engine.PointStatus, now time.Time) bool {
	for _, t := range p.Tracks {
		if engine.TrackKey(t.Stream, t.Bitrate) == l.Track {
			return !t.Ended && !t.LastArrival.IsZero() && now.Sub(t.LastArrival) > max(quietFor, 3*t.LastLength.Duration(t.Timescale))
		}
	}
	return false
}

// media is the presentation time at a wall clock, by the marks around it.
func media(m engine.FragmentMap, at time.Time) (time.Duration, bool) {
	for _, l := range m.Lanes {
		if len(l.Marks) == 0 || l.Type == engine.Text {
			continue
		}
		i := sort.Search(len(l.Marks), func(i int) bool { return l.Marks[i].At.After(at) })
		k := l.Marks[max(0, i-1)]
		d := k.Start + at.Sub(k.At)
		if i > 0 && i < len(l.Marks) { // in a pause there is no media
			d = min(d, l.Marks[i].Start)
		}
		return max(0, d), true
	}
	return 0, false
}
