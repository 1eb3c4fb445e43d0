package control

import (
	"context"
	"time"

	"pubpoint/engine"
)

// SignPlayback returns the preview page and the client manifests of a point that asks for
// signatures, signed until length from now. Kinds: NotFound, Conflict, BadInput.
func (d *Desk) SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error) {
	links, err := d.engine.SignPlayback(ctx, point, length)
	return links, explain("sign playback", point, err)
}

// RotatePlaybackKey makes all links that were signed before worthless. Kinds: NotFound,
// Conflict, Storage.
func (d *Desk) RotatePlaybackKey(ctx context.Context, point string) error {
	return explain("rotate playback key", point, d.engine.RotatePlaybackKey(ctx, point))
}
