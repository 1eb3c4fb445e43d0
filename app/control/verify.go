package control

import (
	"context"

	"pubpoint/engine"
)

// VerifyArchive checks what a point has recorded of an event; empty stands for the one that it
// shows now. Kinds: NotFound, Storage, Unavailable.
func (d *Desk) VerifyArchive(ctx context.Context, point, event string) (engine.Verification, error) {
	v, err := d.engine.VerifyArchive(ctx, point, event, nil)
	return v, explain("verify archive", point, err)
}
