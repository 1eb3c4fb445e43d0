package point

import (
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// accepted is one track's fragment with its place on the point's timeline.
type accepted struct {
	t             *track
	f             *fmp4.Fragment
	start, length engine.Ticks
	shift         engine.Ticks // in ticks of the track
	discontinuity bool
}

// append judges a fragment, archives it and shows it.
func (w *writer) append(s *Session, in *Incoming) error {
	if err := w.onAir(s); err != nil {
		return err
	}
	take := make([]accepted, 0, 1)
	for _, f := range in.Tracks {
		t := s.tracks[f.TrackID]
		if t == nil {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: fmt.Sprintf("A fragment is of track %d, which the header does not have; send ftyp and moov of all tracks first.", f.TrackID)}
		}
		if !s.clock.set {
			if err := w.setClock(s, t, f); err != nil {
				return err
			}
			t = s.tracks[f.TrackID] // another event may have begun
		}
		if a, ok := s.place(t, f); ok {
			take = append(take, a)
		}
	}
	if len(take) == 0 {
		s.dropped++
		return nil
	}
	media := w.keep(s, take, in)
	for _, a := range take {
		if err := w.showFragment(s, a, in.Size(), media); err != nil {
			return err
		}
	}
	s.accepted++
	if w.state == engine.StateStarting {
		w.enter(engine.StateStarted)
		w.settle()
		w.cfg.Tell(engine.Info, "On air.")
	}
	return nil
}

// place finds where a fragment belongs on the timeline, and whether it is to be taken:
// what is already there, what lies before zero, and what no player could begin with is not.
func (s *Session) place(t *track, f *fmp4.Fragment) (accepted, bool) {
	a := accepted{t: t, f: f, shift: s.clock.in(t.init.Timescale), discontinuity: s.breaks[t]}
	a.start, a.length = published(f, a.shift)
	switch {
	case a.length <= 0:
		return a, false
	case t.fragments > 0 && a.start < t.end-sameTime:
		return a, false
	case t.init.Type == string(engine.Video) && !s.synced[t] && !f.Sync:
		return a, false
	}
	s.synced[t] = true
	return a, true
}

// published is the place of a fragment on the point's timeline. What lies before zero is
// not published.
func published(f *fmp4.Fragment, shift engine.Ticks) (start, length engine.Ticks) {
	start, length = engine.Ticks(f.Start)+shift, engine.Ticks(f.Duration)
	// The duration in tfxd leads exactly to the next fragment's time; the sum of the
	// samples need not, with open groups of pictures.
	if f.HasTfxd && f.TfxdDuration > 0 && f.TfxdDuration < 4*f.Duration {
		length = engine.Ticks(f.TfxdDuration)
	}
	if start < 0 {
		length += start
		start = 0
	}
	return start, length
}

// sameTime is how far two times may be apart, in ticks, and still be the same.
const sameTime = 8

// showFragment resolves the track's bitrate if need be and appends to the index.
func (w *writer) showFragment(s *Session, a accepted, size int64, media *archive.Media) error {
	t, e := a.t, w.event
	if t.handle == nil {
		if t.rate <= 0 {
			t.rate = measured(a.f.PayloadSize, a.length, t.init.Timescale)
		}
		if err := e.show(t); err != nil {
			return err
		}
		w.unwritten = true // the server manifest lacks the bitrate just measured
	}
	now := w.now()
	if t.fragments > 0 && a.start > t.end+a.length/engine.Ticks(max(1, len(a.f.Samples))) {
		t.gaps++
		w.cfg.Tell(engine.Warning, fmt.Sprintf("%.2f s of %s are missing.", (a.start-t.end).Duration(t.init.Timescale).Seconds(), t.name))
	}
	decode := engine.Ticks(a.f.DecodeStart) + a.shift
	fragment := presentation.Fragment{
		Start: a.start, Duration: a.length, Decode: decode, DecodeLength: engine.Ticks(a.f.Duration), Shift: a.shift,
		Sync: a.f.Sync, Size: size, Arrived: now.UnixNano(), Media: media,
	}
	if err := e.idx.Append(t.handle, fragment, a.discontinuity); err != nil {
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Internal, Err: err}
	}
	delete(s.breaks, t)
	if media.Offset() >= 0 {
		t.index = append(t.index, indexEntry(a.start, media.Offset()))
	}
	t.end, t.length, t.arrived = a.start+a.length, a.length, now
	t.fragments++
	t.bytes += a.f.PayloadSize
	if e.began.IsZero() {
		e.began = now
	}
	return nil
}

