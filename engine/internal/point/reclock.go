package point

import (
	"bytes"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// setClock decides, at a session's first fragment, how its times become the point's.
func (w *writer) setClock(s *Session, t *track, f *fmp4.Fragment, in *Incoming) error {
	e, st := w.event, t.stream
	raw := engine.Ticks(f.Start).Rescale(t.init.Timescale, shiftScale)
	switch {
	case e.empty(): // not began: an event that a crash left open has fragments, and its clocks
		s.clock = clock{set: true}
		if e.base > 0 && raw < e.base {
			s.clock.shift = roundUp(e.base-raw, shiftScale) + shiftScale
		}
		e.clock = s.clock
	case !st.clock.set && w.ownClock(t, engine.Ticks(f.Start)+e.clock.in(t.init.Timescale)):
		s.clock.shift = w.rebase(s, t, f)
		w.note(finding.JoinedApart(s.stream, s.clock.shift.Duration(shiftScale)))
		w.cfg.Tell(engine.Warning, "Stream "+s.stream+" joined with a clock of its own: it goes on at the live edge. Start all rungs together, or lock them to one clock.")
	case !st.clock.set:
		s.clock = e.clock // another rung or language: the event's clock is its own
	case w.continues(s, t, f, in):
		s.clock = st.clock
	default:
		return w.restartClock(s, t, f, in)
	}
	s.clock.set = true
	st.clock = s.clock
	return nil
}

// wallClock is where times begin that can only be a wall clock's, at shiftScale: the year
// 2001. wallLag is how far behind such a clock may still be the same one.
const (
	wallClock = 1_000_000_000 * shiftScale
	wallLag   = 60 * shiftScale
)

// continues reports whether a session goes on where the track is: at its end or later, beside
// another encoder of the same stream, or at one of the fragments before, which encoders send
// again after a reconnect. Sent again means the same bytes: an encoder that was started anew
// has the same times and other pictures, or is a file that plays from its beginning again. A
// wall clock does not begin again.
func (w *writer) continues(s *Session, t *track, f *fmp4.Fragment, in *Incoming) bool {
	shift := t.stream.clock.in(t.init.Timescale)
	start, _ := published(f, shift)
	switch {
	case t.fragments == 0 || start >= t.end-sameTime:
		return true
	case start.Rescale(t.init.Timescale, shiftScale) > wallClock && (t.end-start).Rescale(t.init.Timescale, shiftScale) < wallLag:
		return true
	case w.beside(s):
		if start >= t.resent()-heldPerTrack*max(t.length, t.usual) {
			return true
		}
	case start >= t.resent():
		// It may be the first one of an event that has just begun.
		kept, ok := t.sent(f, shift)
		return ok && sameMedia(kept, in.Payload)
	}
	if start <= t.run+sameTime {
		return false // nobody sends a whole event again
	}
	kept, ok := t.sent(f, shift)
	return ok && sameMedia(kept, in.Payload)
}

// beside reports whether another encoder sends the session's stream just now.
func (w *writer) beside(s *Session) bool {
	for _, other := range w.sessions {
		if other != s && other.stream == s.stream && other.clock.set && other.posting() && !w.stale(other) {
			return true
		}
	}
	return false
}

// sameMedia reports whether a payload is the one that is kept. Media that cannot be read is
// not known to be another.
func sameMedia(kept presentation.Media, payload []byte) bool {
	if kept.PayloadSize() != int64(len(payload)) {
		return false
	}
	same := comparison{rest: payload, equal: true}
	_, err := kept.WritePayload(&same, 0, int64(len(payload)))
	return err != nil || same.equal
}

// comparison is a writer that holds what is written against what it should be.
type comparison struct {
	rest  []byte
	equal bool
}

// Write never fails.
func (c *comparison) Write(p []byte) (int, error) {
	n := min(len(p), len(c.rest))
	c.equal = c.equal && n == len(p) && bytes.Equal(p, c.rest[:n])
	c.rest = c.rest[n:]
	return len(p), nil
}

// restartClock handles an encoder that came back with a clock that began again.
func (w *writer) restartClock(s *Session, t *track, f *fmp4.Fragment, in *Incoming) error {
	raw := max(0, engine.Ticks(f.Start)).Rescale(t.init.Timescale, shiftScale)
	e, st := w.event, t.stream
	start, _ := published(f, st.clock.in(t.init.Timescale))
	back := (t.end - start).Duration(t.init.Timescale)
	if w.beside(s) {
		return w.coded(finding.TimeOverlap, "Two encoders send "+s.stream+" with different clocks, "+finding.Seconds(back)+" apart; lock both to one clock (wall clock), or give them different stream ids.")
	}
	switch w.settings.OnReconnect {
	case engine.ReconnectReject:
		return w.coded(finding.TimeBackwards, "The encoder's clock jumped back by "+finding.Seconds(back)+" and this publishing point rejects that (on_reconnect); let the encoder keep its clock, or stop the publishing point first.")
	case engine.ReconnectNewEvent:
		return w.anotherEvent(s, f, in)
	}
	s.clock = e.clock
	if raw+s.clock.shift < t.end.Rescale(t.init.Timescale, shiftScale)-sameTime {
		s.clock.shift = w.rebase(s, t, f)
		e.clock = clock{set: true, shift: s.clock.shift}
	}
	s.clock.set = true
	st.clock = s.clock
	clear(s.synced)
	s.breaks = make(map[*track]bool, len(st.tracks))
	for _, t := range st.tracks {
		s.breaks[t] = true
	}
	s.unmarked = true
	w.note(finding.Restarted(s.stream, back))
	w.cfg.Tell(engine.Warning, "The clock of "+s.stream+" began again: it goes on at the end of the timeline, marked as a discontinuity.")
	return nil
}

// joinLag is how far behind or ahead of the live edge a stream may join an event and still be
// on its clock.
const joinLag = 10 * shiftScale

// ownClock reports whether a stream that joins begins so far from the live edge that its
// clock must be another one. While media comes in faster than it plays nothing can be said:
// then the others are only ahead.
func (w *writer) ownClock(t *track, start engine.Ticks) bool {
	e := w.event
	if e.began.IsZero() {
		return false // read back from files that do not tell
	}
	edge := e.mediaEnd()
	lag := edge - start.Rescale(t.init.Timescale, shiftScale)
	if -joinLag < lag && lag < joinLag {
		return false
	}
	age := engine.Ticks(w.now().Sub(e.began) / 100) // in units of 10 MHz
	media := edge - e.first
	return age > joinLag && media < age+age/4+joinLag/2
}

// rebase chooses the shift that puts a session's clock at the live edge. A rung beside
// others lands on their grid, so that players can switch; it goes where its media belongs by
// the time of its arrival. Anything else begins a little behind the end of all, which leaves
// room for audio that begins before its video.
func (w *writer) rebase(s *Session, t *track, f *fmp4.Fragment) engine.Ticks {
	raw := max(0, engine.Ticks(f.Start)).Rescale(t.init.Timescale, shiftScale)
	unit := shiftUnit(s.header.Init)
	if other := w.sibling(t); other != nil {
		scale := other.init.Timescale
		target, length := other.grid()
		if other.open == nil && w.now().Sub(other.arrived) < length.Duration(scale)/2 {
			target -= length
		}
		for length > 0 && target < t.end.Rescale(t.init.Timescale, scale) {
			target += length
		}
		if shift := target.Rescale(scale, shiftScale) - raw; shift%unit == 0 {
			return shift
		}
	}
	return roundUp(w.event.mediaEnd()+shiftScale/20-raw, unit)
}

// sibling is another track of the same stream whose encoder is sending, or nil.
func (w *writer) sibling(t *track) *track {
	for _, st := range w.event.order {
		if st == t.stream || !w.carried(st) {
			continue
		}
		for _, other := range st.tracks {
			if other.fragments > 0 && other.init.Type == t.init.Type && (t.name == "" || other.name == t.name) {
				return other
			}
		}
	}
	return nil
}

// anotherEvent ends the event on air and gives the session's stream to a new one. Encoders
// that have sent nothing of their new connection yet come along; the others are on the old
// clock and have to connect again.
func (w *writer) anotherEvent(s *Session, f *fmp4.Fragment, in *Incoming) error {
	along := w.endForAnother(s)
	w.cfg.Tell(engine.Info, "The clock of "+s.stream+" began again: another event begins.")
	if err := w.announce(s, s.header); err != nil {
		return err
	}
	w.announceAlong(along)
	return w.setClock(s, s.tracks[f.TrackID], f, in)
}

// endForAnother ends the event on air because a session begins another one. It returns the
// sessions that come along.
func (w *writer) endForAnother(s *Session) (along []*Session) {
	along = w.dismissOthers(s)
	if err := w.seal(); err != nil {
		w.log.Error("event not sealed", "event", w.event.id, "err", err)
		w.cfg.Tell(engine.Failure, "The archive of the last event could not be completed: "+err.Error()+".")
	}
	w.enter(engine.StateStarting)
	return along
}

// dismissOthers tells the encoders beside a session to connect again. Those that have sent
// nothing of their new connection yet come along.
func (w *writer) dismissOthers(s *Session) (along []*Session) {
	for _, other := range w.sessions {
		switch {
		case other == s || other.header == nil:
		case !other.resting.IsZero():
			w.discharge(other, closedUnmarked)
			other.forget()
		case !other.clock.set && !other.ended && (other.info.Event == s.info.Event || other.info.Event == ""):
			along = append(along, other)
		default:
			other.cancel(w.conflict("Another event begins; connect again to be part of it."))
			other.tracks = nil
		}
	}
	return along
}

// announceAlong announces the sessions that come along to another event.
func (w *writer) announceAlong(along []*Session) {
	for _, other := range along {
		if err := w.announce(other, other.header); err != nil {
			other.cancel(err)
		}
	}
}
