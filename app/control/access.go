package control

import (
	"context"
	"time"

	"pubpoint/engine"
)

// SignPlayback returns the preview page and the client manifests of a point that asks for
// signatures, signed until length from now. Kinds: NotFound, Conflict, BadInput.
func (d *Desk) SignPlayback(ctx context.Context, point string, length time.Duration) (links []engine.Link, failed error) {
	defer d.audited(ctx, engine.Action{What: "sign playback", Point: point, Detail: "for " + length.String()}, &failed)
	links, err := d.engine.SignPlayback(ctx, point, length)
	return links, explain("sign playback", point, err)
}

// RotatePlaybackKey makes all links that were signed before worthless. Kinds: NotFound,
// Conflict, Storage.
func (d *Desk) RotatePlaybackKey(ctx context.Context, point string) (failed error) {
	defer d.audited(ctx, engine.Action{What: "rotate playback key", Point: point}, &failed)
	return explain("rotate playback key", point, d.engine.RotatePlaybackKey(ctx, point))
}
