package page

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
)

// PointLamp is how a publishing point is doing: its lamp and its word.
func PointLamp(p engine.PointStatus) (look.Lamp, string) {
	switch p.State {
	case engine.StateStarting:
		return look.Busy, wordStarting
	case engine.StateStarted:
		switch {
		case p.SourceLost:
			return look.Bad, wordSourceLost
		case p.Reason != "" || p.Archive.Reason != "":
			return look.Warn, wordDegraded
		}
		return look.Good, wordOnAir
	case engine.StateStopping:
		return look.Busy, wordStopping
	case engine.StateStopped:
		return look.Done, wordStopped
	case engine.StateError:
		return look.Bad, wordError
	case engine.StateIdle:
		return look.Quiet, wordIdle
	default:
		return look.Quiet, wordUnknown
	}
}

// OnAir reports whether viewers lose something when p ends.
func OnAir(p engine.PointStatus) bool {
	return p.State == engine.StateStarted || p.State == engine.StateStarting
}

// slowest is the speed below which an encoder falls behind.
const slowest = 0.98

// EncoderLamp is how a supervised encoder's process is doing: its lamp and its word.
func EncoderLamp(e engine.EncoderStatus) (look.Lamp, string) {
	switch e.State {
	case engine.EncoderStarting:
		return look.Busy, wordStarting
	case engine.EncoderRunning:
		switch {
		case e.Stalled:
			return look.Bad, wordStalled
		case e.Progress.Speed > 0 && e.Progress.Speed < slowest:
			return look.Warn, wordTooSlow
		}
		return look.Good, wordRunning
	case engine.EncoderStopping:
		return look.Busy, wordStopping
	case engine.EncoderWaiting:
		return look.Warn, wordRestarting
	case engine.EncoderFailed:
		return look.Bad, wordFailed
	default:
		return look.Quiet, wordNotRunning
	}
}

// Problem is what is wrong with a publishing point: one sentence of cause, one next action. The
// zero value says that nothing is.
type Problem struct {
	Lamp     look.Lamp
	Sentence string
	Action   string
}

// patience is how long a point may wait for its encoder before the wait is worth a sentence;
// freshness is how long a refusal stays on the wall.
const (
	patience  = 15 * time.Second
	freshness = 30 * time.Second
)

// ProblemOf is the worst that is wrong with p, whose supervised encoders are encoders.
func ProblemOf(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) Problem {
	failed, hasFailed := brokenEncoder(encoders)
	switch {
	case p.State == engine.StateError:
		return Problem{look.Bad, sentenceOr(p.Reason, textPointBroken), sentenceOr(p.Action, textSeeLog)}
	case p.SourceLost && hasFailed:
		return Problem{look.Bad, textEncoderBroken(failed), textRestartEncoder}
	case p.SourceLost:
		return Problem{look.Bad, textSourceLost(silence(p, now)), sentenceOr(p.Action, textCheckEncoder)}
	case p.Archive.Reason != "":
		return Problem{look.Warn, p.Archive.Reason, textCheckDisk}
	case p.Reason != "":
		return Problem{look.Warn, p.Reason, p.Action}
	case hasFailed && p.State != engine.StateStopped:
		return Problem{look.Bad, textEncoderBroken(failed), textRestartEncoder}
	}
	if len(p.Refusals) > 0 && now.Sub(p.Refusals[0].At) < freshness {
		return Problem{look.Warn, textRefused(p.Refusals[0]), ""}
	}
	if p.State == engine.StateStarting && now.Sub(p.Since) > patience {
		return Problem{look.Busy, textWaiting(now.Sub(p.Since)), textStartEncoder}
	}
	return Problem{}
}

// brokenEncoder finds an encoder that was ordered to run and cannot.
func brokenEncoder(encoders []engine.EncoderStatus) (engine.EncoderStatus, bool) {
	for _, e := range encoders {
		if e.State == engine.EncoderFailed || e.State == engine.EncoderWaiting {
			return e, true
		}
	}
	return engine.EncoderStatus{}, false
}

// silence is how long nothing has arrived from any source of p.
func silence(p engine.PointStatus, now time.Time) time.Duration {
	var last time.Time
	for _, s := range p.Sources {
		if s.LastByte.After(last) {
			last = s.LastByte
		}
	}
	if last.IsZero() {
		last = p.Since
	}
	return now.Sub(last)
}

// OnAirFor is how long the event of p has been on air, or was; false when it has none.
func OnAirFor(p engine.PointStatus, now time.Time) (time.Duration, bool) {
	switch {
	case p.Event.Began.IsZero():
		return 0, false
	case p.State == engine.StateStopped && p.Event.Duration > 0:
		return p.Event.Duration, true
	case !p.Event.Ended.IsZero():
		return p.Event.Ended.Sub(p.Event.Began), true
	}
	return now.Sub(p.Event.Began), true
}

// Connected counts the encoders now connected to p.
func Connected(p engine.PointStatus) int {
	n := 0
	for _, s := range p.Sources {
		if s.Connected {
			n++
		}
	}
	return n
}

func sentenceOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
