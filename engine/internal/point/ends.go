package point

import (
	"slices"
	"time"

	"pubpoint/engine"
)

// endStream notes that an encoder's stream is over. The event ends a moment after the last
// one that is not sparse.
func (w *writer) endStream(s *Session) error {
	if err := w.inEvent(s); err != nil {
		return err
	}
	s.ended = true
	if w.event == nil || !w.event.idx.Live() {
		return nil
	}
	if st := w.event.streams[s.stream]; st != nil {
		st.marked = true
		w.releaseNow(st)
		w.judgeEnd(st)
	}
	return nil
}

// judgeEnd ends a stream whose encoder has said so, unless another encoder goes on with it.
func (w *writer) judgeEnd(st *stream) {
	if st.ended || !st.marked {
		return
	}
	for _, other := range w.sessions {
		if other.stream == st.id && !other.ended && other.posting() && !w.stale(other) {
			return
		}
	}
	st.ended = true
	if err := w.completeOpen(st); err != nil {
		w.log.Error("open fragment not completed", "stream", st.id, "err", err)
	}
	for _, t := range st.tracks {
		if t.handle != nil {
			w.event.idx.SetEnded(t.handle, true)
		}
	}
	if st.sparse() {
		return // it may end with each of its markers or captions, and nobody waits for it
	}
	w.cfg.Tell(engine.Info, "Stream "+st.id+" has ended.")
	if !slices.ContainsFunc(w.event.order, func(st *stream) bool { return !st.ended && !st.sparse() }) {
		w.event.allEnded = w.now()
	}
	w.unwritten = true
}

// silence is when a stream, whose end one encoder has told, is over because the others that
// still hold it have been silent for so long that they must be dead; zero when there is none.
func (w *writer) silence() time.Time {
	var first time.Time
	if w.event == nil || w.state != engine.StateStarted {
		return first
	}
	for _, st := range w.event.order {
		if at := w.silenceOf(st); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

func (w *writer) silenceOf(st *stream) time.Time {
	var last time.Time
	if st.ended || !st.marked {
		return last
	}
	for _, s := range w.sessions {
		if s.stream != st.id || s.ended || !s.posting() {
			continue
		}
		if at := time.Unix(0, s.lastByte.Load()).Add(w.cfg.Stale); at.After(last) {
			last = at
		}
	}
	return last
}

// judgeSilent ends the streams that only encoders kept open which have fallen silent.
func (w *writer) judgeSilent() {
	if w.event == nil || w.state != engine.StateStarted {
		return
	}
	for _, st := range w.event.order {
		w.judgeEnd(st)
	}
}

// stale reports whether nothing has come from a session for so long that its connection may
// be dead without anybody having told.
func (w *writer) stale(s *Session) bool {
	return w.now().UnixNano()-s.lastByte.Load() >= int64(w.cfg.Stale)
}
