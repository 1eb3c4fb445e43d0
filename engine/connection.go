package engine

import "time"

// Connection is how an engine on another machine is reached from here.
type Connection struct {
	Name string // of the engine, as it was asked for: "rack-1:8089"
	// Up reports whether it answers. While it does not, everything that is told of it is what was known
	// at Known.
	Up     bool
	Known  time.Time     // when it answered last, by its own clock; zero before the first answer
	Silent time.Duration // how long ago that was, or since it was asked first
	Now    time.Time     // its clock now; Known while it does not answer
	Reason string        // one sentence: why it is not Up; else empty
	// WantsToken is true when the engine refuses the token, or there is none.
	WantsToken bool
}
