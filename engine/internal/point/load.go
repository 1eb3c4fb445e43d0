package point

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/index"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// maxManifest is the most that is read of a .ism.
const maxManifest = 1 << 20

// load opens the directory and what it holds: a sealed event plays as video on demand, one
// that a crash left open goes on where it stopped.
func (w *writer) load() {
	if w.cfg.Refuse != "" {
		w.fail(w.cfg.Refuse, refusedAction, errors.New("access settings cannot be kept"))
		return
	}
	if w.event != nil { // read again after an error
		w.letGo(w.event)
		w.event = nil
		if err := w.onDisk(func(archive.Directory) error { return nil }); err != nil {
			w.fail("The disk does not answer.", "Mend it, then start the point again.", err)
			return
		}
	}
	if w.root == nil {
		root, err := w.cfg.openDirectory()
		if err != nil {
			w.fail("The directory of the publishing point cannot be opened: "+cause(err)+".", "Check that it exists and who may read it.", err)
			return
		}
		w.root = root
	}
	if !w.cfg.ReadOnly {
		if err := w.prepare(); err != nil {
			w.fail("The directory of the publishing point cannot be written: "+cause(err)+".", "Give the program write permission to it and free some space, then start the point again.", err)
			return
		}
	}
	w.enter(engine.StateIdle)
	e, err := w.readEvent()
	if err != nil {
		w.log.Warn("what is recorded cannot be read", "err", err)
		w.cfg.Tell(engine.Warning, "What is recorded here cannot be read: "+err.Error()+".")
	}
	if e == nil {
		return
	}
	w.event = e
	w.highWater = max(w.highWater, e.end())
	w.retention = w.now()
	if e.idx.Live() {
		e.lost = w.now()
		w.enter(engine.StateStarted)
		w.cfg.Tell(engine.Warning, "The event that was on air has been recovered and waits for its encoders.")
		return
	}
	w.enter(engine.StateStopped)
}

func (w *writer) prepare() error {
	if err := archive.Clean(w.root); err != nil {
		return err
	}
	if err := probe(w.root); err != nil && w.settings.Archive {
		return err
	}
	w.highWater = max(w.highWater, w.earlierEnd())
	return nil
}

// earlierEnd is the end of the newest of the events that were put aside.
func (w *writer) earlierEnd() engine.Ticks {
	dirs, err := fs.ReadDir(w.root.FS(), eventsDir)
	if err != nil {
		return 0 // none yet
	}
	var end engine.Ticks
	for _, d := range dirs {
		doc, err := w.readServerManifest(eventsDir + "/" + d.Name() + "/" + w.base() + ".ism")
		if err != nil {
			w.log.Warn("an earlier event cannot be read", "event", d.Name(), "err", err)
			continue
		}
		end = max(end, engine.Ticks(metaNumber(doc, metaEnd)))
	}
	return end
}

func (w *writer) readServerManifest(name string) (*servermanifest.Document, error) {
	return readManifest(w.root, name)
}

// regular is regular in the point's directory.
func (w *writer) regular(name string) (fs.FileInfo, error) { return regular(w.root, name) }

// readEvent rebuilds the event from its server manifest and archive files; nil when there
// is none.
func (w *writer) readEvent() (*event, error) {
	doc, err := w.readServerManifest(w.base() + ".ism")
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !w.cfg.ReadOnly {
		if err := w.undoMove(doc); err != nil {
			return nil, err
		}
	}
	_, err = w.root.Stat(w.base() + ".ismc")
	sealed := err == nil || w.cfg.ReadOnly || metaText(doc, metaEnded) != ""
	e := &event{id: metaText(doc, metaEvent), name: metaText(doc, metaName), base: engine.Ticks(metaNumber(doc, metaBase)), streams: map[string]*stream{}, losses: readLosses(doc), clientSum: metaText(doc, metaClientManifest), recent: w.cfg.Recent}
	if e.id == "" {
		e.id = "recorded"
	}
	if w.cfg.ReadOnly && w.settings.Title == "" {
		w.settings.Title = doc.Title
	}
	lookAhead := w.settings.LookAhead
	if metaText(doc, metaLookAhead) != "" {
		lookAhead = min(3, int(metaNumber(doc, metaLookAhead)))
	}
	e.idx = index.New(index.Config{Point: w.cfg.Name, Event: e.id, Window: w.settings.DVRWindow, LookAhead: lookAhead, Ordered: true, After: w.version, Now: w.cfg.Now})
	if zero, err := time.Parse(time.RFC3339Nano, metaText(doc, metaZeroTime)); err == nil {
		e.idx.SetZero(zero)
	}
	if text := metaText(doc, metaOrigin); text != "" {
		e.idx.SetOrigin(time.Duration(metaNumber(doc, metaOrigin)) * time.Second)
	}
	if e.ended, err = time.Parse(time.RFC3339Nano, metaText(doc, metaEnded)); err != nil {
		e.ended = time.Time{} // not told: a foreign file, or an open event
	}
	// Times were used up whether or not the media is still there.
	w.highWater = max(w.highWater, e.base, engine.Ticks(metaNumber(doc, metaEnd)))
	faults := w.readFiles(e, doc, sealed)
	if e.empty() {
		return nil, errors.Join(faults, e.close())
	}
	e.recall()
	if sealed {
		e.idx.End()
		e.idx.SetChanged(w.endOf(e))
	}
	return e, faults
}

