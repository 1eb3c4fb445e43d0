package engine

import (
	"context"
	"time"
)

// Alarm is something that needs a person: a finding of a point, an encoder that failed, a disk that
// fills. It is set and cleared by itself, with hysteresis; people acknowledge it, or shelve it for a
// while. Acknowledging changes nothing about its cause.
type Alarm struct {
	ID       string // unique for ever
	Code     string // of the finding, or "encoder-failed", "disk-filling": stable, for programs
	Severity Severity
	Point    string // empty when it concerns the whole engine
	Encoder  string // id; empty when it concerns no encoder
	Stream   string // stream id or name of a track's stream; may be empty
	Text     string // one sentence: what is wrong
	Action   string // one sentence: what to do
	Option   string // ffmpeg option to copy; may be empty
	Raised   time.Time
	Last     time.Time // when its cause was last seen
	Cleared  time.Time // zero while its cause lasts
	Acked    time.Time // zero while nobody has acknowledged it
	// ShelvedUntil is when it counts again; zero when it is not shelved.
	ShelvedUntil time.Time
	ShelvedWhy   string
	Count        int64 // how often it was raised again before it was cleared for good
}

// Active reports whether the alarm's cause lasts and it is not shelved at now.
func (a Alarm) Active(now time.Time) bool { return a.Cleared.IsZero() && !a.Shelved(now) }

// Shelved reports whether the alarm is put away at now.
func (a Alarm) Shelved(now time.Time) bool { return now.Before(a.ShelvedUntil) }

// Alarms speaks of what needs a person. Alarms and their history survive a restart.
type Alarms interface {
	// Alarms returns those whose cause lasts, the worst and newest first, then those that have been
	// cleared, the newest first; at most 1000 in all.
	Alarms() []Alarm
	// AckAlarm says that somebody has seen it; once more is no error. Kind: NotFound.
	AckAlarm(ctx context.Context, id string) error
	// ShelveAlarm puts an alarm away for a while, 24 h at most, with a reason; for 0 it counts again
	// at once. Kinds: NotFound, BadInput.
	ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error
}
