package doctor

import (
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// epoch is time zero of a stream's own clock, as the rules are given it.
func epoch() time.Time { return time.Unix(0, 0).UTC() }

// exam is one examination: the tracks of a stream and what was found.
type exam struct {
	o      Options
	name   string // stream id, as far as it is known
	book   finding.Book
	tracks []*track
	now    time.Duration // end of the newest fragment
	live   bool          // arrivals are real
	began  time.Time     // when the reading began
	d      engine.Diagnosis
}

func newExam(o Options, source, name string) *exam {
	return &exam{o: o, name: name, book: finding.Book{History: true}, began: o.now(), d: engine.Diagnosis{Source: source}}
}

// clock is the time of the newest fragment.
func (e *exam) clock() time.Time { return epoch().Add(e.now) }

// raise notes a case at the time of the newest fragment.
func (e *exam) raise(c finding.Case) { e.book.Raise(c, e.clock()) }

// arrived is when a fragment that ends at a time came: a file is as good as one that came in time.
func (e *exam) arrived(end time.Duration) time.Time {
	if e.live {
		return epoch().Add(e.o.now().Sub(e.began))
	}
	return epoch().Add(end)
}

// add makes a track part of the examination.
func (e *exam) add(d engine.DiagnosedTrack, timescale uint32, lead bool) *track {
	t := &track{DiagnosedTrack: d, timescale: timescale}
	t.judge = finding.NewTrack(finding.Subject{Stream: d.Stream, Bitrate: d.Nominal, Type: d.Type, Timescale: timescale,
		Height: d.Height, Nominal: d.Nominal, Lead: lead})
	e.tracks = append(e.tracks, t)
	return t
}

// take judges a piece of a track.
func (e *exam) take(t *track, f *fmp4.Fragment) {
	start, end := published(f)
	e.now = max(e.now, t.duration(end))
	at := epoch().Add(max(0, t.duration(start)))
	broke := t.follow(&e.book, f, at)
	t.count(f)
	switch {
	case t.Type == engine.Text:
		t.Fragments++
	case t.Type == engine.Video && t.isChunk(f):
		t.chunked = true
		for i, part := range sections(f) {
			e.join(t, pieceOf(part, broke && i == 0), engine.Ticks(part.DecodeStart))
		}
	default:
		e.flush(t)
		e.whole(t, pieceOf(f, broke), engine.Ticks(f.DecodeStart), t.decode)
	}
}

// pieceOf is a piece as the rules see it.
func pieceOf(f *fmp4.Fragment, broke bool) finding.Fragment {
	start, end := published(f)
	return finding.Fragment{Start: start, End: end, Bytes: f.PayloadSize, Sync: f.Sync, Break: broke}
}

// sections cuts a chunk where a key frame comes within it, as publishing points do: a fragment
// can begin there.
func sections(f *fmp4.Fragment) []*fmp4.Fragment {
	n := f.NextSync
	if f.Sync || n == 0 || n >= len(f.Samples) {
		return []*fmp4.Fragment{f}
	}
	return []*fmp4.Fragment{f.Section(0, n), f.Section(n, len(f.Samples))}
}

// join makes a chunk part of the fragment that is open; one that begins with a key frame begins
// another.
func (e *exam) join(t *track, piece finding.Fragment, decode engine.Ticks) {
	if piece.Sync || piece.Break {
		e.flush(t)
	}
	if t.open == nil {
		t.open, t.openDecode = &piece, decode
		return
	}
	t.open.End = max(t.open.End, piece.End)
	t.open.Bytes += piece.Bytes
}

// flush judges the fragment that is open.
func (e *exam) flush(t *track) {
	if t.open == nil {
		return
	}
	f := *t.open
	t.open = nil
	e.whole(t, f, t.openDecode, t.decode)
}

// whole judges a whole fragment: by itself, and beside those of other tracks.
func (e *exam) whole(t *track, f finding.Fragment, decode, end engine.Ticks) {
	at := epoch().Add(max(0, t.duration(f.Start)))
	f.Arrived = e.arrived(t.duration(f.End))
	t.measure(f.End - f.Start)
	t.judge.Observe(&e.book, f, at)
	if t.Type != engine.Video {
		return
	}
	e.align(t, f, at)
	if !t.judge.Lead || t.chunked {
		return
	}
	for _, sound := range e.tracks {
		if sound.Type == engine.Audio && sound.Fragments >= 2 && sound.Fragments != sound.heard {
			sound.heard = sound.Fragments
			finding.ObserveSound(&e.book, &sound.judge.Subject, &t.judge.Subject, finding.Edges{
				Sound: sound.duration(sound.decode), Before: t.duration(decode), After: t.duration(end), Reorder: t.duration(t.reorder),
			}, at)
		}
	}
}

// align holds a fragment's cuts against those of the other rungs.
func (e *exam) align(t *track, f finding.Fragment, at time.Time) {
	start, end := f.Start.Rescale(t.timescale, commonScale), f.End.Rescale(t.timescale, commonScale)
	t.cuts.Add(start, end)
	for _, other := range e.tracks {
		if other == t || other.Type != engine.Video || other.Stream != t.Stream {
			continue
		}
		if apart, _ := other.cuts.Apart(start, end); apart != 0 {
			e.book.Raise(finding.Misaligned(&t.judge.Subject, &other.judge.Subject, apart.Duration(commonScale)), at)
			return
		}
	}
}

// conclude judges what only the end tells, and writes the diagnosis.
func (e *exam) conclude() engine.Diagnosis {
	pictures, sound := false, false
	for _, t := range e.tracks {
		e.flush(t)
		t.judge.Settle(&e.book, e.clock())
		pictures, sound = pictures || t.Type == engine.Video, sound || t.Type == engine.Audio
		e.d.Fragments += t.Fragments
	}
	if pictures && !sound {
		e.raise(finding.Silent())
	}
	for _, t := range e.tracks {
		e.quiet(t)
		if t.begun {
			e.d.Duration = max(e.d.Duration, t.duration(t.end-t.start))
		}
		e.d.Tracks = append(e.d.Tracks, t.told())
	}
	for _, f := range e.book.Page(true).Findings(e.clock()) {
		found := engine.DiagnosedFinding{Finding: f, From: f.First.Sub(epoch()), To: f.Last.Sub(epoch())}
		// Tracks do not come in the order of their times.
		found.From, found.To = min(found.From, found.To), max(found.From, found.To)
		found.First, found.Last = time.Time{}, time.Time{}
		e.d.Findings = append(e.d.Findings, found)
	}
	return e.d
}

// quiet tells of a track that came to nothing, or fell silent while others went on.
func (e *exam) quiet(t *track) {
	c := finding.Case{Code: finding.RateZero, Stream: t.Stream, Bitrate: t.Nominal}
	behind := e.now - t.duration(t.end)
	switch {
	case t.Type == engine.Text || e.d.Fragments == 0 || e.book.Has(c.Code, c.Stream, c.Bitrate):
		return
	case !t.begun:
		c.Text = fmt.Sprintf("%s was announced, and nothing of it has come in %.1f s.", t.judge.Label(), e.now.Seconds())
	case behind > max(finding.Quiet, 3*t.duration(t.longest)):
		c.Text = fmt.Sprintf("%s ends %.1f s before the others.", t.judge.Label(), behind.Seconds())
	default:
		return
	}
	e.raise(c)
}
