package point

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
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
		w.fail(w.cfg.Refuse, "Correct point.toml and restart the program.", errors.New("access settings cannot be kept"))
		return
	}
	if w.event != nil { // read again after an error
		if err := w.event.close(); err != nil {
			w.log.Warn("files of the last event did not close", "err", err)
		}
		w.event = nil
	}
	if w.root == nil {
		root, err := w.cfg.Open()
		if err != nil {
			w.fail("The directory of the publishing point cannot be opened: "+cause(err)+".", "Check that it exists and who may read it.", err)
			return
		}
		w.root = archive.On(root)
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
	e := &event{id: metaText(doc, metaEvent), base: engine.Ticks(metaNumber(doc, metaBase)), streams: map[string]*stream{}, losses: readLosses(doc), clientSum: metaText(doc, metaClientManifest)}
	if e.id == "" {
		e.id = "recorded"
	}
	lookAhead := w.settings.LookAhead
	if metaText(doc, metaLookAhead) != "" {
		lookAhead = min(3, int(metaNumber(doc, metaLookAhead)))
	}
	e.idx = index.New(index.Config{Point: w.cfg.Name, Event: e.id, Window: w.settings.DVRWindow, LookAhead: lookAhead, Ordered: true, After: w.version, Now: w.cfg.Now})
	if zero, err := time.Parse(time.RFC3339Nano, metaText(doc, metaZeroTime)); err == nil {
		e.idx.SetZero(zero)
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
	}
	return e, faults
}

// recall works out when the event began: presentation time zero has a known wall clock.
func (e *event) recall() {
	e.first = engine.Ticks(maxTime)
	for _, s := range e.view().Streams {
		if len(s.Spans) > 0 {
			e.first = min(e.first, s.Spans[0].Start.Rescale(s.Timescale, shiftScale))
		}
	}
	if zero, ok := e.idx.Zero(); ok {
		e.began = zero.Add(e.first.Duration(shiftScale))
	}
}

// readFiles reads the archive files that the server manifest names into the event. Tracks
// are added in the order of the manifest, which is the one that players know.
func (w *writer) readFiles(e *event, doc *servermanifest.Document, sealed bool) error {
	var faults []error
	scans := map[string]*archive.Scan{}
	for _, src := range sources(doc) {
		scan, err := w.openStream(e, src, sealed)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", src, err))
			continue
		}
		scans[src] = scan
	}
	for _, s := range doc.Sources {
		if scans[s.Src] == nil {
			continue
		}
		if t := e.streams[streamID(s.Src)].track(s.TrackID); t != nil && t.handle == nil {
			t.name, t.rate = s.TrackName, int(s.SystemBitrate)
			if t.name == "" {
				t.name = streamName(t.init, nil)
			}
			if err := e.show(t); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", s.Src, err))
			}
		}
	}
	for _, src := range sources(doc) {
		scan := scans[src]
		if scan == nil {
			continue
		}
		st := e.streams[streamID(src)]
		for i := range scan.Records {
			if err := st.restore(e, &scan.Records[i]); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", src, err))
				break
			}
		}
	}
	e.idx.Settle() // sorts the discontinuities, before a track that is given up moves the timeline
	for _, st := range e.order {
		st.settle(e)
	}
	return errors.Join(faults...)
}

// streamID is the stream id that an archive file is named for.
func streamID(src string) string { return strings.TrimSuffix(src, ".ismv") }

// sources are the files that a server manifest names, each once, in order.
func sources(doc *servermanifest.Document) []string {
	var names []string
	for _, s := range doc.Sources {
		if s.Src != "" && !slices.Contains(names, s.Src) {
			names = append(names, s.Src)
		}
	}
	return names
}

// openStream scans one archive file and makes its stream. The file of an open event is
// recovered, to be written on.
func (w *writer) openStream(e *event, src string, sealed bool) (*archive.Scan, error) {
	if _, err := w.regular(src); err != nil {
		return nil, err
	}
	scan, err := archive.ScanFile(w.root, src, w.cfg.Limits)
	if err == nil && scan.Sealed && !sealed { // the program died while it sealed the event
		if err = errors.Join(archive.Unseal(w.root, scan), scan.File.Close()); err == nil {
			scan, err = archive.ScanFile(w.root, src, w.cfg.Limits)
		}
	}
	if err != nil {
		return nil, err
	}
	e.files = append(e.files, scan.File)
	st := &stream{id: streamID(src), header: &Header{Raw: scan.Header, Init: scan.Init}, bytes: scan.Size, ended: sealed}
	for i := range scan.Init.Tracks {
		st.tracks = append(st.tracks, &track{stream: st, init: &scan.Init.Tracks[i]})
	}
	if !st.ended {
		if err := w.goOn(st, scan); err != nil {
			st.broken = engine.Sentence(err)
			w.cfg.Tell(engine.Failure, st.broken)
		}
	}
	e.streams[st.id] = st
	e.order = append(e.order, st)
	return scan, nil
}

// goOn makes the file of an open event ready to be written again.
func (w *writer) goOn(st *stream, scan *archive.Scan) error {
	if scan.Torn > 0 {
		if err := archive.Recover(w.root, scan); err != nil {
			return err
		}
	}
	file, err := archive.Reopen(w.root, scan, archive.Options{Sync: archive.SyncPolicy(w.settings.Fsync)})
	if err != nil {
		return err
	}
	st.file, st.bytes = file, file.Size()
	return nil
}

// restore puts one recorded fragment where it was when it was live. Tracks that the server
// manifest does not name are not shown.
func (st *stream) restore(e *event, r *archive.Record) error {
	size := int64(r.MoofSize) + int64(r.MdatHeader) + r.Payload
	for _, f := range r.Fragments {
		t := st.track(f.TrackID)
		if t == nil || t.handle == nil {
			continue
		}
		shift := engine.Ticks(r.Shift).Rescale(shiftScale, t.init.Timescale)
		start, length := t.place(f, shift)
		if length <= 0 {
			continue
		}
		size := size
		if len(r.Fragments) > 1 {
			size = f.PayloadSize
		}
		fragment := presentation.Fragment{
			Start: start, Duration: length, Decode: engine.Ticks(f.DecodeStart) + shift, DecodeLength: engine.Ticks(f.Duration), Shift: shift,
			Sync: f.Sync, Size: size, Media: r.Media,
		}
		if err := e.idx.Restore(t.handle, fragment, r.Discontinuity); err != nil {
			return err
		}
		t.index = append(t.index, indexEntry(start, r.Offset))
		t.took(f, start, length, shift)
	}
	st.clock = clock{set: true, shift: engine.Ticks(r.Shift)}
	e.clock = st.clock
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
