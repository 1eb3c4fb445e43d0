package point

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/servermanifest"
)

// Names of the meta elements that we add to the server manifest. They make an event that
// is read back the same one: the same look-ahead gives the same bytes.
const (
	metaEvent     = "pubpoint.event"
	metaLookAhead = "pubpoint.lookAhead"
	metaZeroTime  = "pubpoint.zeroTime"
	metaBase      = "pubpoint.base" // end of all earlier events, 100 ns
	metaEnd       = "pubpoint.end"  // end of this one, 100 ns; when it is sealed
	metaEnded     = "pubpoint.ended"

	metaClientManifest = servermanifest.MetaClientManifest
	metaLost           = servermanifest.MetaLost
	metaBegan          = "pubpoint.began"    // arrival of its first fragment; when it is sealed
	metaDuration       = "pubpoint.duration" // of its longest stream, 100 ns; when it is sealed
)

// eventTime is the time at which an event began, as its id.
const eventTime = "20060102T150405.000Z"

// eventsDir holds the files of earlier events, a directory each.
const eventsDir = "events"

func archiveName(stream string) string { return stream + ".ismv" }

// begin makes a new event. The last one's files are moved aside; it is shown until the new
// one has its first fragment.
func (w *writer) begin() error {
	if w.event != nil {
		w.highWater = max(w.highWater, w.event.end())
		if err := w.move(w.event, ".", w.event.dir()); err != nil {
			w.fail("The last event's files cannot be moved aside: "+err.Error()+".", "Check the directory's permissions and free space.", err)
			return &engine.Error{Point: w.cfg.Name, Kind: engine.Storage, Text: w.reason + " " + w.action, Err: err}
		}
	}
	w.settle()
	w.previous = w.event
	id := w.now().UTC().Format(eventTime)
	if w.previous != nil && w.previous.id == id {
		id += "-2" // within one millisecond
	}
	w.event = &event{
		id: id, streams: map[string]*stream{}, base: w.highWater,
		idx: index.New(index.Config{Point: w.cfg.Name, Event: id, Window: w.settings.DVRWindow, LookAhead: w.settings.LookAhead, After: w.version, Now: w.cfg.Now}),
	}
	return nil
}

// dir is where the files of an event lie once another one has begun.
func (e *event) dir() string { return eventsDir + "/" + e.id }

