package point

import (
	"log/slog"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// A sparse track has a fragment now and then, each a point on the timeline of its parent and
// on its parent's clock. It is taken in by other rules than media: it may come late or in any
// order, lasts as long as it says even if the next begins before, and is never a gap. Of
// several at one time the first keeps it, the same bytes again are dropped, and any other
// moves on to the next tick that is free: an update is a marker of its own, and a URL keeps
// its bytes. Until its parent has a fragment its place is not known, and it is held.

// Bounds on sparse fragments.
const (
	maxEarly      = 256                    // held at once
	maxEarlyBytes = 1 << 20                // held at once
	maxAhead      = 10 * 60 * shiftScale   // of the parent's end: beyond it a time is a defect
	maxSparse     = 24 * 3600 * shiftScale // that one lasts
	maxSameTime   = 64                     // at one time
)

// early is a fragment that waits for its parent.
type early struct {
	take []accepted // tracks and fragments; not placed yet
	in   *Incoming
}

// onlySparse reports whether a fragment is of sparse tracks alone.
func (s *Session) onlySparse(in *Incoming) bool {
	for _, f := range in.Tracks {
		if t := s.tracks[f.TrackID]; t == nil || !t.sparse() {
			return false
		}
	}
	return true
}

// appendSparse takes a fragment of sparse tracks, or holds it until its parent has begun.
func (w *writer) appendSparse(s *Session, in *Incoming) error {
	take := make([]accepted, 0, 1)
	for _, f := range in.Tracks {
		t := s.tracks[f.TrackID]
		if beyond(f, t.init.Timescale) {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: "A marker's time is more than 400 years away; restart its sender with a sane clock."}
		}
		if t.handle == nil { // it could not be read back
			t.rate = max(t.rate, 1000)
			if err := w.event.show(t); err != nil {
				return err
			}
			w.unwritten = true
		}
		take = append(take, accepted{t: t, f: f})
	}
	if parent := w.parentOf(take[0].t, false); parent == nil {
		w.hold(early{take: take, in: in})
		s.accepted++
		return nil
	}
	took, err := w.takeSparse(early{take: take, in: in}, false)
	if took {
		s.accepted++
	} else {
		s.dropped++
	}
	return err
}

// hold keeps a fragment until its parent has begun. Of too many the oldest go.
func (w *writer) hold(x early) {
	e := w.event
	if slices.ContainsFunc(e.early, func(y early) bool { return sameEarly(x, y) }) {
		return
	}
	e.early = append(e.early, x)
	var bytes int64
	for _, y := range e.early {
		bytes += y.in.Size()
	}
	for len(e.early) > 0 && (len(e.early) > maxEarly || bytes > maxEarlyBytes) {
		bytes -= e.early[0].in.Size()
		e.early = e.early[1:]
		w.log.Warn("early marker dropped", "reason", "too many wait for their parent")
	}
}

// sameEarly reports whether two fragments are one that was sent twice.
func sameEarly(x, y early) bool {
	return x.take[0].t == y.take[0].t && x.take[0].f.Start == y.take[0].f.Start && string(x.in.Payload) == string(y.in.Payload)
}

// takeEarly takes the fragments whose parent has begun meanwhile.
func (w *writer) takeEarly() error { return w.takeHeld(false) }

// takeHeld takes the fragments that were held and have a parent now. At the end of an event
// any audio or video will do for one.
func (w *writer) takeHeld(end bool) error {
	e := w.event
	if e == nil || len(e.early) == 0 {
		return nil
	}
	held := e.early
	e.early = nil
	for i, x := range held {
		t := x.take[0].t
		switch {
		case e.streams[t.stream.id] != t.stream: // replaced while it waited
		case w.parentOf(t, end) == nil:
			e.early = append(e.early, x)
		default:
			if _, err := w.takeSparse(x, end); err != nil {
				e.early = append(e.early, held[i+1:]...)
				return err
			}
		}
	}
	return nil
}

// parentOf is a track with fragments of the stream that a sparse track names, or any of audio
// or video when nothing of that name is announced; nil while there is none. At the end nobody
// is waited for.
func (w *writer) parentOf(t *track, end bool) *track {
	var named, other *track
	for _, st := range w.event.order {
		for _, p := range st.tracks {
			switch {
			case p.init.Type == string(engine.Text):
			case p.name == t.text.Parent && p.fragments > 0:
				return p
			case p.name == t.text.Parent:
				named = p
			case p.fragments > 0 && (other == nil || p.init.Type == string(engine.Video) && other.init.Type != p.init.Type):
				other = p
			}
		}
	}
	if named != nil && !end {
		return nil
	}
	return other
}

// takeSparse places, archives and shows a fragment whose parent has begun. It reports whether
// there was anything to take.
func (w *writer) takeSparse(x early, end bool) (bool, error) {
	take := make([]accepted, 0, len(x.take))
	var clock clock
	for _, a := range x.take {
		parent := w.parentOf(a.t, end)
		if parent == nil {
			continue
		}
		clock = parent.stream.clock
		a.shift = clock.in(a.t.init.Timescale)
		a.length = sparseLength(a.f, a.t.init.Timescale)
		if start, ok := w.sparseStart(a, parent, x.in); ok {
			a.start, a.fragment = start, start
			take = append(take, a)
		}
	}
	if len(take) == 0 {
		return false, nil
	}
	media := w.keep(&Session{clock: clock}, take, x.in)
	for _, a := range take {
		if err := w.showSparse(a, a.size(x.in.Size(), x.in.Tracks), media); err != nil {
			return true, err
		}
		w.tellMarker(a, x.in)
	}
	return true, nil
}

