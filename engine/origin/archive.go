package origin

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/point"
)

// ArchivedEvents implements engine.Archives.
func (o *Origin) ArchivedEvents(_ context.Context, name string) ([]engine.ArchivedEvent, error) {
	return o.archived(name, -1)
}

// archived returns the newest events of a point, all of them when limit is negative.
func (o *Origin) archived(name string, limit int) (events []engine.ArchivedEvent, err error) {
	const op = "list archive"
	e := o.points.find(name, liveExt)
	if e == nil {
		return nil, noPoint(op, name)
	}
	root, err := o.root.OpenRoot(e.dir)
	if err != nil {
		return nil, archiveError(op, name, err)
	}
	defer func() {
		// Nothing has been written through the directory handle itself.
		_ = root.Close()
	}()
	ids, err := point.Earlier(root)
	if err != nil {
		return nil, archiveError(op, name, err)
	}
	if current, ok := o.currentEvent(e, root); ok {
		events = append(events, current)
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == current.ID })
	}
	for _, id := range ids {
		if limit >= 0 && len(events) >= limit {
			break
		}
		r, err := point.ReadRecorded(root, path.Base(name), id)
		if err != nil {
			o.cfg.Logger.Debug("an earlier event cannot be listed", "point", name, "event", id, "err", err)
			continue // being put aside, or not ours
		}
		event := engine.ArchivedEvent{ID: id, Title: r.Title, Began: r.Began, Ended: r.Ended, Duration: r.Duration}
		event.Files, event.Bytes = mediaFiles(root, point.EventDir(id))
		event.URL, event.Links = o.eventLinks(name, id)
		events = append(events, event)
	}
	return events, nil
}

// currentEvent is the event that the point's own address shows, and whether there is one.
func (o *Origin) currentEvent(e *entry, root *os.Root) (engine.ArchivedEvent, bool) {
	view, st := e.Source().View(), e.Status()
	if view == nil {
		return engine.ArchivedEvent{}, false
	}
	event := engine.ArchivedEvent{ID: view.Event, Title: st.Title, Began: st.Event.Began, Ended: st.Event.Ended,
		Duration: view.Duration(), Live: view.Live, Current: true}
	dir := "."
	if st.Event.ID != view.Event { // shown until the next one has something to show
		event.Began, event.Ended, dir = time.Time{}, time.Time{}, point.EventDir(view.Event)
		if r, err := point.ReadRecorded(root, path.Base(e.Name()), view.Event); err == nil {
			event.Began, event.Ended = r.Began, r.Ended
		}
	}
	event.Files, event.Bytes = mediaFiles(root, dir)
	event.URL, event.Links = o.eventLinks(e.Name(), view.Event)
	return event, true
}

// mediaFiles are the files of an event, by name. What is not of an event is left out.
func mediaFiles(root *os.Root, dir string) (files []engine.ArchiveFile, bytes int64) {
	entries, err := fs.ReadDir(root.FS(), dir)
	if err != nil {
		return nil, 0 // gone meanwhile
	}
	for _, f := range entries {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(f.Name(), ".") || strings.HasPrefix(f.Name(), "point.") {
			continue
		}
		files = append(files, engine.ArchiveFile{Name: f.Name(), Bytes: info.Size()})
		bytes += info.Size()
	}
	return files, bytes
}

// eventLinks are the addresses of an event: its Smooth Streaming manifest, and all of them.
func (o *Origin) eventLinks(name, id string) (manifest string, links []engine.Link) {
	base := o.Addresses().Media + "/" + name + liveExt + "/Events(" + id + ")/"
	links = append(links, engine.Link{Label: "Preview", URL: base, Browse: true})
	for _, l := range formatLinks(path.Base(name)) {
		links = append(links, engine.Link{Label: l.Label, URL: base + l.Path})
	}
	return base + "Manifest", links
}

// PurgeArchive implements engine.Archives.
func (o *Origin) PurgeArchive(ctx context.Context, name string, what engine.Purge) (engine.Purged, error) {
	const op = "purge archive"
	var purged engine.Purged
	if (what.Event == "") == what.Before.IsZero() {
		return purged, &engine.Error{Op: op, Point: name, Kind: engine.BadInput, Text: "A purge names either an event or a time; give one of the two."}
	}
	events, err := o.archived(name, -1)
	if err != nil {
		return purged, err
	}
	if what.Event != "" {
		i := slices.IndexFunc(events, func(e engine.ArchivedEvent) bool { return e.ID == what.Event })
		switch {
		case i < 0:
			return purged, &engine.Error{Op: op, Point: name, Kind: engine.NotFound, Text: "The publishing point " + name + " has no event " + what.Event + "; list its archive again."}
		case events[i].Current:
			return purged, &engine.Error{Op: op, Point: name, Kind: engine.Conflict, Text: "The event " + what.Event + " is the one that the point shows; only earlier ones can be purged."}
		}
	}
	for _, e := range events {
		if e.Current || e.ID != what.Event && (what.Before.IsZero() || e.Ended.IsZero() || !e.Ended.Before(what.Before)) {
			continue
		}
		if err := o.purgeEvent(ctx, name, e.ID); err != nil {
			return purged, archiveError(op, name, err)
		}
		purged.Events = append(purged.Events, e.ID)
		purged.Bytes += e.Bytes
		o.tellPoint(name, engine.Info, "The event "+e.ID+" has been purged.")
	}
	return purged, nil
}

// purgeEvent deletes one earlier event. Its directory gets another name first, so that it is
// gone at once or not at all.
func (o *Origin) purgeEvent(_ context.Context, name, id string) error {
	events := name + liveExt + "/" + path.Dir(point.EventDir(id))
	if e := o.points.find(name, liveExt); e != nil {
		events = e.dir + "/" + path.Dir(point.EventDir(id))
	}
	hidden := events + "/.purged-" + id
	if err := o.root.Rename(events+"/"+id, hidden); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return o.root.RemoveAll(hidden)
}

func archiveError(op, name string, err error) error {
	return &engine.Error{Op: op, Point: name, Kind: engine.Storage, Err: err,
		Text: "The archive of " + name + " cannot be read or changed: " + reason(err) + ". Check the directory's permissions."}
}