// move moves the files of an event. What is not there is left out.
func (w *writer) move(e *event, from, to string) error {
	if err := w.root.MkdirAll(to, 0o755); err != nil {
		return err
	}
	// The server manifest last: as long as it stands, the event is where it was.
	names := []string{w.base() + ".ismc"}
	for _, st := range e.order {
		names = append(names, archiveName(st.id), archive.IndexName(archiveName(st.id)))
	}
	for _, name := range append(names, w.base()+".ism") {
		if err := w.root.Rename(path.Join(from, name), path.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// settle lets the last event go, once the new one has something to show.
func (w *writer) settle() {
	if w.previous == nil {
		return
	}
	if err := w.previous.close(); err != nil {
		w.log.Warn("files of the last event did not close", "err", err)
	}
	w.previous = nil
}

// openArchive makes the archive file of a stream. Without one the stream goes on live.
func (w *writer) openArchive(st *stream) {
	if !w.settings.Archive {
		return
	}
	if err := w.putAside(archiveName(st.id)); err != nil {
		w.archiveBroke(st, err)
		return
	}
	file, err := archive.Create(w.root, archiveName(st.id), st.header.Raw, archive.Options{Sync: archive.SyncPolicy(w.settings.Fsync)})
	if err != nil {
		w.archiveBroke(st, err)
		return
	}
	st.file, st.bytes = file, file.Size()
}

// putAside moves a file that a crash, or somebody else, left under the name of a new
// archive.
func (w *writer) putAside(name string) error {
	if _, err := w.root.Stat(name); err != nil {
		return nil // nothing there; what else is wrong, Create will tell
	}
	dir := w.event.dir() + ".left"
	if err := w.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return w.root.Rename(name, path.Join(dir, name))
}

// keep archives what was accepted and keeps it in memory for the viewers at the live edge.
func (w *writer) keep(s *Session, take []accepted, in *Incoming) *archive.Media {
	st := take[0].t.stream
	media, err := w.record(s, st, in)
	switch {
	case err != nil:
		w.archiveBroke(st, err)
	case st.broken != "" && st.file != nil:
		st.broken = ""
		w.cfg.Tell(engine.Info, "The archive of "+st.id+" goes on.")
	}
	if media == nil {
		media = archive.NewMemory(in.Moof, in.Payload)
	}
	w.event.keep(media, take, in.Size(), w.cfg.HotBytes)
	return media
}

// record writes to the archive; it returns nil when there is none.
func (w *writer) record(s *Session, st *stream, in *Incoming) (*archive.Media, error) {
	if st.file == nil && st.broken != "" && st.unwritten() {
		w.openArchive(st) // the disk may work again
	}
	if st.file == nil {
		return nil, nil
	}
	if err := st.file.Mark(archive.Mark{Shift: int64(s.clock.shift), Discontinuity: s.unmarked}); err != nil {
		return nil, err
	}
	s.unmarked = false
	media, err := st.file.Append(in.Moof, in.MdatHeader, in.Payload)
	st.bytes = st.file.Size()
	return media, err
}

// archiveBroke tells once that a stream is not being kept. Live goes on from memory.
func (w *writer) archiveBroke(st *stream, err error) {
	if st.broken == "" {
		w.log.Error("archive failed", "stream", st.id, "err", err)
		w.cfg.Tell(engine.Failure, engine.Sentence(err)+" Live goes on from memory.")
	}
	st.broken = engine.Sentence(err)
}

// seal ends the event: timeline complete, archives sealed, manifests written. The event
// plays on whatever fails; the error says what did.
func (w *writer) seal() error {
	e := w.event
	e.ended = w.now()
	e.idx.End()
	var errs []error
	for _, st := range e.order {
		if st.file == nil {
			continue
		}
		tracks := make([]fmp4.TrackIndex, len(st.tracks))
		for i, t := range st.tracks {
			tracks[i] = fmp4.TrackIndex{TrackID: t.init.ID, Entries: t.index}
		}
		if !st.sealed {
			err := st.file.Seal(tracks)
			st.sealed = err == nil
			errs = append(errs, err)
		}
		st.bytes = st.file.Size()
	}
	w.highWater = max(w.highWater, e.end())
	if w.settings.Archive {
		manifest, err := w.cfg.ClientManifest(e.view())
		if err == nil {
			e.clientSum = servermanifest.Sum(manifest)
			err = archive.WriteFile(w.root, w.base()+".ismc", manifest)
		}
		errs = append(errs, err)
	}
	errs = append(errs, w.writeServerManifest(true))
	return errors.Join(errs...)
}

// writeServerManifest rewrites the .ism with the streams that have arrived. While live a
// failure is tried again with the next change: players do not read this file.
func (w *writer) writeServerManifest(sealed bool) error {
	err := archive.WriteFile(w.root, w.base()+".ism", servermanifest.Stamp(servermanifest.Write(w.document(sealed))))
	w.unwritten = err != nil
	if err == nil {
		w.hampered = ""
	}
	if err != nil {
		if w.hampered == "" {
			w.log.Error("server manifest not written", "err", err)
		}
		w.hampered = "The server manifest " + w.base() + ".ism cannot be written: " + cause(err) + "."
		return fmt.Errorf("write %s.ism: %w", w.base(), err)
	}
	return nil
}

// flush writes the server manifest of a live event when it has changed.
func (w *writer) flush() {
	if w.unwritten && w.event != nil && w.event.idx.Live() && w.root != nil {
		// The next change tries again; writeServerManifest has logged it.
		_ = w.writeServerManifest(false)
	}
}

func (w *writer) document(sealed bool) *servermanifest.Document {
	e := w.event
	d := &servermanifest.Document{Title: w.settings.Title}
	d.Meta = append(d.Meta,
		servermanifest.Pair{Name: metaEvent, Value: e.id},
		servermanifest.Pair{Name: metaLookAhead, Value: strconv.Itoa(e.idx.LookAhead())},
		servermanifest.Pair{Name: metaBase, Value: strconv.FormatInt(int64(e.base), 10)})
	if zero, ok := e.idx.Zero(); ok {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaZeroTime, Value: zero.UTC().Format(time.RFC3339Nano)})
	}
	if sealed {
		if w.settings.Archive {
			d.ClientManifest = w.base() + ".ismc"
			d.Meta = append(d.Meta, servermanifest.Pair{Name: metaClientManifest, Value: e.clientSum})
		}
		d.Meta = append(d.Meta,
			servermanifest.Pair{Name: metaEnded, Value: e.ended.UTC().Format(time.RFC3339Nano)},
			servermanifest.Pair{Name: metaEnd, Value: strconv.FormatInt(int64(e.end()), 10)})
		d.Meta = append(d.Meta, e.facts()...)
	}
	d.Meta = append(d.Meta, e.lossPairs()...)
	for _, stream := range e.view().Streams {
		for _, t := range stream.Tracks {
			d.Sources = append(d.Sources, servermanifest.Source{
				Type: t.Init.Type, Src: archiveName(t.Source), SystemBitrate: uint32(t.Bitrate),
				SystemLanguage: t.Init.Language, TrackID: t.Init.ID, TrackName: stream.Name,
			})
		}
	}
	return d
}

// dropEmptyEvent forgets an event that has received nothing, and its files; the event
// before it comes back.
func (w *writer) dropEmptyEvent() {
	e := w.event
	if e == nil || !e.idx.Live() || !e.empty() {
		return
	}
	if err := e.close(); err != nil {
		w.log.Warn("files of an empty event did not close", "err", err)
	}
	names := []string{w.base() + ".ism"}
	for _, st := range e.order {
		if st.file != nil {
			names = append(names, archiveName(st.id))
		}
	}
	for _, name := range names {
		if err := w.root.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			w.log.Warn("file of an empty event stays", "file", name, "err", err)
		}
	}
	w.event, w.previous = w.previous, nil
	if w.event != nil {
		if err := w.move(w.event, w.event.dir(), "."); err != nil {
			w.log.Error("the last event's files stay aside", "dir", w.event.dir(), "err", err)
		}
	}
}

func indexTrack(t *track) index.Track {
	return index.Track{
		Name: t.name, Type: engine.MediaType(t.init.Type), Bitrate: t.rate, Source: t.stream.id,
		Header: t.stream.header.Init, Init: t.init,
	}
}

// probe makes sure that the directory can be written, so that the operator is told before
// an encoder comes.
func probe(root archive.Directory) error {
	const name = ".pubpoint-probe"
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := root.Remove(name); err != nil {
		return fmt.Errorf("remove probe: %w", err)
	}
	return nil
}
