package point

import (
	"context"
	"net"
	"time"

	"pubpoint/engine"
)

// An encoder may send each segment in a POST of its own (DASH-IF live media ingest,
// interface 1). Between two of them nobody is connected, but nobody has left either: the
// session rests, and the next POST of the same stream from the same machine goes on with it.
// Only when none has come for long has the encoder left.

// headerRest is how long an encoder that has sent only its header is waited for: its first
// segment may be long.
const headerRest = time.Minute

// closedUnmarked is how the books tell of a body that ended in order, without an end mark.
const closedUnmarked = "closed without an end mark"

// Rest ends the session's POST, whose body ended in order and without an end mark. The
// encoder may bring the next segment in another POST; until that has not come for long, it
// counts as connected. Like Close it does not depend on a context.
func (s *Session) Rest() {
	s.cancel(nil)
	// An error says that the point itself is gone, and with it its books.
	_ = s.p.do(context.Background(), "rest ingest session", func(w *writer) error {
		w.rest(s)
		return nil
	})
}

// Resume gives a session whose POST has no header that of its stream, which an earlier POST
// has brought. It returns nil without an error when there is none.
func (s *Session) Resume(ctx context.Context) (*Header, error) {
	var h *Header
	err := s.p.do(ctx, "resume stream", func(w *writer) error {
		err := w.resume(s)
		if s.tracks != nil {
			h = s.header
		}
		return err
	})
	return h, err
}

func (w *writer) resume(s *Session) error {
	if err := w.onAir(s); err != nil {
		return err
	}
	s.segments = true
	if s.tracks != nil || w.event == nil || !w.event.idx.Live() {
		return nil
	}
	if err := w.otherEvent(s.info.Event); err != nil {
		return err
	}
	st := w.event.streams[s.stream]
	if st == nil {
		return nil
	}
	w.attach(s, st, st.header)
	// Who sends no header cannot have begun anew: the clock is the stream's, and what came
	// before this segment has been sent.
	s.clock = st.clock
	for _, t := range st.tracks {
		s.synced[t] = t.fragments > 0
	}
	w.cfg.Tell(engine.Info, "Stream "+s.stream+" is back, from "+s.info.Remote+".")
	return nil
}

// rest keeps a session in the books between two POSTs of its encoder. One of text alone is
// nobody that is waited for.
func (w *writer) rest(s *Session) {
	onAir := w.state == engine.StateStarting || w.state == engine.StateStarted
	if w.sessions[s.id] != s || s.tracks == nil || s.ended || s.sparse || !onAir {
		w.leave(s, closedUnmarked)
		return
	}
	s.resting = w.now()
}

// inherit makes a new POST go on where the last one of the same encoder rests.
func (s *Session) inherit(old *Session) {
	s.id, s.began, s.header, s.clock = old.id, old.began, old.header, old.clock
	s.event = old.event
	s.tracks, s.synced, s.breaks, s.sent, s.unmarked = old.tracks, old.synced, old.breaks, old.sent, old.unmarked
	s.accepted, s.dropped, s.segments = old.accepted, old.dropped, old.segments
	s.bytes.Add(old.bytes.Load())
	s.inherited = true
}

// atRest finds the session that a new POST goes on with, or nil: one of its stream and
// machine, of the same connection if there is one.
func (w *writer) atRest(info SessionInfo) *Session {
	var found *Session
	for _, s := range w.sessions {
		if s.resting.IsZero() || s.stream != info.Stream || s.info.UserAgent != info.UserAgent ||
			s.info.Event != info.Event || host(s.info.Remote) != host(info.Remote) {
			continue
		}
		if s.info.Remote == info.Remote {
			return s
		}
		if found == nil || s.id < found.id {
			found = s
		}
	}
	return found
}

// host is an address without its port.
func host(remote string) string {
	h, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return h
}

// leaves is when a resting session counts as gone.
func (w *writer) leaves(s *Session) time.Time {
	wait := w.cfg.Stale
	if s.accepted+s.dropped == 0 {
		wait = max(wait, headerRest)
	}
	for _, t := range s.tracks {
		wait = max(wait, 3*t.length.Duration(t.init.Timescale))
	}
	return s.resting.Add(wait)
}

// nextLeaving is when the first of the resting sessions counts as gone; zero when none rests.
func (w *writer) nextLeaving() time.Time {
	var first time.Time
	for _, s := range w.sessions {
		if s.resting.IsZero() {
			continue
		}
		if at := w.leaves(s); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// judgeResting takes those out of the books that have not come back.
func (w *writer) judgeResting() {
	for _, s := range w.sessions {
		if !s.resting.IsZero() && !w.now().Before(w.leaves(s)) {
			w.leave(s, closedUnmarked)
		}
	}
}

// lostSince is when the last encoder was there; zero while one is.
func (w *writer) lostSince() time.Time {
	if at := w.event.lost; !at.IsZero() || w.sources() == 0 {
		return at
	}
	var last time.Time
	for _, s := range w.sessions {
		if s.sparse {
			continue
		}
		if s.resting.IsZero() {
			return time.Time{}
		}
		if s.resting.After(last) {
			last = s.resting
		}
	}
	return last
}

// discharge moves a session from the connected ones to the past.
func (w *writer) discharge(s *Session, ending string) {
	delete(w.sessions, s.id)
	s.connected, s.ending, s.left = false, ending, w.now()
	w.keepPast(s)
	w.log.Log(context.Background(), s.logLevel(), "encoder left", "session", s.id, "stream", s.stream, "ending", ending, "fragments", s.accepted, "dropped", s.dropped)
}

// forget lets go of what a session holds of its event.
func (s *Session) forget() {
	s.event, s.tracks, s.synced, s.breaks, s.sent, s.header = nil, nil, nil, nil, nil, nil
}

// posting reports whether a session's encoder is about to send more: its POST goes on, or it
// has sent segments in POSTs of their own before. One long body that ended without a mark is
// rather the end.
func (s *Session) posting() bool { return s.resting.IsZero() || s.segments || s.inherited }