// show makes a track part of the presentation. Its bitrate is known and never changes from
// now on, because it is part of every URL.
func (e *event) show(t *track) error {
	h, err := e.idx.AddTrack(indexTrack(t))
	if err != nil {
		return &engine.Error{Op: "add track", Kind: engine.BadInput, Err: err,
			Text: "The track cannot be part of the presentation: " + err.Error() + "."}
	}
	t.handle, t.rate, t.name = h, h.Bitrate(), h.Stream()
	return nil
}

// measured is the bit/s of a first fragment, rounded to 1000.
func measured(bytes int64, length engine.Ticks, timescale uint32) int {
	seconds := length.Duration(timescale).Seconds()
	if seconds <= 0 {
		return 1000
	}
	return max(1, int(float64(bytes)*8/seconds/1000+0.5)) * 1000
}

// setClock decides, at a session's first fragment, how its times become the point's.
func (w *writer) setClock(s *Session, t *track, f *fmp4.Fragment) error {
	e, st := w.event, t.stream
	raw := engine.Ticks(f.Start).Rescale(t.init.Timescale, shiftScale)
	switch {
	case e.empty(): // not began: an event that a crash left open has fragments, and its clocks
		s.clock = clock{set: true}
		if e.base > 0 && raw < e.base {
			s.clock.shift = roundUp(e.base-raw, shiftScale) + shiftScale
		}
		e.clock = s.clock
	case !st.clock.set:
		s.clock = e.clock // another rung or language: the event's clock is its own
	case w.continues(t, engine.Ticks(f.Start)+st.clock.in(t.init.Timescale)):
		s.clock = st.clock
	default:
		return w.restartClock(s, t, f)
	}
	s.clock.set = true
	st.clock = s.clock
	return nil
}

// continues reports whether a start goes on where the track is: at its end or later, or at
// one of its last fragments, which encoders send again after a reconnect.
func (w *writer) continues(t *track, start engine.Ticks) bool {
	return t.fragments == 0 || start >= t.end-3*t.length-sameTime
}

// restartClock handles an encoder that came back with a clock that began again.
func (w *writer) restartClock(s *Session, t *track, f *fmp4.Fragment) error {
	raw := engine.Ticks(f.Start).Rescale(t.init.Timescale, shiftScale)
	e, st := w.event, t.stream
	for _, other := range w.sessions {
		if other != s && other.stream == s.stream && other.clock.set && w.now().UnixNano()-other.lastByte.Load() < int64(w.cfg.Stale) {
			return w.conflict("Two encoders send " + s.stream + " with different clocks; lock both to one clock (wall clock), or give them different stream ids.")
		}
	}
	switch w.settings.OnReconnect {
	case engine.ReconnectReject:
		return w.conflict("The encoder's clock began again and this publishing point rejects that (on_reconnect); let the encoder keep its clock, or stop the publishing point first.")
	case engine.ReconnectNewEvent:
		return w.anotherEvent(s, f)
	}
	s.clock = e.clock
	if raw+s.clock.shift < t.end.Rescale(t.init.Timescale, shiftScale)-3*t.length.Rescale(t.init.Timescale, shiftScale) {
		// A little is left free for audio that begins before its video.
		s.clock.shift = roundUp(e.end()+shiftScale/20-raw, shiftUnit(st.header.Init))
		e.clock = clock{set: true, shift: s.clock.shift}
	}
	s.clock.set = true
	st.clock = s.clock
	s.breaks = make(map[*track]bool, len(st.tracks))
	for _, t := range st.tracks {
		s.breaks[t] = true
	}
	s.unmarked = true
	w.cfg.Tell(engine.Warning, "The clock of "+s.stream+" began again: it goes on at the end of the timeline, marked as a discontinuity.")
	return nil
}

// anotherEvent ends the event on air and gives the session's stream to a new one.
func (w *writer) anotherEvent(s *Session, f *fmp4.Fragment) error {
	for _, other := range w.sessions {
		if other != s {
			other.cancel(w.conflict("Another event begins; connect again to be part of it."))
			other.tracks = nil
		}
	}
	if err := w.seal(); err != nil {
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Storage, Err: err,
			Text: "The event could not be completed: " + err.Error() + "."}
	}
	w.enter(engine.StateStarting)
	w.cfg.Tell(engine.Info, "The clock of "+s.stream+" began again: another event begins.")
	if err := w.announce(s, s.header); err != nil {
		return err
	}
	return w.setClock(s, s.tracks[f.TrackID], f)
}

// indexEntry finds a fragment by the time that its URL has.
func indexEntry(start engine.Ticks, offset int64) fmp4.IndexEntry {
	return fmp4.IndexEntry{Time: uint64(start), MoofOffset: uint64(offset)}
}
