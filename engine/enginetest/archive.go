package enginetest

import (
	"context"
	"slices"

	"pubpoint/engine"
)

// SetArchive sets the answer of ArchivedEvents for a point, newest first.
func (f *Fake) SetArchive(point string, events []engine.ArchivedEvent) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.archives[point] = slices.Clone(events)
}

// ArchivedEvents implements engine.Archives.
func (f *Fake) ArchivedEvents(_ context.Context, point string) ([]engine.ArchivedEvent, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse("ArchivedEvents"); err != nil {
		return nil, err
	}
	if _, ok := f.points[point]; !ok {
		return nil, noPoint("list archive", point)
	}
	return slices.Clone(f.archives[point]), nil
}

// PurgeArchive implements engine.Archives.
func (f *Fake) PurgeArchive(_ context.Context, point string, what engine.Purge) (engine.Purged, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("PurgeArchive", point, what); err != nil {
		return engine.Purged{}, err
	}
	if _, ok := f.points[point]; !ok {
		return engine.Purged{}, noPoint("purge archive", point)
	}
	if (what.Event == "") == what.Before.IsZero() {
		return engine.Purged{}, &engine.Error{Op: "purge archive", Point: point, Kind: engine.BadInput,
			Text: "A purge names either an event or a time; give one of the two."}
	}
	var purged engine.Purged
	var kept []engine.ArchivedEvent
	for _, e := range f.archives[point] {
		named := e.ID == what.Event
		switch {
		case named && e.Current:
			return engine.Purged{}, &engine.Error{Op: "purge archive", Point: point, Kind: engine.Conflict,
				Text: "The event " + e.ID + " is the one that the point shows; only earlier ones can be purged."}
		case named || !e.Current && !what.Before.IsZero() && e.Ended.Before(what.Before):
			purged.Events = append(purged.Events, e.ID)
			purged.Bytes += e.Bytes
		default:
			kept = append(kept, e)
		}
	}
	if what.Event != "" && len(purged.Events) == 0 {
		return engine.Purged{}, &engine.Error{Op: "purge archive", Point: point, Kind: engine.NotFound,
			Text: "The publishing point " + point + " has no event " + what.Event + "; list its archive again."}
	}
	f.archives[point] = kept
	return purged, nil
}
