package control

import (
	"context"
	"time"

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
func (d *Desk) PurgeArchive(ctx context.Context, point string, what engine.Purge) (purged engine.Purged, failed error) {
	defer d.audited(ctx, engine.Action{What: "purge archive", Point: point, Detail: purging(what)}, &failed)
	purged, err := d.engine.PurgeArchive(ctx, point, what)
	return purged, explain("purge archive", point, err)
}

// purging says what is deleted.
func purging(what engine.Purge) string {
	if what.Event != "" {
		return "event " + what.Event
	}
	return "ended before " + what.Before.UTC().Format(time.RFC3339)
}
