package engine

import "time"

// Action is something that somebody made the program do, and what became of it. It never holds a
// secret: neither passwords of addresses nor tokens nor the values of settings that may be one.
type Action struct {
	Seq     int64 // grows by one an action, also over restarts
	At      time.Time
	Who     string // "window", "program", or "api" and the address that the order came from
	What    string // what was wanted, stable: "create point"
	Point   string // may be empty
	Encoder string // id; may be empty
	Detail  string // of the order, in words; may be empty
	Outcome string // "done", or the kind of the failure: "conflict"
	Reason  string // one sentence when it failed; else empty
}

// Done is the outcome of an action that succeeded.
const Done = "done"

// Auditor remembers what was ordered, over restarts too. At least the newest 1000 actions are kept.
type Auditor interface {
	// Record remembers an action and gives it its Seq, and its time when it has none. It never waits.
	Record(a Action)
	// Actions returns those with a Seq greater than after, oldest first. Of more than limit the oldest
	// are given when after is positive, so that one can go on from there, else the newest.
	Actions(limit int, after int64) []Action
}
