package origin

import (
	"context"
	"time"

	"pubpoint/engine"
)

// SignPlayback implements engine.Access.
func (o *Origin) SignPlayback(_ context.Context, name string, _ time.Duration) ([]engine.Link, error) {
	return nil, o.unsigned("sign playback", name)
}

// RotatePlaybackKey implements engine.Access.
func (o *Origin) RotatePlaybackKey(_ context.Context, name string) error {
	return o.unsigned("rotate playback key", name)
}

func (o *Origin) unsigned(op, name string) error {
	if o.points.find(name, liveExt) == nil {
		return noPoint(op, name)
	}
	return &engine.Error{Op: op, Point: name, Kind: engine.Conflict, Text: "The publishing point " + name + " does not ask for signed URLs; turn signed playback on first."}
}
