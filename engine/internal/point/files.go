package point

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/servermanifest"
)

// Names of the meta elements that we add to the server manifest. They make an event that
// is read back the same one: the same look-ahead gives the same bytes.
const (
	metaEvent     = "pubpoint.event"
	metaName      = "pubpoint.name" // what encoders call the event; see event.name
	metaLookAhead = "pubpoint.lookAhead"
	metaZeroTime  = "pubpoint.zeroTime"
	metaOrigin    = "pubpoint.origin" // when the event began, presentation time in seconds
	metaBase      = "pubpoint.base"   // end of all earlier events, 100 ns
	metaEnd       = "pubpoint.end"    // end of this one, 100 ns; when it is sealed
	metaEnded     = "pubpoint.ended"

	metaClientManifest = servermanifest.MetaClientManifest
	metaLost           = servermanifest.MetaLost
)

// paramSegments is a param of a source in the server manifest: the numbers of the archive
// files that the track is in, as in "1-3 5". The first is that of src.
const paramSegments = "pubpointSegments"

// paramCounts is a param of a source in the server manifest: which numbers the spans of its stream
// have when some before them are gone, as start, number and jumps of index.Count, each after the
// other. mostCounts bounds how many it tells.
const (
	paramCounts = "pubpointCounts"
	mostCounts  = 32
)

// paramLearnt is a param of a source in the server manifest: what was known of the track's pieces
// where the first of its files that are left begins, as mode and singles.
const paramLearnt = "pubpointPieces"

// eventsDir holds the files of earlier events, a directory each.
const eventsDir = "events"

// begin makes a new event; name is what the encoder calls it, if it does. The last one's files are moved aside; it is shown until the new
// one has its first fragment.
func (w *writer) begin(name string) error {
	if w.event != nil {
		w.highWater = max(w.highWater, w.event.end())
		if err := w.moveEvent(w.event, ".", w.event.dir()); err != nil {
			w.fail("The last event's files cannot be moved aside: "+err.Error()+".", "Check the directory's permissions and free space.", err)
			return &engine.Error{Point: w.cfg.Name, Kind: engine.Storage, Text: w.reason + " " + w.action, Err: err}
		}
	}
	w.settle()
	w.adopt()
	id := w.eventID(name)
	w.previous = w.event
	w.findings = w.newFindings()
	w.event = &event{
		id: id, name: name, streams: map[string]*stream{}, base: w.highWater, recent: w.cfg.Recent,
		idx: index.New(index.Config{Point: w.cfg.Name, Event: id, Window: w.settings.DVRWindow, LookAhead: w.settings.LookAhead, After: w.version, Now: w.cfg.Now}),
	}
	return nil
}

// dir is where the files of an event lie once another one has begun.
func (e *event) dir() string { return eventsDir + "/" + e.id }

// moveEvent moves the files of an event, in its turn.
func (w *writer) moveEvent(e *event, from, to string) error {
	// The server manifest last: as long as it stands, the event is where it was.
	names := append(append([]string{w.base() + ".ismc"}, e.archiveFiles()...), w.base()+".ism")
	return w.onDisk(func(dir archive.Directory) error {
		for _, sg := range e.allSegments() {
			for _, f := range sg.opened() {
				f.Moved(path.Join(to, sg.name))
			}
		}
		return move(dir, names, from, to)
	})
}

// archiveFiles are the names of an event's media files, and of their index files.
func (e *event) archiveFiles() []string { return namesOf(e.allSegments()) }

// namesOf are the names of segments and of their index files. Under the name of one that has
// vanished there may be a file of somebody else.
func namesOf(segments []*segment) []string {
	var names []string
	for _, sg := range segments {
		if !sg.gone {
			names = append(names, sg.name, archive.IndexName(sg.name))
		}
	}
	return names
}

