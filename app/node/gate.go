package node

import (
	"pubpoint/engine/gate"
)

// adminGate bounds the connections of the admin listener.
func (n *Node) adminGate() *gate.Gate {
	cfg := gate.Config{Admin: true, Tell: func(text string) { n.log.Warn("admin API", "text", text) }}
	if n.settings.Limits != nil {
		cfg.Limits = *n.settings.Limits
	}
	return gate.New(cfg)
}
