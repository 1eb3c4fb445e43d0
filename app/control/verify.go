package control

import (
	"context"

	"pubpoint/engine"
)

// VerifyArchive checks what a point has recorded of an event; empty stands for the one that it
// shows now. Progress, unless nil, is called now and then with the bytes read and to be read. Kinds: NotFound, Storage, Unavailable.
func (d *Desk) VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error) {
	v, err := d.engine.VerifyArchive(ctx, point, event, progress)
	return v, explain("verify archive", point, err)
}
