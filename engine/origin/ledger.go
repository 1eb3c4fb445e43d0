package origin

import (
	"maps"
	"sync"

	"pubpoint/engine"
)

// maxCodes is how many status codes of refusals are told apart for a point.
const maxCodes = 16

// ledger adds up what encoders have sent. A point's status tells of sessions of the last minutes and of
// the event on air; the ledger looks at it once a second and keeps the sums.
type ledger struct {
	mu       sync.Mutex
	points   map[string]*account
	verified map[engine.Verdict]int64
}

// account is what one point has taken in, and how far its status was counted.
type account struct {
	sums     engine.PointTraffic
	sessions map[string]counted // by session
	event    string
	gaps     map[string]int64 // by track of the event
}

// counted is how much of a session has been counted.
type counted struct{ bytes, fragments, dropped int64 }

func newLedger() *ledger {
	return &ledger{points: map[string]*account{}, verified: map[engine.Verdict]int64{}}
}

// account returns that of a point. The caller holds the lock.
func (l *ledger) account(point string) *account {
	a := l.points[point]
	if a == nil {
		a = &account{sessions: map[string]counted{}, gaps: map[string]int64{}}
		a.sums.Refused = map[int]int64{}
		l.points[point] = a
	}
	return a
}

// observe looks at all points there are, and forgets those that have gone.
func (l *ledger) observe(points []engine.PointStatus) {
	l.mu.Lock()
	defer l.mu.Unlock()
	there := make(map[string]bool, len(points))
	for i := range points {
		there[points[i].Name] = true
		l.account(points[i].Name).observe(&points[i])
	}
	maps.DeleteFunc(l.points, func(name string, _ *account) bool { return !there[name] })
}

func (a *account) observe(p *engine.PointStatus) {
	sessions := make(map[string]counted, len(p.Sources))
	for _, s := range p.Sources {
		was, is := a.sessions[s.ID], counted{s.Bytes, s.Fragments, s.Dropped}
		a.sums.BytesIn += max(0, is.bytes-was.bytes)
		a.sums.Fragments += max(0, is.fragments-was.fragments)
		a.sums.Dropped += max(0, is.dropped-was.dropped)
		sessions[s.ID] = is
	}
	a.sessions = sessions
	if a.event != p.Event.ID {
		a.event = p.Event.ID
		clear(a.gaps)
	}
	gaps := make(map[string]int64, len(p.Tracks))
	for _, t := range p.Tracks {
		key := engine.TrackKey(t.Stream, t.Bitrate)
		a.sums.Gaps += max(0, t.Gaps-a.gaps[key])
		gaps[key] = t.Gaps
	}
	a.gaps = gaps
}

// refused is told of each request that was turned away from a point that exists.
func (l *ledger) refused(point string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	codes := l.account(point).sums.Refused
	if _, known := codes[status]; known || len(codes) < maxCodes {
		codes[status]++
	}
}

// checked is told of each check of an archive.
func (l *ledger) checked(v engine.Verdict) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.verified[v]++
}

func (l *ledger) verdicts() map[engine.Verdict]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.verified)
}

// add adds what a point has taken in.
func (l *ledger) add(t *engine.PointTraffic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Refused = map[int]int64{}
	a := l.points[t.Point]
	if a == nil {
		return
	}
	t.BytesIn, t.Fragments, t.Dropped, t.Gaps = a.sums.BytesIn, a.sums.Fragments, a.sums.Dropped, a.sums.Gaps
	maps.Copy(t.Refused, a.sums.Refused)
}

// statuses are those of all publishing points, without what viewers do.
func (o *Origin) statuses() []engine.PointStatus {
	var all []engine.PointStatus
	for _, e := range o.points.all() {
		if !e.ReadOnly() {
			all = append(all, e.Status())
		}
	}
	return all
}