// endOf is when an event that is read back ended: as its manifest tells, else when the
// manifest was written.
func (w *writer) endOf(e *event) time.Time {
	if !e.ended.IsZero() {
		return e.ended
	}
	if info, err := w.root.Stat(w.base() + ".ism"); err == nil {
		return info.ModTime()
	}
	return w.now()
}

// recall works out when the event began: presentation time zero has a known wall clock. Where that
// is not known yet, because a crash came before the first fragment was complete, its arrival tells.
func (e *event) recall() {
	first, complete, found := e.earliest()
	if !found {
		return
	}
	e.first = first.Start
	if _, ok := e.idx.Origin(); !ok && complete {
		e.idx.SetOrigin(e.first.Duration(shiftScale))
	}
	if zero, ok := e.idx.Zero(); ok {
		e.began = zero.Add(e.first.Duration(shiftScale))
	} else if first.Arrived != 0 {
		e.began = time.Unix(0, first.Arrived)
	}
}

// earliest is the start, at shiftScale, and the arrival of the fragment that begins first on any
// track that is not sparse, whether there is one that is complete, and whether there is any.
func (e *event) earliest() (first presentation.Fragment, complete, found bool) {
	for _, st := range e.order {
		for _, t := range st.tracks {
			if t.sparse() || t.fragments == 0 {
				continue
			}
			var f presentation.Fragment
			known := false
			if t.handle != nil {
				f, known = t.handle.First()
			}
			complete = complete || known
			if !known && t.open != nil {
				f, known = *t.open, true
				if chunks, err := f.ListChunks(); err == nil && len(chunks) > 0 {
					f.Arrived = chunks[0].Arrived // of one that is open they are in memory
				}
			}
			start := f.Start.Rescale(t.init.Timescale, shiftScale)
			if known && (!found || start < first.Start) {
				first, found = presentation.Fragment{Start: start, Arrived: f.Arrived}, true
			}
		}
	}
	return first, complete, found
}

// restore puts one recorded fragment where it was when it was live. Tracks that the server
// manifest does not name are not shown, unless they had nothing to show when a crash came.
func (st *stream) restore(e *event, sg *segment, r *archive.Record) error {
	take := make([]accepted, 0, 1)
	for i, f := range r.Fragments {
		t := st.track(f.TrackID)
		if t == nil || t.handle == nil && st.ended {
			continue
		}
		shift := engine.Ticks(r.Shift).Rescale(shiftScale, t.init.Timescale)
		if t.sparse() && t.handle == nil {
			continue // its place was never told to anybody
		}
		if t.sparse() {
			if err := t.restoreSparse(e, sg, f, r, shift); err != nil {
				return err
			}
			continue
		}
		a := accepted{
			t: t, f: f, segment: sg, shift: shift, discontinuity: r.Discontinuity,
			part: r.Part, traf: int32(i), partial: len(r.Fragments) > 1,
		}
		t.mend(&a)
		if a.start, a.length = t.place(a.f, a.shift); a.length > 0 {
			take = t.sections(a, take)
		}
	}
	size := int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload
	for i := range take {
		a := &take[i]
		got := a.t.assemble(a, r.Media, a.size(size, r.Fragments), r.Arrived)
		for _, f := range got.finished() {
			if err := e.restoreFragment(a.t, f); err != nil {
				return err
			}
		}
	}
	st.part = r.Part
	if !st.dependent() {
		st.clock = clock{set: true, shift: engine.Ticks(r.Shift)}
		e.clock = st.clock
	}
	return nil
}

// restoreOpen shows the fragments that were open when the recording stopped: open still, or
// complete when no more can come.
func (st *stream) restoreOpen(e *event) error {
	for _, t := range st.tracks {
		if t.open == nil {
			continue
		}
		if st.ended {
			if !st.completed { // so that what may follow does not join it when it is read again
				st.completed = true
				st.part++
			}
			if err := e.restoreFragment(t, t.complete(nil)); err != nil {
				return err
			}
			continue
		}
		if t.handle != nil {
			e.idx.SetOpen(t.handle, t.open)
		}
	}
	return nil
}

// restoreFragment puts a fragment that is complete into the index.
func (e *event) restoreFragment(t *track, f finished) error {
	if t.handle == nil {
		t.rate = measured(f.payload, f.Duration, t.init.Timescale)
		if err := e.show(t); err != nil {
			return err
		}
	}
	if err := e.idx.Restore(t.handle, f.Fragment, f.discontinuity); err != nil {
		return err
	}
	e.note(t, &f.Fragment)
	e.forgetRestored(t)
	return nil
}

// settle tells the index that no encoder carries the stream yet.
func (st *stream) settle(e *event) {
	for _, t := range st.tracks {
		if t.handle != nil {
			e.idx.SetActive(t.handle, false)
			e.idx.SetEnded(t.handle, st.ended)
		}
	}
}

func (st *stream) track(id uint32) *track {
	for _, t := range st.tracks {
		if t.init.ID == id {
			return t
		}
	}
	return nil
}

func metaText(doc *servermanifest.Document, name string) string {
	for _, m := range doc.Meta {
		if m.Name == name {
			return m.Value
		}
	}
	return ""
}

// metaNumber is 0 for what is missing or no number: the file is ours, or it has none.
func metaNumber(doc *servermanifest.Document, name string) int64 {
	n, err := strconv.ParseInt(metaText(doc, name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// cause is the innermost reason of a file error in words.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
