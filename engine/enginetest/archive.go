package enginetest

import (
	"cmp"
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

// UpdatePoint implements engine.Points.
func (f *Fake) UpdatePoint(_ context.Context, name string, cfg engine.PointConfig) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("UpdatePoint", name, cfg.Clone()); err != nil {
		return err
	}
	p, ok := f.points[name]
	if !ok {
		return noPoint("change settings", name)
	}
	if cfg.LookAhead < 0 || cfg.LookAhead > 3 || cfg.DVRWindow < 0 {
		return &engine.Error{Op: "change settings", Point: name, Kind: engine.BadInput, Text: "These settings cannot be used; correct them."}
	}
	if err := engine.CheckAccess(p.Config, cfg); err != nil {
		return err
	}
	p.Config, p.Title = withoutSecrets(p.Config, cfg), cmp.Or(cfg.Title, name)
	f.points[name] = p
	return nil
}

// DeletePoint implements engine.Points.
func (f *Fake) DeletePoint(_ context.Context, name string, how engine.Deletion) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("DeletePoint", name, how); err != nil {
		return err
	}
	p, ok := f.points[name]
	if !ok {
		return noPoint("delete point", name)
	}
	if (p.State == engine.StateStarted || p.State == engine.StateStopping) && !how.Force {
		return &engine.Error{Op: "delete point", Point: name, Kind: engine.Conflict, Text: "The publishing point is on air; stop it first, or force it."}
	}
	delete(f.points, name)
	delete(f.archives, name)
	return nil
}