// move moves files from one directory to another. What is not there is left out.
func move(dir archive.Directory, names []string, from, to string) error {
	if err := dir.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		if err := dir.Rename(path.Join(from, name), path.Join(to, name)); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

// remove removes files. What is not there is left out.
func remove(dir archive.Directory, names []string) error {
	var errs []error
	for _, name := range names {
		if err := dir.Remove(name); err != nil && !missing(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// settle lets the last event go, once the new one has something to show.
func (w *writer) settle() {
	if w.previous == nil {
		return
	}
	w.retire(w.previous)
	w.previous = nil
}

// retire lets an event go that is no longer shown. Its files are closed when the next one
// follows it, because some readers are in the middle of them; the rest of it is forgotten.
func (w *writer) retire(e *event) {
	w.letGo(w.bygone)
	w.bygone = e
	if e == nil {
		return
	}
	e.idx, e.hot = nil, nil
	for _, st := range e.order {
		for _, t := range st.tracks {
			t.handle = nil
		}
	}
}

// letGo closes the files of an event that is not shown any more, in its turn.
func (w *writer) letGo(e *event) {
	if e == nil {
		return
	}
	log := w.log
	w.disk.rec.Add(archive.Task{Do: func() {
		if err := e.close(); err != nil {
			log.Warn("files of an event did not close", "event", e.id, "err", err)
		}
	}})
}

// seal ends the event: timeline complete, archives sealed, manifests written. The event
// plays on whatever fails; the error says what did.
func (w *writer) seal() error {
	e := w.event
	var errs []error
	for _, st := range e.order {
		errs = append(errs, w.releaseStream(st, true), w.completeOpen(st))
	}
	if e.ended.IsZero() {
		e.ended = w.now()
	}
	errs = append(errs, w.takeHeld(true))
	e.idx.End()
	e.idx.SetChanged(e.ended)
	w.highWater = max(w.highWater, e.end())
	for _, st := range e.order {
		for _, sg := range st.segments {
			w.finish(st, sg)
		}
	}
	drained := w.onDisk(func(archive.Directory) error { return nil }) // all before it is done then
	errs = append(errs, drained)
	for _, st := range e.order {
		for _, sg := range st.segments {
			errs = append(errs, sg.failed)
		}
	}
	if w.settings.Archive {
		manifest, err := w.cfg.ClientManifest(e.view())
		if err == nil && drained == nil {
			e.clientSum = servermanifest.Sum(manifest)
			err = w.onDisk(func(dir archive.Directory) error { return archive.WriteFile(dir, w.base()+".ismc", manifest) })
		}
		errs = append(errs, err)
	}
	if drained == nil {
		text := servermanifest.Stamp(servermanifest.Write(w.document(true)))
		err := w.onDisk(func(dir archive.Directory) error { return archive.WriteFile(dir, w.base()+".ism", text) })
		w.manifestWritten(err)
		errs = append(errs, err)
	}
	w.retention = w.now() // an ended event may be what has to go next
	return errors.Join(errs...)
}

// writeServerManifest rewrites the .ism with the streams that have arrived. While live a
// failure is tried again with the next change: players do not read this file.
func (w *writer) writeServerManifest() {
	text := servermanifest.Stamp(servermanifest.Write(w.document(false)))
	w.unwritten, w.event.untold = false, false
	if w.writing > 0 && bytes.Equal(text, w.queued) {
		return
	}
	// In its turn: what names a file of media is there before a fragment in it counts as kept.
	w.writing, w.queued = w.writing+1, text
	w.later(func(dir archive.Directory) error { return archive.WriteFile(dir, w.base()+".ism", text) }, (*writer).manifestWritten)
}

// manifestWritten is told how writing the server manifest went.
func (w *writer) manifestWritten(err error) {
	w.writing--
	if err == nil {
		w.hampered = ""
		return
	}
	w.unwritten = true
	if w.hampered == "" {
		w.log.Error("server manifest not written", "err", err)
	}
	w.hampered = "The server manifest " + w.base() + ".ism cannot be written: " + cause(err) + "."
}

// flush writes the server manifest of a live event when it has changed.
func (w *writer) flush() {
	if w.event != nil && w.event.untold && w.writing == 0 {
		w.unwritten = true // one at a time: a disk that loses media is in trouble
	}
	if w.unwritten && w.event != nil && w.event.idx.Live() && w.root != nil {
		w.writeServerManifest()
	}
}

// hear does what follows from what the recorder has told.
func (w *writer) hear() {
	w.listen()
	if w.hampered == "" {
		w.flush()
	}
	if w.unsealed && w.state == engine.StateStopped && w.behind() < 0 && w.overdue {
		// The disk has answered at last; conclude tells what fails.
		_ = w.conclude()
	}
}

func (w *writer) document(sealed bool) *servermanifest.Document {
	e := w.event
	d := &servermanifest.Document{Title: w.settings.Title}
	d.Meta = append(d.Meta,
		servermanifest.Pair{Name: metaEvent, Value: e.id},
		servermanifest.Pair{Name: metaLookAhead, Value: strconv.Itoa(e.idx.LookAhead())},
		servermanifest.Pair{Name: metaBase, Value: strconv.FormatInt(int64(e.base), 10)})
	if e.name != "" {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaName, Value: e.name})
	}
	if zero, ok := e.idx.Zero(); ok {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaZeroTime, Value: zero.UTC().Format(time.RFC3339Nano)})
	}
	if origin, ok := e.idx.Origin(); ok {
		d.Meta = append(d.Meta, servermanifest.Pair{Name: metaOrigin, Value: strconv.FormatInt(int64(origin/time.Second), 10)})
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
			src, rest := e.streams[t.Source].listed()
			source := servermanifest.Source{
				Type: t.Init.Type, Src: src, SystemBitrate: uint32(t.Bitrate),
				SystemLanguage: t.Init.Language, TrackID: t.Init.ID, TrackName: stream.Name,
				Params: textParams(stream.Text),
			}
			if rest != "" {
				source.Params = append(source.Params, servermanifest.Pair{Name: paramSegments, Value: rest})
			}
			if counts := formatCounts(index.CountsOf(stream, mostCounts)); counts != "" {
				source.Params = append(source.Params, servermanifest.Pair{Name: paramCounts, Value: counts})
			}
			if begun := e.streams[t.Source].learntAtFirst(t.Init.ID); begun != (learnt{}) {
				source.Params = append(source.Params, servermanifest.Pair{Name: paramLearnt, Value: begun.String()})
			}
			d.Sources = append(d.Sources, source)
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
	w.letGo(e)
	w.removeFiles(append(e.archiveFiles(), w.base()+".ism"))
	w.event, w.previous = w.previous, nil
	if w.event != nil {
		if err := w.moveEvent(w.event, w.event.dir(), "."); err != nil {
			w.log.Error("the last event's files stay aside", "dir", w.event.dir(), "err", err)
		}
	}
}

// removeArchive removes the files of a stream that has received nothing.
func (w *writer) removeArchive(st *stream) {
	gone := &event{id: w.event.id, order: []*stream{st}}
	w.letGo(gone)
	w.removeFiles(gone.archiveFiles())
}

// removeFiles removes files that hold no media, in its turn.
func (w *writer) removeFiles(names []string) {
	w.later(func(dir archive.Directory) error { return remove(dir, names) }, func(w *writer, err error) {
		if err != nil {
			w.log.Warn("files that hold nothing stay", "err", err)
		}
	})
}

func indexTrack(t *track) index.Track {
	return index.Track{
		Name: t.name, Type: engine.MediaType(t.init.Type), Bitrate: t.rate, Source: t.stream.id,
		Header: t.stream.header.Init, Init: t.init, Text: t.text,
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
