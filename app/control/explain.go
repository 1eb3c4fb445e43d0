package control

import (
	"context"
	"errors"

	"pubpoint/engine"
)

// explain makes of any failure an *engine.Error with a sentence for people. A sentence that
// is there already is kept.
func explain(op, point string, err error) error {
	if err == nil {
		return nil
	}
	if told(err) {
		return err
	}
	kind := engine.KindOf(err)
	text := sentence(kind)
	var ours *engine.Error
	if !errors.As(err, &ours) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		kind, text = engine.Unavailable, "This took too long and was given up; look at the state and try again."
	}
	return &engine.Error{Op: op, Point: point, Kind: kind, Text: text, Err: err}
}

// told reports whether somebody below has found a sentence for err.
func told(err error) bool {
	for e := err; e != nil; e = errors.Unwrap(e) {
		var ours *engine.Error
		if !errors.As(e, &ours) {
			return false
		}
		if ours.Text != "" {
			return true
		}
		e = ours
	}
	return false
}

// unsaved is the failure to write an order down; nothing was ordered then.
func unsaved(op, point string, err error) error {
	return &engine.Error{Op: op, Point: point, Kind: engine.Storage, Err: err,
		Text: "The order could not be written down and was not given: " + err.Error() + "."}
}

// sentence says what each kind of failure means when nobody has said it better.
func sentence(kind engine.Kind) string {
	switch kind {
	case engine.BadInput:
		return "What was asked makes no sense; correct it and try again."
	case engine.NotFound:
		return "There is no such thing any more; look at the list again."
	case engine.Conflict:
		return "This is not possible in the present state; wait for it to change and try again."
	case engine.Unsupported:
		return "This codec or feature cannot be handled; choose another."
	case engine.TooLarge:
		return "This is beyond a limit; make it smaller."
	case engine.Storage:
		return "The disk refused; see that it has room and may be written to, then try again."
	case engine.Unavailable:
		return "This is not possible now; try again later."
	case engine.Unauthorized:
		return "This needs other credentials."
	default:
		return "Something went wrong inside Pubpoint; the log says more."
	}
}
