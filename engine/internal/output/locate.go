package output

import (
	"fmt"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// snap is how far, in ticks, a time may be off and still mean a fragment's end, as
// presentation.Track.Find has it for starts.
const snap = 8

// Locate returns the track's fragment at a time, for formats that give out what there is at
// once. Else it tells why there is none, as an *Error: Gone, Never or NotYet.
func Locate(v *presentation.View, t *presentation.Track, at engine.Ticks) (*presentation.Fragment, error) {
	if f, ok := t.Find(at); ok {
		return f, nil
	}
	n := len(t.Fragments)
	switch {
	case n > 0 && at < t.Fragments[0].Start:
		return nil, &Error{Kind: Gone, Text: fmt.Sprintf("The segment at %d is older than everything that is kept; seek to a later time.", at)}
	case n > 0 && at < t.Fragments[n-1].End()-snap:
		return nil, &Error{Kind: Never, Text: fmt.Sprintf("No segment begins at %d; use the times that the manifest lists.", at)}
	case v.Live && !t.Ended:
		return nil, &Error{Kind: NotYet, Text: "The segment is not there yet; ask again when the manifest lists it."}
	}
	return nil, &Error{Kind: Never, Text: fmt.Sprintf("The stream ended before %d.", at)}
}
