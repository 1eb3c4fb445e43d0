package point

import (
	"fmt"
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// find notes a finding. People are told when it is a new one.
func (w *writer) find(code, stream, text string) {
	if w.findings.raise(code, stream, text, w.now()) {
		w.log.Warn("finding", "code", code, "stream", stream, "text", text)
		r := ruleOf(code)
		w.cfg.Tell(r.severity, text+" "+r.action)
	}
}

// note notes a finding of which people have been told already.
func (w *writer) note(code, stream, text string) { w.findings.raise(code, stream, text, w.now()) }

// observeDropped looks at a fragment that is not taken: a copy of one that is there, or one
// that comes too late.
func (w *writer) observeDropped(s *Session, a accepted, in *Incoming) {
	if a.t.fragments == 0 {
		return
	}
	if a.length > 0 { // nobody can begin with it
		w.find(foundNoKeyStart, s.stream, "The encoder of "+s.stream+" began inside a group of pictures, so its first fragments are left out.")
		return
	}
	at := engine.Ticks(a.f.DecodeStart) + a.shift
	if back := s.sent[a.t] - at; back > (3+heldPerTrack)*a.t.length {
		w.find(foundClockBack, s.stream, fmt.Sprintf("The times of %s went back by %s inside its connection, so what it sends is left out.",
			a.t.name, back.Duration(a.t.init.Timescale).Round(time.Second)))
		return
	}
	near := leeway(a.f)
	kept := a.t.prints.find(func(p *fingerprint) bool { return at-p.decode <= near && p.decode-at <= near })
	switch {
	case kept == nil:
		if a.t.prints.find(func(p *fingerprint) bool { return p.decode < at }) != nil &&
			a.t.prints.find(func(p *fingerprint) bool { return p.start <= a.start && a.start < p.end }) == nil {
			w.find(foundLate, s.stream, fmt.Sprintf("A fragment of %s came after later ones and could not be taken.", a.t.name))
		}
	case kept.size != a.f.PayloadSize || kept.sum != in.checksum(a.f):
		w.find(foundDuplicate, s.stream, "Two encoders, or one that was started again, send different media of "+s.stream+" for the same time.")
	default:
		w.findings.calm(foundDuplicate, s.stream)
	}
}

// observeFragment looks at a fragment that is complete.
func (w *writer) observeFragment(t *track, f *presentation.Fragment) {
	id := t.stream.id
	if t.init.Type != string(engine.Video) {
		return
	}
	w.findings.calm(foundNoKeyStart, id)
	if f.Sync {
		w.findings.calm(foundNoKeyFrame, id)
	} else {
		w.find(foundNoKeyFrame, id, "Fragments of "+id+" begin inside a group of pictures; players cannot switch or seek to them.")
	}
	w.observeAlignment(t, f)
}

// observeAlignment holds a fragment's cuts against those of the other rungs.
func (w *writer) observeAlignment(t *track, f *presentation.Fragment) {
	if t.handle == nil {
		return
	}
	compared := false
	for _, st := range w.event.order {
		for _, other := range st.tracks {
			if other == t || other.handle == nil || other.handle.Stream() != t.handle.Stream() {
				continue
			}
			inside := func(p *fingerprint) bool {
				return p.start < f.Start-sameTime && p.end > f.Start+sameTime ||
					p.start > f.Start+sameTime && p.start < f.End()-sameTime
			}
			if other.cuts.find(inside) != nil {
				w.find(foundNotAligned, t.handle.Stream(), fmt.Sprintf("The rungs of %s are not cut at the same times (%s and %s differ), so players cannot switch between them cleanly.",
					t.handle.Stream(), kbit(t.rate), kbit(other.rate)))
				return
			}
			compared = compared || other.cuts.find(func(p *fingerprint) bool { return p.start-f.Start <= sameTime && f.Start-p.start <= sameTime }) != nil
		}
	}
	if compared {
		w.findings.calm(foundNotAligned, t.handle.Stream())
	}
}

func kbit(rate int) string { return fmt.Sprintf("%d kbit/s", (rate+500)/1000) }

// observeHeader looks at a header that a stream is announced with.
func (w *writer) observeHeader(id string, h *Header) {
	if h.ManifestFault != "" {
		w.find(foundNoManifest, id, "The server manifest that the encoder of "+id+" sends cannot be read: "+h.ManifestFault+".")
	} else {
		w.findings.clear(foundNoManifest, id)
	}
}

// observeLeft lets go of what was wrong with an encoder that has left; copies cannot differ
// where there is one encoder.
func (w *writer) observeLeft(s *Session) {
	w.findings.clear(foundNoKeyStart, s.stream)
	others := 0
	for _, other := range w.sessions {
		if other.stream == s.stream {
			others++
		}
	}
	if others < 2 {
		w.findings.clear(foundDuplicate, s.stream)
	}
}

// observed is what findings of a moment are made from.
type observed struct {
	noted   []noted
	waiting []awaited
}

// awaited is an encoder that is connected and has sent no fragment yet.
type awaited struct {
	stream, remote string
	since          time.Time
	header, audio  bool // its header has come; it has audio only
}

// observe gathers what findings are made from. Without encoders nothing is wrong with what
// they send.
func (w *writer) observe() *observed {
	o := &observed{}
	if w.state != engine.StateStarting && w.state != engine.StateStarted {
		return o
	}
	o.noted = append(o.noted, w.findings.noted...)
	for _, s := range w.sessions {
		if s.accepted+s.dropped == 0 && s.resting.IsZero() && !s.ended {
			o.waiting = append(o.waiting, awaited{stream: s.stream, remote: s.info.Remote, since: s.began, header: s.header != nil, audio: s.header.audioOnly()})
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
	var more []engine.Finding
	if st.SourceLost && slices.ContainsFunc(st.Tracks, func(t engine.TrackStatus) bool { return !t.Ended }) {
		r := ruleOf(foundSourceLost)
		f := engine.Finding{Code: foundSourceLost, Severity: r.severity, Action: r.action, First: st.Since, Last: now, Count: 1,
			Text: "No encoder is sending, though the event is on air."}
		for i := range st.Tracks {
			if at := st.Tracks[i].LastArrival; at.After(f.First) {
				f.First = at
			}
		}
		more = append(more, f)
	}
	told := map[string]bool{}
	for _, a := range o.waiting {
		if now.Sub(a.since) < firstFragment || told[a.stream] {
			continue
		}
		told[a.stream] = true
		more = append(more, a.finding(now))
	}
	return present(o.noted, now, more...)
}

func (a *awaited) finding(now time.Time) engine.Finding {
	f := engine.Finding{Code: foundNoFragment, Severity: engine.Warning, Stream: a.stream, First: a.since.Add(firstFragment), Last: now, Count: 1}
	switch {
	case !a.header:
		f.Text = "The encoder of " + a.stream + " at " + a.remote + " is connected and has not sent its header."
		f.Action = "Look whether the encoder hangs; it must send ftyp and moov at once."
	case a.audio:
		f.Text = "The encoder of " + a.stream + " has sent its header and no fragment; it has audio only, which no key frame cuts."
		f.Action = "Give the encoder -frag_duration 2000000, so that it sends a fragment every two seconds."
	default:
		f.Text = "The encoder of " + a.stream + " has sent its header and no fragment."
		f.Action = "Give the encoder a key frame every two seconds (-g) and -movflags frag_keyframe."
	}
	return f
}

// observeGap notes that media is missing in front of a fragment.
func (w *writer) observeGap(t *track, length engine.Ticks) {
	w.find(foundGap, t.name, fmt.Sprintf("%.2f s of %s are missing.", length.Duration(t.init.Timescale).Seconds(), t.name))
}
