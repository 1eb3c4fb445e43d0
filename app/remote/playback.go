package remote

import (
	"context"
	"net/http"
	"time"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// SignPlayback returns links of a point that asks for signatures, by which this machine reaches it.
func (e *Engine) SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error) {
	a, err := e.work(ctx, question{op: "sign playback", method: http.MethodPost, path: []string{"points", point, "playback-links"}, body: api.SigningBody(length)})
	if err != nil {
		return nil, err
	}
	return api.ReadLinks(a.body)
}

// RotatePlaybackKey makes all links that were signed before worthless.
func (e *Engine) RotatePlaybackKey(ctx context.Context, point string) error {
	_, err := e.order(ctx, question{op: "rotate playback key", method: http.MethodPost, path: []string{"points", point, "playback-key"}})
	return err
}