// sparseStart is the first free tick at a fragment's time, unless the fragment is there
// already or its time makes no sense.
func (w *writer) sparseStart(a accepted, parent *track, in *Incoming) (engine.Ticks, bool) {
	scale := a.t.init.Timescale
	start := engine.Ticks(a.f.Start) + a.shift
	at, end := start.Rescale(scale, shiftScale), parent.end.Rescale(parent.init.Timescale, shiftScale)
	if start < 0 || at < w.event.base || at > end+maxAhead {
		w.log.Warn("marker dropped", "stream", a.t.name, "reason", "its time is not that of its parent",
			"start", start.Duration(scale), "parent_end", parent.end.Duration(parent.init.Timescale))
		return 0, false
	}
	for range maxSameTime {
		kept, taken := a.t.handle.At(start)
		if !taken {
			return start, true
		}
		if sameMedia(kept.Media, in.Payload) {
			return 0, false
		}
		start++
	}
	w.log.Warn("marker dropped", "stream", a.t.name, "reason", "too many at one time", "start", start.Duration(scale))
	return 0, false
}

// sparseLength is how long a sparse fragment says that it lasts, and at least a tick:
// manifests have no room for none.
func sparseLength(f *fmp4.Fragment, timescale uint32) engine.Ticks {
	length := engine.Ticks(f.Duration)
	if f.HasTfxd && f.TfxdDuration > 0 {
		length = engine.Ticks(f.TfxdDuration)
	}
	return max(1, min(length, engine.Ticks(maxSparse).Rescale(shiftScale, timescale)))
}

// showSparse appends a fragment of a sparse track to the index.
func (w *writer) showSparse(a accepted, size int64, media *archive.Media) error {
	f := a.view(size, media)
	f.Arrived = a.arrived.UnixNano()
	if err := w.event.idx.Append(a.t.handle, f, false); err != nil {
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Internal, Err: err}
	}
	a.t.tookSparse(a, media)
	a.t.arrived = a.arrived
	return nil
}

// view is what readers see of a sparse fragment.
func (a accepted) view(size int64, media presentation.Media) presentation.Fragment {
	return presentation.Fragment{
		Start: a.start, Duration: a.length, Decode: engine.Ticks(a.f.DecodeStart) + a.shift, DecodeLength: engine.Ticks(a.f.Duration),
		Shift: a.shift, Sync: a.f.Sync, Size: size, Media: media,
	}
}

// tookSparse counts a fragment in. However long it lasts, it uses up no more than its time.
func (t *track) tookSparse(a accepted, media *archive.Media) {
	a.segment.add(t, a.start, media)
	t.end, t.length = max(t.end, a.start+1), 1
	t.fragments++
	t.bytes += a.f.PayloadSize
}

// restoreSparse puts a recorded fragment of a sparse track where it was.
func (t *track) restoreSparse(e *event, sg *segment, f *fmp4.Fragment, r *archive.Record, shift engine.Ticks) error {
	a := accepted{t: t, f: f, segment: sg, shift: shift, start: engine.Ticks(f.Start) + shift, length: sparseLength(f, t.init.Timescale)}
	for range maxSameTime {
		if _, taken := t.handle.At(a.start); !taken {
			break
		}
		a.start++
	}
	size := int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload
	if len(r.Fragments) > 1 {
		size = f.PayloadSize
	}
	view := a.view(size, r.Media)
	view.Arrived = r.Arrived
	if err := e.idx.Restore(t.handle, view, false); err != nil {
		return err
	}
	t.tookSparse(a, r.Media)
	return nil
}

// mediaEnd is end without sparse tracks, whose markers may lie ahead of all media.
func (e *event) mediaEnd() engine.Ticks {
	end := e.base
	for _, st := range e.order {
		for _, t := range st.tracks {
			if t.fragments > 0 && !t.sparse() {
				end = max(end, t.end.Rescale(t.init.Timescale, shiftScale)+1)
			}
		}
	}
	return end
}

// mayBegin reports why a header may not begin an event: one of text alone does not take the
// place of an event that has ended. Before the first event it waits for audio or video.
func (w *writer) mayBegin(h *Header) error {
	if w.event == nil || w.armed || len(w.sessions) > 1 || h.HasMedia() {
		return nil
	}
	return w.conflict(textBelated)
}

// textBelated tells senders of text that there is nothing left to add it to.
const textBelated = "The event has ended; captions and markers are taken in while audio or video is on air."

// belated reports why a stream of text may not connect: its event has ended.
func (w *writer) belated(stream string) error {
	if w.state != engine.StateStopped || w.event == nil {
		return nil
	}
	if st := w.event.streams[stream]; st != nil && st.sparse() {
		return w.conflict(textBelated)
	}
	return nil
}

// sources is how many connected encoders bring more than text, or have not said what.
func (w *writer) sources() int {
	n := 0
	for _, s := range w.sessions {
		if !s.sparse {
			n++
		}
	}
	return n
}

// keepPast keeps an ended session for the status. Of those that each brought some text of
// one stream it keeps the newest.
func (w *writer) keepPast(s *Session) {
	if s.sparse {
		w.past = slices.DeleteFunc(w.past, func(p *Session) bool { return p.sparse && p.stream == s.stream })
	}
	w.past = slices.Insert(w.past, 0, s)
	w.past = w.past[:min(len(w.past), kept)]
}

// logLevel is how much the coming and going of a session matters to who reads the log.
func (s *Session) logLevel() slog.Level {
	if s.sparse {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// clockTime is the wall clock of a time of a track, as people write it.
func (w *writer) clockTime(at engine.Ticks, timescale uint32) string {
	zero, ok := w.event.idx.Zero()
	if !ok {
		return at.Duration(timescale).Round(time.Second).String()
	}
	return zero.Add(at.Duration(timescale)).UTC().Format("15:04:05 UTC")
}
