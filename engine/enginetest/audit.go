package enginetest

import (
	"slices"

	"pubpoint/engine"
)

// Record implements engine.Auditor; it keeps everything.
func (f *Fake) Record(a engine.Action) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a.Seq = int64(len(f.actions)) + 1
	if a.At.IsZero() {
		a.At = f.now()
	}
	f.actions = append(f.actions, a)
}

// Actions implements engine.Auditor.
func (f *Fake) Actions(limit int, after int64) []engine.Action {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := min(max(0, int(after)), len(f.actions))
	found := f.actions[from:]
	if len(found) > limit && after > 0 {
		found = found[:limit]
	}
	return slices.Clone(found[max(0, len(found)-limit):])
}
