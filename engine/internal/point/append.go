package point

import (
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// accepted is one track's fragment, or a piece of it, with its place on the point's timeline.
type accepted struct {
	t             *track
	f             *fmp4.Fragment
	start, length engine.Ticks // published, when a fragment begins with it
	shift         engine.Ticks // in ticks of the track
	discontinuity bool
	part          int          // how often the stream's open fragments have been completed before
	traf          int32        // which of the moof's trafs with samples it is
	from, to      int32        // which samples of that; to is 0 for all
	partial       bool         // the moof or its mdat has more than this
	late          int32        // by how much it was sent too late, see mend; it is as if partial
	fragment      engine.Ticks // start of the fragment that it is part of, once that is known
	arrived       time.Time
	by            int64    // the session that sent it; 0 when it is read back
	segment       *segment // the archive file that it goes to; nil without one
}

// append judges a fragment, archives it and shows it.
func (w *writer) append(s *Session, in *Incoming) error {
	if err := w.inEvent(s); err != nil {
		return err
	}
	if s.onlySparse(in) {
		return w.appendSparse(s, in)
	}
	take, err := w.judge(s, in)
	switch {
	case err != nil:
		return err
	case len(take) == 0:
		s.dropped++
		return w.release(s, false)
	case w.waits(s, take):
		take[0].t.stream.hold(s, take, in)
		return w.release(s, false)
	}
	if err := w.accept(s, take, in); err != nil {
		return err
	}
	return w.release(s, false)
}

// judge finds which of the fragments in a moof are to be taken, and where they belong.
func (w *writer) judge(s *Session, in *Incoming) ([]accepted, error) {
	take := make([]accepted, 0, 1)
	for i, f := range in.Tracks {
		if beyond(f, in.scale(s)) {
			return nil, &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: "A fragment's time is more than 400 years away; restart the encoder with a sane clock."}
		}
		t := s.tracks[f.TrackID]
		if t == nil {
			return nil, &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: fmt.Sprintf("A fragment is of track %d, which the header does not have; send ftyp and moov of all tracks first.", f.TrackID)}
		}
		w.observePiece(t, f)
		if _, length := published(f, 0); f.Start < 0 && length <= 0 {
			continue // priming samples alone, which are nowhere: they tell nothing of clocks
		}
		if !s.clock.set {
			if err := w.setClock(s, t, f, in); err != nil {
				return nil, err
			}
			t = s.tracks[f.TrackID] // another event may have begun
		}
		a, ok := s.place(t, f)
		if ok {
			a.traf, a.partial = int32(i), len(in.Tracks) > 1
			take = t.sections(a, take)
		} else {
			w.observeDropped(s, a, in)
		}
		s.sent[t] = max(s.sent[t], engine.Ticks(f.DecodeStart)+a.shift+engine.Ticks(f.Duration))
	}
	return take, nil
}

// accept archives fragments and shows them.
func (w *writer) accept(s *Session, take []accepted, in *Incoming) error {
	media := w.keep(s, take, in)
	for i := range take {
		if err := w.showPiece(s, &take[i], take[i].size(in.Size(), in.Tracks), media); err != nil {
			return err
		}
		take[i].remember(in)
	}
	// The newest stays however large it is, and goes when the next one comes.
	limit := w.cfg.HotBytes
	if !w.settings.Archive {
		limit *= 2 // it is all that there is
	}
	w.event.cool(max(in.Size(), limit))
	s.accepted++
	if w.state == engine.StateStarting {
		w.enter(engine.StateStarted)
		w.cfg.Tell(engine.Info, "On air.")
	}
	return w.takeEarly()
}

// place finds where a fragment belongs on the timeline, and whether it is to be taken:
// what is already there, what lies before zero, and what no player could begin with is not.
func (s *Session) place(t *track, f *fmp4.Fragment) (accepted, bool) {
	a := accepted{t: t, f: f, shift: s.clock.in(t.init.Timescale), discontinuity: s.breaks[t], part: t.stream.part, by: s.id}
	t.mend(&a)
	a.start, a.length = t.place(a.f, a.shift)
	// Also what another encoder was quicker to bring shows where players can begin.
	s.synced[t] = s.synced[t] || f.Sync || f.Syncs > 0 || t.init.Type != string(engine.Video)
	return a, a.length > 0 && s.synced[t]
}

