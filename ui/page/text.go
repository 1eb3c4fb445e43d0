package page

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// The words for states.
const (
	wordIdle       = "Idle"
	wordStarting   = "Starting"
	wordOnAir      = "On air"
	wordDegraded   = "Degraded"
	wordSourceLost = "Source lost"
	wordStopping   = "Stopping"
	wordStopped    = "VOD"
	wordError      = "Error"
	wordUnknown    = "Unknown"

	wordRefused        = "Turned away"
	wordEncoderFailed  = "Encoder failed"
	wordEncoderTrouble = "Encoder trouble"

	wordRunning    = "Running"
	wordStalled    = "Stalled"
	wordTooSlow    = "Too slow"
	wordRestarting = "Restarting"
	wordFailed     = "Failed"
	wordNotRunning = "Not running"
)

const (
	textRec = "REC"

	textPointBroken    = "This publishing point cannot work."
	textSeeLog         = "See the log for the cause."
	textSilent         = "The encoder is connected but nothing arrives."
	textCheckSilent    = "Check the encoder and the link to it."
	textCheckEncoder   = "Start its encoder again, or check the link to it."
	textFailedEncoder  = "Correct the cause and start the encoder."
	textWaitingEncoder = "It is started again by itself; correct the cause, or stop it."
	textRestartEncoder = "Look at its log, then restart the encoder."
	textStopEncoder    = "Stop the encoder, or start the point for a new event."
	textStartPoint     = "Start the point, or look at the encoder's log."
	textCheckDisk      = "Make room on the disk; the live stream goes on."
	textStartEncoder   = "Start its encoder, or post to the ingest address."
)

func textSourceLost(silent time.Duration) string {
	return fmt.Sprintf("No encoder is connected. Nothing has arrived for %s.", look.Age(max(silent, time.Second)))
}

func textWaiting(d time.Duration) string {
	return fmt.Sprintf("Waiting for an encoder for %s.", look.Age(d))
}

func textEncoderBroken(e engine.EncoderStatus) string {
	reason := strings.TrimSpace(e.Reason)
	if reason == "" {
		return fmt.Sprintf("Encoder %s has stopped unexpectedly.", e.Spec.ID)
	}
	return fmt.Sprintf("Encoder %s: %s", e.Spec.ID, Sentence(reason))
}

func textEncoderStalled(e engine.EncoderStatus) string {
	return fmt.Sprintf("Encoder %s makes no progress and nothing of it arrives.", e.Spec.ID)
}

func textRunsUnheard(e engine.EncoderStatus) string {
	return fmt.Sprintf("Encoder %s runs, yet nothing of it has reached this point.", e.Spec.ID)
}

func textRunsEnded(e engine.EncoderStatus) string {
	return fmt.Sprintf("Encoder %s runs although the event has ended.", e.Spec.ID)
}

func textRefused(r engine.Refusal) string {
	return fmt.Sprintf("An encoder was turned away (%d): %s", r.Status, Sentence(r.Reason))
}

// leastLag is the lag, in seconds, below which nobody can tell a stream from live.
const leastLag = 0.5

// Live is what Behind says of a stream that nobody can tell from live.
const Live = "live"

// Behind is how far a point's live edge lies behind, which is lag seconds: "2.4 s", or "live".
func Behind(lag float64) string {
	if lag < leastLag {
		return Live
	}
	return fmt.Sprintf("%.1f s", lag)
}

// Sentence begins s with a capital, unless it begins with a name such as ffmpeg, and ends it with a
// full stop when it has no end of its own.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	if first, size := utf8.DecodeRuneInString(s); !strings.HasPrefix(s, "ffmpeg") {
		s = string(unicode.ToUpper(first)) + s[size:]
	}
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// Plural is the number with its word: "1 viewer", "3 viewers".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return look.Count(int64(n)) + " " + many
}

// What the engine sees of an encoder, against what its process says.
const (
	wordArrives        = "Arrives"
	wordNothingArrives = "Nothing arrives"
	wordTurnedAway     = "Turned away"
	wordTooLate        = "Falls behind"
	wordAwaited        = "Awaited"
	wordFromElsewhere  = "From elsewhere"
	wordNoPoint        = "No such point"

	textRuns                = "ffmpeg runs"
	textNoProgress          = "ffmpeg reports no progress and nothing arrives."
	textFromElsewhere       = "Its stream arrives although this encoder does not run: another program sends it."
	textFromElsewhereAction = "Leave it, or stop the other program before starting this one."
	textLogThenRestart      = "Look at its log, then restart it."
	textMendRefusal         = "Correct what was refused, then restart it."
	textFewerRungs          = "Choose fewer or smaller rungs, or a faster preset."
	textNoPointAction       = "Make the point again, or edit the encoder to send to another."
)

func textNoPoint(name string) string {
	return words.F("There is no publishing point %s any more.", name)
}

// textSays begins a sentence with what the process says of itself.
func textSays(e engine.EncoderStatus) string {
	if e.Progress.Speed > 0 {
		return words.F("ffmpeg runs at %s", look.Speed(e.Progress.Speed))
	}
	return words.T(textRuns)
}

func textSaysRefused(e engine.EncoderStatus, r engine.Refusal) string {
	return words.F("%s; the engine refused it: %s", textSays(e), Sentence(r.Reason))
}

func textSaysUnseen(e engine.EncoderStatus, point string) string {
	return words.F("%s; nothing arrives at %s.", textSays(e), point)
}

func textSaysSilent(e engine.EncoderStatus, point string, silent time.Duration) string {
	return words.F("%s; nothing has arrived at %s for %s.", textSays(e), point, look.Age(silent))
}

func textFallsBehind(speed float64) string {
	return words.F("ffmpeg runs at %s of real time and falls behind.", look.Speed(speed))
}

func textUnexpected(id string) string {
	return words.F("Encoder %s has stopped unexpectedly.", id)
}
