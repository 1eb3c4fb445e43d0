package finding

import (
	"errors"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Coded is an error that names the finding that it is.
type Coded struct {
	Code string
	Err  error // cause; may be nil
}

// Error gives the code, and the cause.
func (c *Coded) Error() string {
	if c.Err == nil {
		return c.Code
	}
	return c.Code + ": " + c.Err.Error()
}

// Unwrap returns the cause.
func (c *Coded) Unwrap() error { return c.Err }

// CodeOf is the code of a refusal: what was wrong with a stream, or why an encoder was turned
// away. It is empty for a fault of our own, and for a connection that was just lost.
func CodeOf(err error) string {
	if coded := (*Coded)(nil); errors.As(err, &coded) {
		return coded.Code
	}
	if format := (*fmp4.FormatError)(nil); errors.As(err, &format) {
		return codeOfFormat(format)
	}
	if err == nil {
		return ""
	}
	switch engine.KindOf(err) {
	case engine.Unauthorized:
		return RefusedAuth
	case engine.Conflict, engine.NotFound, engine.Storage:
		return RefusedState
	case engine.Unavailable, engine.TooLarge:
		return RefusedLimit
	case engine.Unsupported:
		return CodecUnsupported
	case engine.BadInput:
		return StreamMalformed
	}
	return ""
}

// codeOfFormat is the code of a fault in a stream's boxes.
func codeOfFormat(f *fmp4.FormatError) string {
	if strings.Contains(f.Reason, CodecSetupMissing+":") {
		return CodecSetupMissing
	}
	switch f.Kind {
	case fmp4.BadOrder:
		return BoxOrder
	case fmp4.BadSize, fmp4.TooLarge, fmp4.Truncated:
		return BoxSize
	case fmp4.Unsupported:
		return CodecUnsupported
	}
	return StreamMalformed
}
