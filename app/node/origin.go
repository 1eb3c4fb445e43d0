package node

import (
	"log/slog"

	"pubpoint/app/settings"
	"pubpoint/engine/origin"
)

// newOrigin makes the real origin of settings.
func newOrigin(s settings.Settings, log *slog.Logger, version string) (Origin, error) {
	cfg := origin.Config{Root: s.Root, Listen: s.Listen, FFmpeg: s.FFmpeg, StateDir: s.StateDir(), Version: version, Logger: log}
	if s.Limits != nil {
		cfg.Limits = *s.Limits
	}
	return origin.New(cfg)
}
