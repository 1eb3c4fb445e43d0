package node

import (
	"log/slog"

	"pubpoint/app/settings"
	"pubpoint/engine/origin"
)

// newOrigin makes the real origin of settings.
func newOrigin(s settings.Settings, log *slog.Logger, version string) (Origin, error) {
	return origin.New(origin.Config{Root: s.Root, Listen: s.Listen, FFmpeg: s.FFmpeg, StateDir: s.StateDir(), Version: version, Logger: log})
}
