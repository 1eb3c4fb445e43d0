package engine

import (
	"time"
)

// Severity tells how much an event matters. The zero value is not used.
type Severity string

// The severities.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Failure Severity = "error"
)

// Event is something that happened, in words.
type Event struct {
	Seq      int64 // grows by one an event
	At       time.Time
	Severity Severity
	Point    string // empty when it concerns the whole engine
	Encoder  string // id; empty when it concerns no encoder
	Text     string // one sentence
	Note     bool   // an operator marked this moment; Text is what was written, or empty
	Missed   int    // events lost before this one because the receiver was slow
}
