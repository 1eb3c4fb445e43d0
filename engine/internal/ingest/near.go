package ingest

import (
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// near looks at what a fragment takes of the limits, with the bytes of all bodies that are in
// memory together with it.
func (in *intake) near(mdat fmp4.Box, tracks []*fmp4.Fragment) (c finding.Case, near bool) {
	if c, near = finding.OfFragment(in.target.Stream, int64(len(in.moof)), mdat.Size, tracks, in.h.cfg.Limits); near {
		return c, true
	}
	if used, limit, full := in.memory.near(); full {
		return finding.Near(in.target.Stream, "The memory of all encoders together, with a fragment", used, limit), true
	}
	return c, false
}
