package control

import (
	"context"

	"pubpoint/engine"
)

// ArchivedEvents returns the events of a point that can be played, newest first. Kinds:
// NotFound, Storage.
func (d *Desk) ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error) {
	events, err := d.engine.ArchivedEvents(ctx, point)
	return events, explain("list archive", point, err)
}

// PurgeArchive deletes earlier events of a point for good. Kinds: NotFound, BadInput,
// Conflict for what the point shows now, Storage.
func (d *Desk) PurgeArchive(ctx context.Context, point string, what engine.Purge) (engine.Purged, error) {
	purged, err := d.engine.PurgeArchive(ctx, point, what)
	return purged, explain("purge archive", point, err)
}
