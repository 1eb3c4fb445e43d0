package node

import (
	"pubpoint/engine/origin"
)

// makeOrigin makes the origin that Deps want, or the real one.
func (n *Node) makeOrigin() (Origin, error) {
	s := n.settings
	if n.deps.NewOrigin != nil {
		return n.deps.NewOrigin(s, n.log, n.deps.Version)
	}
	cfg := origin.Config{Root: s.Root, Listen: s.Listen, FFmpeg: s.FFmpeg, StateDir: s.StateDir(), Version: n.deps.Version, Logger: n.log,
		TLS: n.tls(), RequireIngestAuth: s.RequireIngestAuth}
	if n.keeper != nil {
		cfg.PublicHost = n.keeper.PublicHost
	}
	if s.Limits != nil {
		cfg.Limits = *s.Limits
	}
	return origin.New(cfg)
}
