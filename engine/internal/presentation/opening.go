package presentation

import "pubpoint/engine"

// Opening reports whether a live presentation has only just begun, so that a stream that
// will be there has nothing to show yet. Players read the list of streams once, and what a
// manifest lacks then they never play: it has to wait. One that stays silent is not waited
// for once another has two fragments to show.
func (v *View) Opening() bool {
	if !v.Live {
		return false
	}
	most, silent := 0, false
	for _, s := range v.Streams {
		if s.Sparse() || s.Type == engine.Text {
			continue
		}
		most, silent = max(most, len(s.Spans)), silent || len(s.Spans) == 0
	}
	return silent && most == 1
}
