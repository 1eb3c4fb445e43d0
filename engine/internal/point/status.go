package point

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// silence is how long an encoder may send nothing before its source counts as lost.
const silence = 10 * time.Second

// rateWindow is how much of a track's newest media its arriving bitrate is the mean of.
const rateWindow = 4 * time.Second

// publish shows the newest view and status to all readers.
func (w *writer) publish() {
	e := w.event
	if w.previous != nil {
		e = w.previous
	}
	switch {
	case e == nil:
		if w.p.board.View() != nil {
			w.p.board.Publish(nil)
		}
	case e.idx.Version() != w.shown.version || e.id != w.shown.event:
		v := e.view()
		w.shown.version, w.shown.event = v.Version, e.id
		w.version = max(w.version, v.Version)
		w.p.board.Publish(v)
	}
	w.p.status.Store(w.status())
}

func (w *writer) status() *engine.PointStatus {
	st := &engine.PointStatus{
		Name: w.cfg.Name, Title: w.settings.Title, State: w.state, Reason: w.reason, Action: w.action,
		Since: w.since, Config: w.settings, Refusals: slices.Clone(w.refusals),
		SourceLost: w.state == engine.StateStarted && len(w.sessions) == 0,
	}
	if st.Reason == "" && w.hampered != "" {
		st.Reason, st.Action = w.hampered, "Check what stands in its place and the directory's permissions; live goes on."
	}
	if st.Reason == "" && w.cfg.Complaint != "" {
		st.Reason, st.Action = w.cfg.Complaint, "Correct point.toml and restart the program; the defaults are used meanwhile."
	}
	if st.Title == "" {
		st.Title = w.cfg.Name
	}
	for _, s := range w.sessions {
		st.Sources = append(st.Sources, s.status())
	}
	slices.SortFunc(st.Sources, func(a, b engine.SourceStatus) int { return a.Began.Compare(b.Began) })
	for _, s := range w.past {
		st.Sources = append(st.Sources, s.status())
	}
	if e := w.event; e != nil {
		w.describe(st, e)
	}
	return st
}

// describe adds what an event tells.
func (w *writer) describe(st *engine.PointStatus, e *event) {
	st.Event = engine.EventStatus{ID: e.id, Began: e.began, Ended: e.ended}
	live := e.idx.Live()
	for _, s := range e.order {
		st.Archive.Bytes += s.bytes()
		st.Archive.Recording = st.Archive.Recording || live && len(s.segments) > 0 && s.broken == ""
		if s.broken != "" {
			st.Archive.Reason = s.broken
		}
		for _, t := range s.tracks {
			if t.handle != nil {
				st.Tracks = append(st.Tracks, t.status(s))
			}
		}
	}
	if st.Archive.Reason == "" && live {
		st.Archive.Reason = w.slowness()
	}
	st.Archive.Sealed = !live && w.settings.Archive && !w.unsealed && st.Archive.Reason == ""
	slices.SortStableFunc(st.Tracks, compareTracks)
}

// compareTracks orders video before audio before text, then by name and bitrate.
func compareTracks(a, b engine.TrackStatus) int {
	rank := map[engine.MediaType]int{engine.Video: 0, engine.Audio: 1, engine.Text: 2}
	if d := rank[a.Type] - rank[b.Type]; d != 0 {
		return d
	}
	if a.Stream != b.Stream {
		if a.Stream < b.Stream {
			return -1
		}
		return 1
	}
	return a.Bitrate - b.Bitrate
}

func (t *track) status(s *stream) engine.TrackStatus {
	return engine.TrackStatus{
		Stream: t.name, Type: engine.MediaType(t.init.Type), Source: s.id, Bitrate: t.rate, Codec: t.init.Codec,
		Width: t.init.Width, Height: t.init.Height, SamplingRate: t.init.SamplingRate, Channels: t.init.Channels,
		Language: t.init.Language, Timescale: t.init.Timescale, LastStart: t.end - t.length, LastLength: t.length,
		LastArrival: t.arrived, Fragments: t.fragments, Bytes: t.bytes, Gaps: t.gaps, Ended: s.ended,
	}
}

