package point

import (
	"cmp"
	"slices"
	"time"
)

// When several encoders send one stream, a fragment may arrive before the one in front of it,
// which another encoder is about to bring: one of them has just come back, or stopped in the
// middle of a fragment. The timeline only grows at its end, so such a fragment waits until
// the gap is filled, or nobody is left who could fill it. With one encoder nothing waits.

// heldPerTrack is how many fragments of a track may wait, or the pieces of as many, but no more
// pieces than heldPieces.
const (
	heldPerTrack = 3
	heldPieces   = 256
)

// room is how much may wait of a stream.
func (st *stream) room() int {
	n := 0
	for _, t := range st.tracks {
		n += min(heldPerTrack*max(1, t.pieces), heldPieces)
	}
	return n
}

// held are fragments of one moof that wait.
type held struct {
	s    *Session
	take []accepted
	in   *Incoming
}

// waits reports whether fragments have to wait for what another encoder may bring.
func (w *writer) waits(s *Session, take []accepted) bool {
	return slices.ContainsFunc(take, func(a accepted) bool { return w.fillable(s, a) })
}

// fillable reports whether a fragment leaves a gap, or is cut short, and another encoder of
// the stream has not come that far.
func (w *writer) fillable(s *Session, a accepted) bool {
	t := a.t
	if t.fragments == 0 || a.discontinuity {
		return false
	}
	// Times of encoders that share a clock may be a sample apart.
	gap := a.start > t.end+sampleLength(a.f) && a.decode() > t.decode+sampleLength(a.f)
	short := t.open == nil && t.mode == whole && a.length < t.length-t.length/10
	if !gap && !short {
		return false
	}
	begins := a.decode()
	for _, other := range w.sessions {
		if other == s || other.stream != s.stream || other.tracks == nil || other.ended || !other.clock.set || !other.posting() || w.hangs(other, t) {
			continue
		}
		if sent, any := other.sent[t]; !any || sent <= begins+leeway(a.f) {
			return true
		}
	}
	return false
}

// hangs reports whether nothing has come from a session for so long that it will not fill a
// gap: a connection may be dead long before it counts as stale.
func (w *writer) hangs(s *Session, t *track) bool {
	silent := time.Duration(w.now().UnixNano() - s.lastByte.Load())
	return silent > 2*t.length.Duration(t.init.Timescale)+time.Second
}

// hold lets fragments wait. Another copy of what waits is not needed.
func (st *stream) hold(s *Session, take []accepted, in *Incoming) {
	for _, h := range st.held {
		if len(h.take) == len(take) && h.take[0].t == take[0].t && h.take[0].start == take[0].start && h.take[0].length >= take[0].length {
			s.dropped++
			return
		}
	}
	st.held = append(st.held, held{s: s, take: take, in: in})
	slices.SortStableFunc(st.held, func(a, b held) int {
		x, y := a.take[0], b.take[0]
		if x.t != y.t {
			return cmp.Compare(x.t.init.ID, y.t.init.ID)
		}
		return cmp.Or(cmp.Compare(x.start, y.start), cmp.Compare(y.length, x.length))
	})
}

// release accepts what waits for nothing any more of a session's stream; all of it when the
// event ends.
func (w *writer) release(s *Session, all bool) error {
	if w.event == nil {
		return nil
	}
	st := w.event.streams[s.stream]
	if st == nil {
		return nil
	}
	return w.releaseStream(st, all)
}

func (w *writer) releaseStream(st *stream, all bool) error {
	for len(st.held) > 0 {
		full := all || len(st.held) > st.room()
		i := slices.IndexFunc(st.held, func(h held) bool { return full || !w.waits(h.s, h.again()) })
		if i < 0 {
			return nil
		}
		h := st.held[i]
		st.held = slices.Delete(st.held, i, i+1)
		take := h.again()
		if len(take) == 0 {
			h.s.dropped++
			continue
		}
		if err := w.accept(h.s, take, h.in); err != nil {
			return err
		}
	}
	return nil
}

// again finds out where fragments that have waited belong now.
func (h *held) again() []accepted {
	var take []accepted
	for _, a := range h.take {
		a.t.mend(&a)
		if a.start, a.length = a.t.place(a.f, a.shift); a.length > 0 {
			take = append(take, a)
		}
	}
	return take
}

// releaseNow is release where an encoder has left and nobody can be told of a failure.
func (w *writer) releaseNow(st *stream) {
	if err := w.releaseStream(st, false); err != nil {
		w.log.Error("fragments that waited are lost", "stream", st.id, "err", err)
	}
}
