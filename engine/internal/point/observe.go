package point

import (
	"context"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// newFindings is the book of an event's findings. What a person can mend is also an event.
func (w *writer) newFindings() finding.Book { return finding.Book{Tell: w.tellFinding} }

// tellFinding tells people of a finding that is new.
func (w *writer) tellFinding(f engine.Finding) {
	if f.Severity == engine.Info {
		w.log.Info("finding", "code", f.Code, "stream", f.Stream, "text", f.Text)
		return
	}
	w.log.Warn("finding", "code", f.Code, "stream", f.Stream, "text", f.Text)
	w.cfg.Tell(f.Severity, f.Text+" "+f.Action)
}

// find notes a finding. People are told when it is a new one.
func (w *writer) find(c finding.Case) { w.findings.Raise(c, w.now()) }

// note notes a finding of which people have been told already.
func (w *writer) note(c finding.Case) {
	c.Quiet = true
	w.find(c)
}

// judged is what the rules remember of a track.
func (t *track) judged() *finding.Track {
	if t.judge == nil || t.judge.Bitrate != t.rate {
		t.judge = finding.NewTrack(finding.Subject{
			Stream: t.name, Bitrate: t.rate, Type: engine.MediaType(t.init.Type), Timescale: t.init.Timescale, Height: t.init.Height, Lead: t.leads(),
		})
	}
	t.judge.Nominal = t.promised
	return t.judge
}

// leads reports whether a track stands for its encoder: its first with pictures, else its first.
func (t *track) leads() bool {
	for _, other := range t.stream.tracks {
		if other.init.Type == string(engine.Video) {
			return other == t
		}
	}
	return t.stream.tracks[0] == t
}

// observePiece looks at what has come before it is known whether it is taken.
func (w *writer) observePiece(t *track, f *fmp4.Fragment) {
	if f.Start < 0 {
		w.find(finding.BeforeZero(&t.judged().Subject, engine.Ticks(-f.Start).Duration(t.init.Timescale)))
	}
	if t.init.Type != string(engine.Video) {
		return
	}
	// Composition offsets count from the first picture, so the earliest is how long the
	// decoder is ahead of the screen.
	for i := range f.Samples {
		t.reorder = max(t.reorder, engine.Ticks(-f.Samples[i].CTO), engine.Ticks(f.Samples[i].CTO))
	}
}

// observeDropped looks at a fragment that is not taken: a copy of one that is there, or one
// that comes too late.
func (w *writer) observeDropped(s *Session, a accepted, in *Incoming) {
	if a.t.fragments == 0 {
		return
	}
	subject := &a.t.judged().Subject
	if a.length > 0 { // nobody can begin with it
		w.find(finding.BeganInside(subject))
		return
	}
	at := engine.Ticks(a.f.DecodeStart) + a.shift
	if back := s.sent[a.t] - at; back > (3+heldPerTrack)*a.t.length {
		w.find(finding.JumpedBack(subject, back.Duration(a.t.init.Timescale)))
		return
	}
	near := leeway(a.f)
	kept := a.t.prints.find(func(p *fingerprint) bool { return at-p.decode <= near && p.decode-at <= near })
	switch {
	case kept == nil:
		if a.t.prints.find(func(p *fingerprint) bool { return p.decode < at }) != nil &&
			a.t.prints.find(func(p *fingerprint) bool { return p.start <= a.start && a.start < p.end }) == nil {
			w.find(finding.Late(s.stream, subject))
		}
	case kept.size != a.f.PayloadSize || kept.sum != in.checksum(a.f):
		w.find(finding.Differs(s.stream, subject.Label(), at.Duration(a.t.init.Timescale)))
	default:
		w.findings.Calm(finding.DuplicateDiffers, s.stream, 0)
	}
}

// observeFragment looks at a fragment that is complete.
func (w *writer) observeFragment(t *track, f *finished) {
	seen := finding.Fragment{Start: f.Start, End: f.End(), Bytes: f.payload, Sync: f.Sync, Break: f.discontinuity}
	if f.Arrived != 0 {
		seen.Arrived = time.Unix(0, f.Arrived)
	}
	judge := t.judged()
	judge.Observe(&w.findings, seen, w.now())
	if judge.Type != engine.Video {
		return
	}
	w.observeAlignment(t, f)
	if judge.Lead {
		w.observeSound(t, f)
	}
}

// observeAlignment holds a fragment's cuts against those of the other rungs.
func (w *writer) observeAlignment(t *track, f *finished) {
	t.cuts.Add(f.Start, f.End())
	compared := false
	for _, st := range w.event.order {
		for _, other := range st.tracks {
			if other == t || other.handle == nil || other.handle.Stream() != t.handle.Stream() {
				continue
			}
			apart, both := other.cuts.Apart(f.Start, f.End())
			if apart != 0 {
				w.find(finding.Misaligned(&t.judge.Subject, &other.judged().Subject, apart.Duration(t.init.Timescale)))
				return
			}
			compared = compared || both
		}
	}
	if compared {
		w.findings.Calm(finding.GOPMisaligned, t.handle.Stream(), 0)
	}
}

// observeSound holds where an encoder's sound ends against where its pictures do.
func (w *writer) observeSound(t *track, f *finished) {
	for _, sound := range t.stream.tracks {
		if sound.init.Type != string(engine.Audio) || sound.mode != whole || t.mode != whole || sound.fragments < 2 || sound.fragments == sound.heard {
			continue // what has not come at all is another finding
		}
		sound.heard = sound.fragments
		at := func(n engine.Ticks, of *track) time.Duration { return n.Duration(of.init.Timescale) }
		finding.ObserveSound(&w.findings, &sound.judged().Subject, &t.judge.Subject, finding.Edges{
			Sound: at(sound.decode, sound), Before: at(f.Decode, t), After: at(f.Decode+f.DecodeLength, t), Reorder: at(t.reorder, t),
		}, w.now())
	}
}

// observeHeader looks at a header that a stream is announced with.
func (w *writer) observeHeader(st *stream, h *Header) {
	w.findings.Admit(st.id)
	w.findings.Clear(finding.CloseUnclean, st.id)
	rates, misnamed, mismatch := nominalRates(st.id, h)
	if mismatch {
		w.find(misnamed)
	} else {
		w.findings.Clear(finding.NameMismatch, st.id)
	}
	for i, t := range st.tracks {
		t.promised = rates[i]
	}
	if h.ManifestFault != "" {
		w.find(finding.Unreadable(st.id, h.ManifestFault))
	} else {
		w.findings.Clear(finding.ManifestUnreadable, st.id)
	}
}

// observeLeft looks at an encoder that has left, and lets go of what was wrong with it; copies
// cannot differ where there is one encoder.
func (w *writer) observeLeft(s *Session, ending string) {
	others := 0
	for _, other := range w.sessions {
		if other.stream == s.stream {
			others++
		}
	}
	if others == 0 {
		for _, t := range s.tracks {
			w.findings.Drop(finding.NoKeyStart, t.name, t.rate)
			w.findings.Drop(finding.SlowerThanLive, t.name, t.rate)
			w.findings.Drop(finding.FasterThanLive, t.name, t.rate)
		}
	}
	if others < 2 {
		w.findings.Clear(finding.DuplicateDiffers, s.stream)
	}
	byUs := strings.HasPrefix(ending, "dismissed") || strings.HasPrefix(ending, "refused")
	if !s.ended && !byUs && !s.sparse && s.accepted > 0 && w.event != nil && w.event.idx.Live() && w.state == engine.StateStarted {
		w.note(finding.Unclean(s.stream, s.info.Remote, ending))
	}
}

// Note notes something about the stream that was seen before it came to the point.
func (s *Session) Note(ctx context.Context, c finding.Case) {
	// An error says that the point itself is gone: there is nobody left to tell.
	_ = s.p.do(ctx, "note finding", func(w *writer) error {
		w.find(c)
		return nil
	})
}

// observed is what findings of a moment are made from.
type observed struct {
	onAir   bool
	page    finding.Page
	waiting []finding.Awaited
}

// observe gathers what findings are made from. Without encoders nothing is wrong with what
// they send, but some may have been turned away.
func (w *writer) observe() *observed {
	o := &observed{onAir: w.state == engine.StateStarting || w.state == engine.StateStarted}
	o.page = w.findings.Page(o.onAir)
	if !o.onAir {
		return o
	}
	for _, s := range w.sessions {
		if s.accepted+s.dropped == 0 && s.resting.IsZero() && !s.ended {
			o.waiting = append(o.waiting, finding.Awaited{Stream: s.stream, Remote: s.info.Remote, Since: s.began, Header: s.header != nil, Audio: s.header.audioOnly()})
		}
	}
	return o
}

// audioOnly reports whether a header has nothing but audio.
func (h *Header) audioOnly() bool {
	if h == nil {
		return false
	}
	for i := range h.Init.Tracks {
		if h.Init.Tracks[i].Type != string(engine.Audio) {
			return false
		}
	}
	return true
}

// findings are those of this moment: what was noted, and what silence tells.
func (o *observed) findings(st *engine.PointStatus, now time.Time) []engine.Finding {
	if !o.onAir {
		return o.page.Findings(now)
	}
	return o.page.Findings(now, finding.Silence(st, o.waiting, now)...)
}