// place is where a fragment belongs on the point's timeline, behind what the track has. The
// length is 0 when it is there already. Live and read back from disk it is the same.
func (t *track) place(f *fmp4.Fragment, shift engine.Ticks) (start, length engine.Ticks) {
	start, length = published(f, shift)
	if t.fragments == 0 && t.from > start && t.from < start+length {
		start, length = t.from, length-(t.from-start)
	}
	if t.fragments == 0 || length <= 0 {
		return start, max(0, length)
	}
	// Decode times of one encoder follow one another exactly. Published ones need not: the
	// pictures of an open group that are shown before its key frame come behind it.
	if decode := engine.Ticks(f.DecodeStart) + shift; decode < t.decode-leeway(f) {
		return start, 0
	}
	if t.open != nil {
		return start, length // the open one ends where the next begins
	}
	return t.behind(start, length)
}

// behind cuts off what the track's newest fragment has already.
func (t *track) behind(start, length engine.Ticks) (engine.Ticks, engine.Ticks) {
	if t.fragments > 0 && start < t.end {
		length -= t.end - start
		start = t.end
	}
	return start, max(0, length)
}

// published is the place of a fragment on the point's timeline. What lies before zero is
// not published.
func published(f *fmp4.Fragment, shift engine.Ticks) (start, length engine.Ticks) {
	start, length = engine.Ticks(f.Start), engine.Ticks(f.Duration)
	// The duration in tfxd leads exactly to the next fragment's time; the sum of the
	// samples need not, with open groups of pictures.
	if f.HasTfxd && f.TfxdDuration > 0 && f.TfxdDuration < 4*f.Duration {
		length = engine.Ticks(f.TfxdDuration)
	}
	if start < 0 {
		length += start
		start = 0
	}
	return start + shift, length
}

// maxTime is 400 years in units of 10 MHz: beyond it a time is a defect, and would use up
// all times of the point.
const maxTime = 400 * 366 * 24 * 3600 * shiftScale

// beyond reports whether a fragment's time makes no sense.
func beyond(f *fmp4.Fragment, timescale uint32) bool {
	at := engine.Ticks(f.Start).Rescale(timescale, shiftScale)
	return at > maxTime || at < -maxTime
}

// sameTime is how far two times may be apart, in ticks, and still be the same.
const sameTime = 8

// showPiece makes what was accepted part of the track, and shows what is complete and what is
// open now.
func (w *writer) showPiece(s *Session, a *accepted, size int64, media *archive.Media) error {
	t, e, now := a.t, w.event, a.arrived
	got := t.assemble(a, media, size, now.UnixNano())
	t.arrived = now
	if got.begun {
		delete(s.breaks, t)
	}
	if got.gap > 0 {
		t.gaps++
		w.find(finding.Missing(&t.judged().Subject, got.gap.Duration(t.init.Timescale)))
	}
	if e.began.IsZero() {
		e.began = now
		e.first = a.start.Rescale(t.init.Timescale, shiftScale)
		w.unwritten = true // the server manifest lacks when the event began
	}
	for _, f := range got.finished() {
		if err := w.showFragment(t, f); err != nil {
			return err
		}
	}
	if t.handle != nil {
		e.idx.SetOpen(t.handle, t.open)
	}
	return nil
}

// showFragment resolves the track's bitrate if need be and appends to the index.
func (w *writer) showFragment(t *track, f finished) error {
	e := w.event
	if t.handle == nil {
		if t.rate <= 0 {
			t.rate = measured(f.payload, f.Duration, t.init.Timescale)
		}
		if err := e.show(t); err != nil {
			return err
		}
		w.unwritten = true // the server manifest lacks the bitrate just measured
	}
	if _, known := e.idx.Zero(); !known {
		w.unwritten = true // the server manifest lacks the wall clock, which this fragment tells
	}
	if err := e.idx.Append(t.handle, f.Fragment, f.discontinuity); err != nil {
		return &engine.Error{Point: w.cfg.Name, Kind: engine.Internal, Err: err}
	}
	e.note(t, &f.Fragment)
	w.forgetChunks(t)
	w.observeFragment(t, &f)
	w.settle()
	return nil
}

// completeOpen completes the fragments of a stream that are open: no more of them will come.
func (w *writer) completeOpen(st *stream) error {
	for _, t := range st.tracks {
		if t.open == nil {
			continue
		}
		f := t.complete(nil)
		if !st.completed {
			st.completed = true
			st.part++
		}
		if err := w.showFragment(t, f); err != nil {
			return err
		}
		w.event.idx.SetOpen(t.handle, nil)
	}
	return nil
}

// show makes a track part of the presentation. Its bitrate is known and never changes from
// now on, because it is part of every URL.
func (e *event) show(t *track) error {
	track := indexTrack(t)
	track.Raw = t.stream.header.Raw
	h, err := e.idx.AddTrack(track)
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
