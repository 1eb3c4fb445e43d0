package enginetest

import "pubpoint/engine"

// SetTraffic says what Traffic tells.
func (f *Fake) SetTraffic(t engine.Traffic) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.traffic = t
}

// Traffic implements engine.Meters.
func (f *Fake) Traffic() engine.Traffic {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.traffic
}
