package point

import (
	"cmp"
	"slices"
	"time"

	"pubpoint/engine"
)

// Codes of findings. They are part of the API: programs tell findings apart by them.
const (
	foundMiscounted   = "bitrates-miscounted"
	foundNoManifest   = "manifest-unreadable"
	foundDuplicate    = "duplicate-differs"
	foundLate         = "fragment-late"
	foundGap          = "gap"
	foundClockRestart = "clock-restarted"
	foundClockBack    = "clock-went-back"
	foundClockOwn     = "clock-of-its-own"
	foundNoKeyStart   = "no-key-frame-start"
	foundNoKeyFrame   = "fragments-without-key-frame"
	foundNotAligned   = "rungs-not-aligned"
	foundSourceLost   = "source-lost"
	foundNoFragment   = "no-fragment"
)

// firstFragment is how long an encoder may take for its first fragment.
const firstFragment = 10 * time.Second

// maxFindings bounds how many findings a point has at once: stream ids are given by strangers.
const maxFindings = 64

// rule says how a finding is told and when its cause has ended.
type rule struct {
	severity engine.Severity
	action   string
	// calm is how many times in a row the opposite must be seen; 0 when nothing tells.
	calm int
	// lasts is for how long it stays after it was last seen; 0 means as long as the event.
	lasts time.Duration
}

// ruleOf is the rule of a finding's code.
func ruleOf(code string) rule {
	switch code {
	case foundMiscounted:
		return rule{severity: engine.Warning, action: "Name one bitrate for each audio and video track, in their order, as in oceans-400k-64k."}
	case foundNoManifest:
		return rule{severity: engine.Warning, action: "Nothing is lost: names and bitrates are taken from the header. Update the encoder, or leave out its manifest."}
	case foundDuplicate:
		return rule{severity: engine.Warning, calm: 10, lasts: time.Minute,
			action: "Give both encoders the same input, settings and clock, or give them different stream ids; the first copy of a fragment is kept."}
	case foundLate:
		return rule{severity: engine.Warning, lasts: time.Minute, action: "Send the fragments of a track in order on one connection, or let a second encoder send the same stream."}
	case foundGap:
		return rule{severity: engine.Warning, lasts: time.Minute, action: "Check the network and the load of the encoder; a second encoder of the same stream would have filled it."}
	case foundClockRestart:
		return rule{severity: engine.Warning, lasts: 10 * time.Minute, action: "Lock the encoder's clock to the wall clock, so that it goes on where it was."}
	case foundClockBack:
		return rule{severity: engine.Failure, lasts: time.Minute, action: "Start the encoder again: a new connection may begin with another time."}
	case foundClockOwn:
		return rule{severity: engine.Warning, lasts: 10 * time.Minute, action: "Start all rungs together, or lock them to one clock."}
	case foundNoKeyStart:
		return rule{severity: engine.Warning, calm: 1, action: "Wait for the next key frame; fragments must begin with one."}
	case foundNoKeyFrame:
		return rule{severity: engine.Warning, calm: 5, action: "Let every fragment begin with a key frame: -movflags frag_keyframe without -frag_duration, and the same GOP and B-frames on all rungs."}
	case foundNotAligned:
		return rule{severity: engine.Warning, calm: 5, action: "Give all rungs the same GOP, frame rate and B-frames, with -sc_threshold 0, and one clock."}
	case foundSourceLost:
		return rule{severity: engine.Failure, action: "Look whether the encoder runs and reaches this machine."}
	}
	return rule{severity: engine.Warning}
}

// findings is what is wrong with what encoders send: one for each code and stream. It is not
// safe for concurrent use.
type findings struct {
	noted []noted
}

// noted is a finding and what is needed to let it go.
type noted struct {
	engine.Finding
	calm  int       // how many times in a row the opposite was seen
	until time.Time // when it goes if it is not seen again; zero for never
}

// raise notes a finding, or that it was seen again. It reports whether it is a new one.
func (f *findings) raise(code, stream, text string, now time.Time) bool {
	r := ruleOf(code)
	n := f.find(code, stream)
	fresh := n == nil || n.over(now)
	if n == nil {
		if len(f.noted) >= maxFindings {
			f.noted = slices.DeleteFunc(f.noted, func(n noted) bool { return n.over(now) })
		}
		if len(f.noted) >= maxFindings {
			return false
		}
		f.noted = append(f.noted, noted{})
		n = &f.noted[len(f.noted)-1]
	}
	if fresh {
		*n = noted{Finding: engine.Finding{Code: code, Severity: r.severity, Stream: stream, Action: r.action, First: now}}
	}
	n.Text, n.Last, n.calm = text, now, 0
	n.Count++
	if r.lasts > 0 {
		n.until = now.Add(r.lasts)
	}
	return fresh
}

// calm notes that the opposite of a finding was seen. After a few times in a row it goes.
func (f *findings) calm(code, stream string) {
	n := f.find(code, stream)
	if n == nil {
		return
	}
	n.calm++
	if need := ruleOf(code).calm; need > 0 && n.calm >= need {
		f.clear(code, stream)
	}
}

// clear lets a finding go, because its cause cannot be there any more.
func (f *findings) clear(code, stream string) {
	f.noted = slices.DeleteFunc(f.noted, func(n noted) bool { return n.Code == code && n.Stream == stream })
}

func (f *findings) find(code, stream string) *noted {
	for i := range f.noted {
		if f.noted[i].Code == code && f.noted[i].Stream == stream {
			return &f.noted[i]
		}
	}
	return nil
}

// over reports whether a finding has not been seen for so long that it is gone.
func (n *noted) over(now time.Time) bool { return !n.until.IsZero() && !now.Before(n.until) }

// present are those findings of a list that are not over, with more of this moment, worst first.
func present(list []noted, now time.Time, more ...engine.Finding) []engine.Finding {
	out := more
	for i := range list {
		if !list[i].over(now) {
			out = append(out, list[i].Finding)
		}
	}
	slices.SortStableFunc(out, func(a, b engine.Finding) int {
		return cmp.Or(cmp.Compare(severityRank(b.Severity), severityRank(a.Severity)), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Stream, b.Stream))
	})
	return out
}

func severityRank(s engine.Severity) int {
	switch s {
	case engine.Failure:
		return 2
	case engine.Warning:
		return 1
	}
	return 0
}
