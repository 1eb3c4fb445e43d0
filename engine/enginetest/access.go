package enginetest

import (
	"context"
	"fmt"
	"time"

	"pubpoint/engine"
)

// withoutSecrets is a configuration as an engine hands it out: without secrets, and with the scheme of
// every credential.
func withoutSecrets(before, cfg engine.PointConfig) engine.PointConfig {
	cfg = cfg.Clone()
	for i := range cfg.IngestAuth {
		c := &cfg.IngestAuth[i]
		c.Secret = ""
		for _, old := range before.IngestAuth {
			if c.Scheme == "" && old.Name == c.Name && old.Kind == c.Kind {
				c.Scheme = old.Scheme
			}
		}
		if c.Scheme == "" {
			c.Scheme = engine.SchemePBKDF2
			if c.Kind == engine.CredentialToken {
				c.Scheme = engine.SchemeSHA256
			}
		}
	}
	return cfg
}

// SignPlayback implements engine.Access. What it signs names the end and the key's number.
func (f *Fake) SignPlayback(_ context.Context, point string, length time.Duration) ([]engine.Link, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("SignPlayback", point, length); err != nil {
		return nil, err
	}
	if err := f.signable("sign playback", point); err != nil {
		return nil, err
	}
	if length < time.Second || length > engine.MaxPlayback {
		return nil, &engine.Error{Op: "sign playback", Point: point, Kind: engine.BadInput,
			Text: "Links are signed for a second to ten years; choose another length."}
	}
	base := f.addresses.Media + "/" + point + ".isml/"
	key := fmt.Sprintf("~%d-%d/", f.now().Add(length).Unix(), f.rotated[point])
	return []engine.Link{
		{Label: "Preview", URL: base + key, Browse: true},
		{Label: "Smooth Streaming", URL: base + key + "Manifest"},
	}, nil
}

// RotatePlaybackKey implements engine.Access.
func (f *Fake) RotatePlaybackKey(_ context.Context, point string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("RotatePlaybackKey", point); err != nil {
		return err
	}
	if err := f.signable("rotate playback key", point); err != nil {
		return err
	}
	f.rotated[point]++
	return nil
}

// signable reports why playback of a point cannot be signed. The lock is held.
func (f *Fake) signable(op, point string) error {
	p, ok := f.points[point]
	switch {
	case !ok:
		return noPoint(op, point)
	case !p.Config.SignedPlayback:
		return &engine.Error{Op: op, Point: point, Kind: engine.Conflict,
			Text: "The publishing point " + point + " does not ask for signed URLs; turn signed playback on first."}
	}
	return nil
}