// Status is the newest status of the point, with the rates of this moment.
func (p *Point) Status() engine.PointStatus {
	st := *p.status.Load()
	st.Tracks = slices.Clone(st.Tracks)
	st.Sources = slices.Clone(st.Sources)
	st.Refusals = slices.Clone(st.Refusals)
	v := p.board.View()
	if v == nil {
		return st
	}
	st.Event.Duration = v.Duration()
	now := p.cfg.Now()
	for i := range st.Tracks {
		t := &st.Tracks[i]
		if s := v.Stream(t.Stream); s != nil && v.Live {
			if pt := s.Track(t.Bitrate); pt != nil {
				t.Arriving = arriving(pt.Fragments, s.Timescale, now)
			}
		}
		st.Arriving += int64(t.Arriving)
	}
	st.Lag = lag(v, now)
	st.SourceLost = st.SourceLost || st.State == engine.StateStarted && v.Live && silent(st.Tracks, now)
	return st
}

// silent reports whether nothing has arrived on any track for so long that the encoder must
// hang, though it may still be connected.
func silent(tracks []engine.TrackStatus, now time.Time) bool {
	for _, t := range tracks {
		if t.LastArrival.IsZero() {
			continue // read back: it says nothing of this moment
		}
		if now.Sub(t.LastArrival) < max(silence, 3*t.LastLength.Duration(t.Timescale)) {
			return false
		}
	}
	return len(tracks) > 0 && slices.ContainsFunc(tracks, func(t engine.TrackStatus) bool { return !t.LastArrival.IsZero() })
}

// arriving is the bit/s of a track's newest fragments, and 0 when nothing has come for
// longer than three of them last.
func arriving(fragments []presentation.Fragment, timescale uint32, now time.Time) int {
	n := len(fragments)
	if n == 0 {
		return 0
	}
	last := &fragments[n-1]
	if now.Sub(time.Unix(0, last.Arrived)) > 3*last.Duration.Duration(timescale)+2*time.Second {
		return 0
	}
	var bytes int64
	var span time.Duration
	for i := n - 1; i >= 0 && i >= n-256 && span < rateWindow; i-- {
		bytes += fragments[i].Size
		span += fragments[i].Duration.Duration(timescale)
	}
	if span <= 0 {
		return 0
	}
	return int(float64(bytes*8) / span.Seconds())
}

// lagWindow is how many of a track's newest fragments say what is usual.
const lagWindow = 64

// lag is by how many seconds the next fragment is overdue, on the worst stream: 0 while
// fragments come as regularly as the promptest of the last minutes. It grows while nothing
// arrives, and while an encoder is slower than real time.
func lag(v *presentation.View, now time.Time) float64 {
	if !v.Live {
		return 0
	}
	worst := 0.0
	for _, s := range v.Streams {
		if s.Type == engine.Text {
			continue
		}
		// The promptest track speaks for its stream.
		least := -1.0
		for _, t := range s.Tracks {
			if late, ok := overdue(t.Fragments, s.Timescale, now); ok && (least < 0 || late < least) {
				least = late
			}
		}
		worst = max(worst, least)
	}
	return worst
}

// overdue is by how many seconds a track's next fragment is late; false when nothing is known.
func overdue(fragments []presentation.Fragment, timescale uint32, now time.Time) (float64, bool) {
	n := len(fragments)
	if n == 0 || fragments[n-1].Arrived == 0 {
		return 0, false
	}
	last := &fragments[n-1]
	// An encoder's clock runs beside ours; where it began again it says nothing of before.
	prompt := arrivalOf(last, timescale)
	for i := n - 1; i >= max(0, n-lagWindow) && fragments[i].Shift == last.Shift && fragments[i].Arrived != 0; i-- {
		prompt = min(prompt, arrivalOf(&fragments[i], timescale))
	}
	due := prompt + last.End().Duration(timescale) + last.Duration.Duration(timescale)
	return max(0, time.Duration(now.UnixNano()-int64(due)).Seconds()), true
}

// arrivalOf is the wall clock of time zero as a fragment's arrival tells it.
func arrivalOf(f *presentation.Fragment, timescale uint32) time.Duration {
	return time.Duration(f.Arrived) - f.End().Duration(timescale)
}
