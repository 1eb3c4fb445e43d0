package point

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// admissible reports why an encoder may not connect now.
func (w *writer) admissible() error {
	if w.cfg.ReadOnly {
		return w.conflict("A .ism directory is played only; post to a publishing point (.isml).")
	}
	if w.cfg.Refuse != "" && w.state != engine.StateError {
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Unavailable, Text: w.cfg.Refuse}
	}
	switch w.state {
	case engine.StateError:
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Unavailable, Text: w.reason + " " + w.action}
	case engine.StateStopping:
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Unavailable, Text: "The last event is being sealed; connect again in a moment."}
	case engine.StateIdle:
		if w.held || !w.settings.AutoStart {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.NotFound,
				Text: "The publishing point is shut down; start it before encoders post to it."}
		}
	case engine.StateStopped:
		if w.held || !w.settings.AutoStart || w.settings.OnReconnect == engine.ReconnectReject {
			return w.conflict("The event has ended; start the publishing point again for another one.")
		}
	}
	return nil
}

// admit lets a session in, or says why not.
func (w *writer) admit(s *Session) error {
	if err := w.admissible(); err != nil {
		return err
	}
	if err := w.belated(s.stream); err != nil {
		return err
	}
	if err := w.otherEvent(s.info.Event); err != nil {
		return err
	}
	if w.state == engine.StateIdle || w.state == engine.StateStopped {
		w.enter(engine.StateStarting)
	}
	s.connected = true
	if old := w.atRest(s.info); old != nil {
		s.inherit(old)
		s.lastByte.Store(w.now().UnixNano())
		w.sessions[s.id] = s
		return nil
	}
	w.lastID++
	s.id, s.began = w.lastID, w.now()
	s.lastByte.Store(s.began.UnixNano())
	s.sparse = w.event != nil && w.event.streams[s.stream] != nil && w.event.streams[s.stream].sparse()
	w.sessions[s.id] = s
	w.log.Log(context.Background(), s.logLevel(), "encoder connected", "session", s.id, "stream", s.stream, "remote", s.info.Remote)
	return nil
}

// announce makes a session's tracks part of the event.
func (w *writer) announce(s *Session, h *Header) error {
	if err := w.onAir(s); err != nil {
		return err
	}
	s.sparse = !h.HasMedia()
	along, err := w.turnOver(s)
	if err != nil {
		return err
	}
	if w.event == nil || !w.event.idx.Live() {
		if err := w.mayBegin(h); err != nil {
			return err
		}
		if err := w.begin(s.info.Event); err != nil {
			return err
		}
	}
	w.announceAlong(along)
	e := w.event
	w.replaceUnused(s, h)
	st := e.streams[s.stream]
	switch {
	case st == nil:
		for id := range e.streams {
			if strings.EqualFold(id, s.stream) {
				return w.coded(finding.RefusedName, "The stream id "+s.stream+" differs from "+id+" in the case of its letters only; choose another.")
			}
		}
		if len(e.streams) >= w.cfg.Streams {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.TooLarge, Err: &finding.Coded{Code: finding.RefusedLimit},
				Text: fmt.Sprintf("The event has %d streams already, which is its limit; post to one of these, or raise streams-per-point in the table [limits] of the settings file.", len(e.streams))}
		}
		if st, err = w.addStream(s.stream, h); err != nil {
			return err
		}
		w.cfg.Tell(engine.Info, fmt.Sprintf("Stream %s arrives from %s with %s.", s.stream, s.info.Remote, countTracks(len(st.tracks))))
	case !st.header.Init.Same(h.Init):
		return w.coded(finding.HeaderChanged, "The stream "+s.stream+" is on air with another header ("+st.header.Init.Difference(h.Init)+"); use another stream_id, or stop the publishing point first.")
	case st.sparse(): // it may come anew with each of its markers or captions
	case !s.inherited:
		w.cfg.Tell(engine.Info, fmt.Sprintf("Stream %s is back, from %s.", s.stream, s.info.Remote))
	}
	w.observeHeader(st, h)
	w.attach(s, st, h)
	return nil
}

// attach makes a session one that carries a stream of the event.
func (w *writer) attach(s *Session, st *stream, h *Header) {
	e := w.event
	s.event, s.header, s.clock = e, h, clock{}
	s.sent = make(map[*track]engine.Ticks, len(st.tracks))
	s.tracks = make(map[uint32]*track, len(st.tracks))
	if s.synced == nil || !s.inherited {
		s.synced = make(map[*track]bool, len(st.tracks))
	}
	for i, t := range st.tracks {
		s.tracks[h.Init.Tracks[i].ID] = t
		if t.handle != nil {
			e.idx.SetActive(t.handle, true)
			e.idx.SetEnded(t.handle, false)
		}
	}
	st.ended, st.marked = false, false
	if !st.sparse() {
		e.allEnded = time.Time{}
	}
	if !s.sparse {
		e.lost = time.Time{}
		w.unwritten = true
	}
}

