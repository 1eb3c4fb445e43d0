package point

import (
	"fmt"
	"time"

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
	arrived       time.Time
}

// append judges a fragment, archives it and shows it.
func (w *writer) append(s *Session, in *Incoming) error {
	if err := w.onAir(s); err != nil {
		return err
	}
	take := make([]accepted, 0, 1)
	for _, f := range in.Tracks {
		if beyond(f, in.scale(s)) {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: "A fragment's time is more than 400 years away; restart the encoder with a sane clock."}
		}
		t := s.tracks[f.TrackID]
		if t == nil {
			return &engine.Error{Point: w.cfg.Name, Kind: engine.BadInput,
				Text: fmt.Sprintf("A fragment is of track %d, which the header does not have; send ftyp and moov of all tracks first.", f.TrackID)}
		}
		if !s.clock.set {
			if err := w.setClock(s, t, f, in); err != nil {
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
		if err := w.showFragment(s, a, in.sizeOf(a.f), media); err != nil {
			return err
		}
	}
	s.accepted++
	w.settle()
	if w.state == engine.StateStarting {
		w.enter(engine.StateStarted)
		w.cfg.Tell(engine.Info, "On air.")
	}
	return nil
}

// place finds where a fragment belongs on the timeline, and whether it is to be taken:
// what is already there, what lies before zero, and what no player could begin with is not.
func (s *Session) place(t *track, f *fmp4.Fragment) (accepted, bool) {
	a := accepted{t: t, f: f, shift: s.clock.in(t.init.Timescale), discontinuity: s.breaks[t]}
	a.start, a.length = t.place(f, a.shift)
	// Also what another encoder was quicker to bring shows where players can begin.
	s.synced[t] = s.synced[t] || f.Sync || t.init.Type != string(engine.Video)
	return a, a.length > 0 && s.synced[t]
}

// place is where a fragment belongs on the point's timeline, behind what the track has. The
// length is 0 when it is there already. Live and read back from disk it is the same.
func (t *track) place(f *fmp4.Fragment, shift engine.Ticks) (start, length engine.Ticks) {
	start, length = published(f, shift)
	if t.fragments == 0 || length <= 0 {
		return start, max(0, length)
	}
	// Decode times of one encoder follow one another exactly. Published ones need not: the
	// pictures of an open group that are shown before its key frame come behind it.
	if decode := engine.Ticks(f.DecodeStart) + shift; decode < t.decode-min(sameTime, engine.Ticks(f.Duration)/2) {
		return start, 0
	}
	if start < t.end {
		length -= t.end - start
		start = t.end
	}
	return start, max(0, length)
}

// took notes that a fragment is the track's newest.
func (t *track) took(f *fmp4.Fragment, start, length, shift engine.Ticks) {
	t.end, t.length = start+length, length
	t.decode = engine.Ticks(f.DecodeStart) + shift + engine.Ticks(f.Duration)
	t.fragments++
	t.bytes += f.PayloadSize
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
	now := a.arrived
	if t.fragments > 0 && !a.discontinuity && a.start > t.end+a.length/engine.Ticks(max(1, len(a.f.Samples))) {
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
	t.took(a.f, a.start, a.length, a.shift)
	t.arrived = now
	if e.began.IsZero() {
		e.began = now
		e.first = a.start.Rescale(t.init.Timescale, shiftScale)
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
