package origin

import (
	"context"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/doctor"
)

// DiagnoseOptions say how Diagnose examines. The zero value is usual.
type DiagnoseOptions struct {
	StreamID string        // under which the stream is posted; its bitrates are held against it
	Span     time.Duration // how long an address, a pipe or a device is examined; 0 means 30 s
}

// Diagnose examines an encoder's stream without an origin, by the rules that publishing points
// have: a file with what it posts, or an http or https address of a publishing point's client
// manifest or of such a stream. What is wrong with a stream is in the diagnosis; an error, of
// kind BadInput, says that there was nothing to examine.
func Diagnose(ctx context.Context, what string, o DiagnoseOptions) (engine.Diagnosis, error) {
	return doctor.Examine(ctx, what, doctor.Options{ID: o.StreamID, Span: o.Span})
}
