package page

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pubpoint/engine"
	"pubpoint/ui/look"
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
	textCheckEncoder   = "Start its encoder again, or check the link to it."
	textRestartEncoder = "Correct the cause and restart the encoder."
	textCheckDisk      = "Make room on the disk; the live stream goes on."
	textStartEncoder   = "Start its encoder, or post to the ingest address."
)

func textSourceLost(silent time.Duration) string {
	return fmt.Sprintf("No encoder is connected; nothing has arrived for %s.", look.Age(max(silent, time.Second)))
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

func textRefused(r engine.Refusal) string {
	return fmt.Sprintf("An encoder was turned away (%d): %s", r.Status, Sentence(r.Reason))
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
