package presentation

import "context"

// Source is a presentation that can be asked again. The index of a live point and a sealed
// archive both are one. All methods may be called from any goroutine.
type Source interface {
	// View returns the newest view, and nil while nothing has been published.
	View() *View
	// Wait returns the newest view as soon as its Version is greater than after. It fails
	// when ctx ends, or when no more can come.
	Wait(ctx context.Context, after uint64) (*View, error)
}
