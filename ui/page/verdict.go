package page

import (
	"slices"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// Verdict is what the engine sees of a supervised encoder, held against what its process says.
type Verdict struct {
	Lamp     look.Lamp
	Word     string  // "Arrives", "Nothing arrives"
	Problem  Problem // where the two ledgers disagree, or the process is in trouble; else the zero value
	Arriving int     // bit/s of all its streams, arriving now
}

// deaf is how long the engine may see nothing of a running encoder: a fragment takes its time.
const deaf = 8 * time.Second

// VerdictOf judges e, which sends to p; found is false when there is no such point.
func VerdictOf(e engine.EncoderStatus, p engine.PointStatus, found bool, now time.Time) Verdict {
	v := Verdict{Arriving: ArrivingOf(e, p)}
	if !e.AsOf.IsZero() {
		v.Lamp, v.Word = look.Quiet, words.T(wordUnknown)
		return v
	}
	s, seen := SourceOf(e, p.Sources)
	v.Lamp, v.Word, v.Problem = judged(e, p, s, seen, now)
	if !found {
		v.Lamp, v.Word = look.Bad, words.T(wordNoPoint)
		v.Problem = Problem{look.Bad, textNoPoint(e.Spec.Point), words.T(textNoPointAction)}
		return v
	}
	if v.Problem.Sentence == "" {
		v.Problem = ownTrouble(e, now)
	}
	return v
}

// judged compares the ledgers.
func judged(e engine.EncoderStatus, p engine.PointStatus, s engine.SourceStatus, seen bool, now time.Time) (look.Lamp, string, Problem) {
	running, linked := e.State == engine.EncoderRunning, seen && s.Connected
	young := now.Sub(e.Began) <= deaf
	refusal := RefusedSince(p, e)
	bad := func(word, sentence, action string) (look.Lamp, string, Problem) {
		return look.Bad, words.T(word), Problem{look.Bad, sentence, words.T(action)}
	}
	switch {
	case running && !linked && refusal != nil:
		return bad(wordTurnedAway, textSaysRefused(e, *refusal), textMendRefusal)
	case running && !linked && !young:
		return bad(wordNothingArrives, textSaysUnseen(e, p.Name), textLogThenRestart)
	case running && linked && now.Sub(s.LastByte) > deaf:
		return bad(wordNothingArrives, textSaysSilent(e, p.Name, now.Sub(s.LastByte)), textLogThenRestart)
	case running && e.Stalled:
		return bad(wordNothingArrives, words.T(textNoProgress), textLogThenRestart)
	case running && linked && TooSlow(e, now):
		return look.Warn, words.T(wordTooLate), Problem{look.Warn, textFallsBehind(e.Progress.Speed), words.T(textFewerRungs)}
	case running && linked:
		return look.Good, words.T(wordArrives), Problem{}
	case running, e.State == engine.EncoderStarting:
		return look.Busy, words.T(wordAwaited), Problem{}
	case linked && now.Sub(s.LastByte) < 2*time.Second && e.State != engine.EncoderStopping:
		return look.Warn, words.T(wordFromElsewhere), Problem{look.Warn, words.T(textFromElsewhere), words.T(textFromElsewhereAction)}
	}
	return look.Quiet, look.Unknown, Problem{}
}

// ownTrouble is what is wrong with the process itself.
func ownTrouble(e engine.EncoderStatus, now time.Time) Problem {
	lamp, _ := EncoderLamp(e, now)
	if lamp != look.Bad && lamp != look.Warn {
		return Problem{}
	}
	sentence := Sentence(e.Reason)
	if sentence == "" {
		sentence = textUnexpected(e.Spec.ID)
	}
	switch {
	case e.State == engine.EncoderFailed:
		return Problem{lamp, sentence, words.T(textFailedEncoder)}
	case e.State == engine.EncoderWaiting:
		return Problem{lamp, sentence, words.T(textWaitingEncoder)}
	case TooSlow(e, now):
		return Problem{lamp, textFallsBehind(e.Progress.Speed), words.T(textFewerRungs)}
	}
	return Problem{lamp, words.T(textNoProgress), words.T(textLogThenRestart)}
}

// Carries reports whether stream is one that e posts.
func Carries(e engine.EncoderStatus, stream string) bool {
	return stream != "" && (stream == e.Stream ||
		slices.ContainsFunc(e.Processes, func(q engine.EncoderProcess) bool { return q.Stream == stream }))
}

// SourceOf is the newest source that e posts, a connected one first.
func SourceOf(e engine.EncoderStatus, sources []engine.SourceStatus) (engine.SourceStatus, bool) {
	var best engine.SourceStatus
	found := false
	for _, s := range sources {
		if !Carries(e, s.Stream) {
			continue
		}
		if !found || s.Connected && !best.Connected || s.Connected == best.Connected && s.Began.After(best.Began) {
			best, found = s, true
		}
	}
	return best, found
}

// ArrivingOf is how many bit/s of e arrive at p now.
func ArrivingOf(e engine.EncoderStatus, p engine.PointStatus) int {
	sum := 0
	for _, t := range p.Tracks {
		if Carries(e, t.Source) {
			sum += t.Arriving
		}
	}
	return sum
}

// RefusedSince is the newest refusal since e's process began that names a stream of it, nil without one.
func RefusedSince(p engine.PointStatus, e engine.EncoderStatus) *engine.Refusal {
	for i, r := range p.Refusals {
		if !r.At.Before(e.Began) && Carries(e, r.Stream) {
			return &p.Refusals[i]
		}
	}
	return nil
}
