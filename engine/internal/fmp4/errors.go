package fmp4

import (
	"fmt"
	"io"
)

// Kind says what class of fault a [FormatError] is, so that a caller can choose an
// answer without reading text.
type Kind uint8

const (
	// BadSize is a box size that cannot be: 0, smaller than its own header, beyond
	// its parent, or children that do not add up to it.
	BadSize Kind = iota + 1
	// TooLarge is a box, or a count, beyond the [Limits].
	TooLarge
	// BadOrder is a box where it must not be, such as a fragment before its header.
	BadOrder
	// Truncated is a stream that ended inside a box.
	Truncated
	// Unsupported is well-formed media that cannot be delivered.
	Unsupported
	// Malformed is any other content that breaks the specification.
	Malformed
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case BadSize:
		return "bad size"
	case TooLarge:
		return "too large"
	case BadOrder:
		return "bad order"
	case Truncated:
		return "truncated"
	case Unsupported:
		return "unsupported"
	case Malformed:
		return "malformed"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// FormatError tells what is wrong with a box. Reason is a sentence that a user can
// act on. Every error of this package about content is, or wraps, one of these;
// errors of the underlying reader are wrapped as they are.
type FormatError struct {
	// Box is the four-character type of the box at fault, or "" when there is none.
	Box string
	// Offset is where the box starts: in the stream for errors of a [Reader], in
	// the slice that was handed over for all others.
	Offset int64
	// Reason says what is wrong and, where there is one, what to do about it.
	Reason string
	// Kind is the class of the fault.
	Kind Kind
	// Err is the cause, or nil. It is [io.ErrUnexpectedEOF] for Truncated.
	Err error
}

// Error returns the fault as one line.
func (e *FormatError) Error() string {
	if e.Box == "" {
		return fmt.Sprintf("at byte %d: %s", e.Offset, e.Reason)
	}
	return fmt.Sprintf("box %q at byte %d: %s", e.Box, e.Offset, e.Reason)
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

func faultf(k Kind, box string, offset int64, format string, args ...any) *FormatError {
	return &FormatError{Box: box, Offset: offset, Kind: k, Reason: fmt.Sprintf(format, args...)}
}

func truncated(box string, offset int64, format string, args ...any) *FormatError {
	e := faultf(Truncated, box, offset, format, args...)
	e.Err = io.ErrUnexpectedEOF
	return e
}
