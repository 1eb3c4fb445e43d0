package engine

import (
	"errors"
	"strings"
)

// Kind is the class of a failure: what a caller can do about it. The zero value stands
// for a defect of our own.
type Kind int

// The kinds.
const (
	Internal     Kind = iota // a defect: nothing the caller did
	BadInput                 // what was asked makes no sense: change it
	NotFound                 // there is no such thing
	Conflict                 // not possible in this state
	Unsupported              // a codec or feature that cannot be handled
	TooLarge                 // beyond a limit
	Storage                  // the disk refused
	Unavailable              // not now: try again later
	Unauthorized             // no or wrong credentials
)

// String names k for logs.
func (k Kind) String() string {
	names := [...]string{"internal", "bad input", "not found", "conflict", "unsupported", "too large", "storage", "unavailable", "unauthorized"}
	if k < 0 || int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Error is a failure with what was tried, where, and of what kind.
type Error struct {
	Op    string // what was tried: "create point"
	Point string // name of the publishing point; may be empty
	Kind  Kind
	Text  string // one sentence for people: cause and next step; may be empty
	Err   error  // cause; may be nil
}

// Error gives operation, point and cause in one line.
func (e *Error) Error() string {
	parts := make([]string, 0, 4)
	if e.Op != "" {
		parts = append(parts, e.Op)
	}
	if e.Point != "" {
		parts = append(parts, e.Point)
	}
	if e.Text != "" {
		parts = append(parts, e.Text)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) == 0 {
		return e.Kind.String()
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, and Internal when there is
// none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Sentence returns what to tell people about err: the Text of the first *Error in its
// chain that has one, else err's own words.
func Sentence(err error) string {
	for e := err; e != nil; e = errors.Unwrap(e) {
		var ours *Error
		if !errors.As(e, &ours) {
			break
		}
		if ours.Text != "" {
			return ours.Text
		}
		e = ours
	}
	if err == nil {
		return ""
	}
	return err.Error()
}
