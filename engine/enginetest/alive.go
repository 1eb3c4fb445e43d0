package enginetest

import "context"

// Alive is what origin.Origin has of that name; it fails with what was set for "Alive".
func (f *Fake) Alive(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failures["Alive"]
}
