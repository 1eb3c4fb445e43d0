package page

import (
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Condition is how a publishing point is doing, decided from itself and its supervised encoders.
// Everything that shows, counts or filters points goes by it.
type Condition struct {
	Lamp    look.Lamp
	Word    string
	Problem Problem // the worst that is wrong; the zero value when nothing is
}

// Wrong reports whether somebody has to look after the point.
func (c Condition) Wrong() bool { return c.Lamp == look.Bad || c.Lamp == look.Warn }

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

// ConditionOf decides how p is doing, whose supervised encoders are encoders.
func ConditionOf(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) Condition {
	if !p.AsOf.IsZero() {
		return Condition{Lamp: look.Quiet, Word: words.T(wordUnknown)}
	}
	lamp, word := stateLamp(p.State)
	problem, why := problemOf(p, encoders, now)
	if problem.Lamp == look.Bad || problem.Lamp == look.Warn {
		lamp = problem.Lamp
		if why != "" {
			word = why
		}
	}
	return Condition{lamp, word, problem}
}

// stateLamp is the lamp and the word of a state in which nothing is wrong.
func stateLamp(s engine.State) (look.Lamp, string) {
	switch s {
	case engine.StateStarting:
		return look.Busy, words.T(wordStarting)
	case engine.StateStarted:
		return look.Good, words.T(wordOnAir)
	case engine.StateStopping:
		return look.Busy, words.T(wordStopping)
	case engine.StateStopped:
		return look.Done, words.T(wordStopped)
	case engine.StateError:
		return look.Bad, words.T(wordError)
	case engine.StateIdle:
		return look.Quiet, words.T(wordIdle)
	default:
		return look.Quiet, words.T(wordUnknown)
	}
}

// problemOf is the worst that is wrong with p, and the word that takes the place of its state's;
// an empty word leaves that.
func problemOf(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) (Problem, string) {
	started := p.State == engine.StateStarted
	trouble, word := encoderTrouble(p, encoders, now)
	switch {
	case p.State == engine.StateError:
		return Problem{look.Bad, sentenceOr(p.Reason, words.T(textPointBroken)), sentenceOr(p.Action, words.T(textSeeLog))}, ""
	case started && p.SourceLost:
		return sourceLost(p, trouble, now), words.T(wordSourceLost)
	case trouble.Lamp == look.Bad:
		return trouble, word
	case p.Archive.Reason != "":
		return Problem{look.Warn, p.Archive.Reason, words.T(textCheckDisk)}, onlyIf(started, words.T(wordDegraded))
	case p.Reason != "":
		return Problem{look.Warn, p.Reason, p.Action}, onlyIf(started, words.T(wordDegraded))
	case trouble.Lamp == look.Warn:
		return trouble, word
	case len(p.Refusals) > 0 && now.Sub(p.Refusals[0].At) < freshness:
		return Problem{look.Warn, textRefused(p.Refusals[0]), ""}, words.T(wordRefused)
	case p.State == engine.StateStarting && now.Sub(p.Since) > patience:
		return Problem{look.Busy, textWaiting(now.Sub(p.Since)), words.T(textStartEncoder)}, ""
	}
	return Problem{}, ""
}

// sourceLost is the problem of a point on air to which nothing comes; an encoder of its own that is
// in trouble is the cause.
func sourceLost(p engine.PointStatus, trouble Problem, now time.Time) Problem {
	switch {
	case trouble.Sentence != "":
		return Problem{look.Bad, trouble.Sentence, trouble.Action}
	case Connected(p) > 0:
		return Problem{look.Bad, words.T(textSilent), words.T(textCheckSilent)}
	}
	return Problem{look.Bad, textSourceLost(silence(p, now)), words.T(textCheckEncoder)}
}

// encoderTrouble is the worst trouble of the encoders that were ordered to run, and its word.
func encoderTrouble(p engine.PointStatus, encoders []engine.EncoderStatus, now time.Time) (Problem, string) {
	var worst Problem
	var word string
	for _, e := range encoders {
		if e.Order != engine.OrderRun {
			continue
		}
		if t, w := troubleOf(p, e, now); t.Lamp > worst.Lamp {
			worst, word = t, w
		}
	}
	return worst, word
}

// troubleOf is what is wrong with one encoder of p that was ordered to run, and its word.
func troubleOf(p engine.PointStatus, e engine.EncoderStatus, now time.Time) (Problem, string) {
	switch {
	case e.State == engine.EncoderFailed:
		return Problem{look.Bad, textEncoderBroken(e), words.T(textFailedEncoder)}, words.T(wordEncoderFailed)
	case e.State == engine.EncoderWaiting:
		return Problem{look.Warn, textEncoderBroken(e), words.T(textWaitingEncoder)}, words.T(wordEncoderTrouble)
	case e.Stalled:
		return Problem{look.Warn, textEncoderStalled(e), words.T(textRestartEncoder)}, words.T(wordEncoderTrouble)
	case e.State != engine.EncoderRunning && e.State != engine.EncoderStarting,
		now.Sub(p.Since) <= patience, now.Sub(e.Began) <= patience:
		return Problem{}, ""
	}
	switch p.State {
	case engine.StateIdle:
		return Problem{look.Warn, textRunsUnheard(e), words.T(textStartPoint)}, words.T(wordEncoderTrouble)
	case engine.StateStarting:
		return Problem{look.Warn, textRunsUnheard(e), words.T(textRestartEncoder)}, words.T(wordEncoderTrouble)
	case engine.StateStopped:
		return Problem{look.Warn, textRunsEnded(e), words.T(textStopEncoder)}, words.T(wordEncoderTrouble)
	default:
		return Problem{}, ""
	}
}

// OnAir reports whether p is on air with something arriving.
func OnAir(p engine.PointStatus) bool { return p.State == engine.StateStarted && !p.SourceLost }

// Open reports whether an event of p goes on or is about to: one that ends with the program.
func Open(p engine.PointStatus) bool {
	return p.State == engine.StateStarted || p.State == engine.StateStarting
}

// slowest is the speed below which an encoder falls behind. What it tells is an average since it
// began, which means little before it has been up for warmUp.
const (
	slowest = 0.95
	warmUp  = 20 * time.Second
)

// TooSlow reports whether a running encoder falls behind real time.
func TooSlow(e engine.EncoderStatus, now time.Time) bool {
	return e.State == engine.EncoderRunning && e.Progress.Speed > 0 && e.Progress.Speed < slowest && now.Sub(e.Began) > warmUp
}

// EncoderLamp is how a supervised encoder's process is doing: its lamp and its word.
func EncoderLamp(e engine.EncoderStatus, now time.Time) (look.Lamp, string) {
	if !e.AsOf.IsZero() {
		return look.Quiet, words.T(wordUnknown)
	}
	switch e.State {
	case engine.EncoderStarting:
		return look.Busy, words.T(wordStarting)
	case engine.EncoderRunning:
		switch {
		case e.Stalled:
			return look.Bad, words.T(wordStalled)
		case TooSlow(e, now):
			return look.Warn, words.T(wordTooSlow)
		}
		return look.Good, words.T(wordRunning)
	case engine.EncoderStopping:
		return look.Busy, words.T(wordStopping)
	case engine.EncoderWaiting:
		return look.Warn, words.T(wordRestarting)
	case engine.EncoderFailed:
		return look.Bad, words.T(wordFailed)
	default:
		return look.Quiet, words.T(wordNotRunning)
	}
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

func onlyIf(ok bool, s string) string {
	if !ok {
		return ""
	}
	return s
}
