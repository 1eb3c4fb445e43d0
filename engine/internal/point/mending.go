package point

import (
	"slices"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// maxMended is how much of a second a piece without length may begin too late: more than the
// longest frame of sound and the slowest pictures, less than what is worth calling a gap.
const maxMended = 5

// mend puts a picture or a frame of sound that lasts 0 where it belongs. Encoders that send each on
// its own may foresee a frame's duration from the one after the next: it begins where the
// next one does, too late by its own length, and lasts 0. The frame is there and the time
// for it too, so it fills what is missing before it. Live and read back from disk it is the
// same, because it looks at nothing but what the track has taken.
func (t *track) mend(a *accepted) {
	f := a.f
	if t.init.Type == string(engine.Text) || f.Duration != 0 || f.Count != 1 || f.HasTfxd ||
		t.fragments == 0 || a.shift != t.shift || a.discontinuity {
		return
	}
	late := a.decode() - t.decode
	if late <= sameTime || late > engine.Ticks(t.init.Timescale/maxMended) {
		return
	}
	a.f, a.late = mended(f, int64(late)), int32(late)
}

// mended returns a piece of one sample that begins earlier and lasts until it began.
func mended(f *fmp4.Fragment, late int64) *fmp4.Fragment {
	m := *f
	m.Samples = slices.Clone(f.Samples)
	m.DecodeStart, m.Start, m.Duration = f.DecodeStart-late, f.Start-late, late
	if len(m.Samples) > 0 { // an index file tells no samples
		m.Samples[0].Duration = uint32(late)
	}
	return &m
}