// onAir reports why a session that was let in may no longer go on.
func (w *writer) onAir(s *Session) error {
	if w.sessions[s.id] != s || w.state != engine.StateStarting && w.state != engine.StateStarted {
		return w.conflict("The publishing point is " + string(w.state) + "; start it again before encoders post to it.")
	}
	return nil
}

// inEvent reports why a session that was let in may bring no more to its event: that has ended,
// or another one has taken its place.
func (w *writer) inEvent(s *Session) error {
	if err := w.onAir(s); err != nil {
		return err
	}
	if s.event != nil && (s.event != w.event || !w.event.idx.Live()) {
		return w.conflict("The event that this encoder was part of has ended; connect again to be part of the next one.")
	}
	return nil
}

// addStream makes a stream of the event, its tracks and its archive.
func (w *writer) addStream(id string, h *Header) (*stream, error) {
	rates, _, _ := nominalRates(id, h)
	st := &stream{id: id, header: h}
	for i := range h.Init.Tracks {
		t := &track{stream: st, init: &h.Init.Tracks[i], rate: rates[i]}
		t.name, t.text = streamName(t.init, h.announced(t.init.ID)), textOf(t.init, h.announced(t.init.ID))
		st.tracks = append(st.tracks, t)
		if t.rate > 0 {
			if err := w.event.show(t); err != nil {
				return nil, err
			}
		}
	}
	w.event.streams[id] = st
	w.event.order = append(w.event.order, st)
	w.unwritten = true
	w.openArchive(st)
	return st, nil
}

// replaceUnused lets an encoder that comes with another header take the place of one that
// has announced itself, sent nothing, and left.
func (w *writer) replaceUnused(s *Session, h *Header) {
	e := w.event
	st := e.streams[s.stream]
	if st == nil || st.header.Init.Same(h.Init) || w.carried(st) {
		return
	}
	for _, t := range st.tracks {
		if t.fragments > 0 {
			return
		}
	}
	for _, t := range st.tracks {
		if t.handle != nil {
			e.idx.Remove(t.handle)
		}
	}
	w.removeArchive(st)
	delete(e.streams, st.id)
	e.order = slices.DeleteFunc(e.order, func(other *stream) bool { return other == st })
}

// leave takes a session out of the books.
func (w *writer) leave(s *Session, ending string) {
	if w.sessions[s.id] != s {
		return
	}
	gone := w.now()
	if !s.resting.IsZero() {
		gone = s.resting
	}
	w.discharge(s, ending)
	w.observeLeft(s, ending)
	defer s.forget()
	if w.event == nil || !w.event.idx.Live() {
		w.disarmIfAlone()
		return
	}
	for _, t := range s.tracks {
		if t.handle != nil && !w.carried(t.stream) {
			w.event.idx.SetActive(t.handle, false)
		}
	}
	if st := w.event.streams[s.stream]; st != nil {
		w.releaseNow(st)
		w.judgeEnd(st)
	}
	if w.disarmIfAlone() {
		return
	}
	if w.sources() == 0 && !s.sparse {
		w.event.lost = gone
		if !s.ended {
			w.cfg.Tell(engine.Warning, "The source is lost: the last encoder left without ending its stream ("+ending+").")
		}
	}
}

// disarmIfAlone goes back to the state before, when an encoder's arrival had armed the point
// and it left without a single fragment.
func (w *writer) disarmIfAlone() bool {
	if w.state != engine.StateStarting || w.armed || len(w.sessions) > 0 || w.event != nil && len(w.event.early) > 0 {
		return false
	}
	w.disarm()
	return true
}

// carried reports whether a connected session carries the stream.
func (w *writer) carried(st *stream) bool {
	for _, s := range w.sessions {
		if s.stream == st.id && s.tracks != nil {
			return true
		}
	}
	return false
}

func (w *writer) noteRefusal(r engine.Refusal, code string) {
	if r.At.IsZero() {
		r.At = w.now()
	}
	w.refusals = slices.Insert(w.refusals, 0, r)
	w.refusals = w.refusals[:min(len(w.refusals), kept)]
	told := "An encoder from " + r.Remote + " was refused: " + r.Reason
	if pass, kept := w.hush.Pass(r.At); pass && kept > 0 {
		w.cfg.Tell(engine.Warning, fmt.Sprintf("%s (%d more were refused since the last that was told.)", told, kept))
	} else if pass {
		w.cfg.Tell(engine.Warning, told)
	}
	if code != "" {
		w.note(finding.Case{Code: code, Stream: r.Stream, Text: told})
	}
}

func countTracks(n int) string {
	if n == 1 {
		return "1 track"
	}
	return fmt.Sprintf("%d tracks", n)
}
