package point

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/servermanifest"
)

// recorded is a stream that is being read back: its scans, one for each of its segments.
type recorded struct {
	st    *stream
	scans []*archive.Scan
}

// readFiles reads the archive files that the server manifest names into the event. Tracks
// are added in the order of the manifest, which is the one that players know.
func (w *writer) readFiles(e *event, doc *servermanifest.Document, sealed bool) error {
	var faults []error
	streams := map[string]*recorded{}
	var order []*recorded
	streamOf := streamID
	if metaText(doc, metaEvent) == "" { // in a foreign file a number is part of the name
		streamOf = func(src string) string { return strings.TrimSuffix(src, ".ismv") }
	}
	for _, s := range doc.Sources {
		id := streamOf(s.Src)
		if s.Src == "" || streams[id] != nil {
			continue
		}
		r, err := w.openStream(e, id, s, sealed)
		if err != nil {
			faults = append(faults, err)
		}
		streams[id] = r // one that has nothing is not tried again for its other tracks
		if len(r.scans) > 0 {
			order = append(order, r)
		}
	}
	for _, s := range doc.Sources {
		r := streams[streamOf(s.Src)]
		if s.Src == "" || len(r.scans) == 0 {
			continue
		}
		if t := r.st.track(s.TrackID); t != nil && t.handle == nil {
			t.name, t.rate, t.from, t.learnt = s.TrackName, int(s.SystemBitrate), cutFrom(s), learntOf(s)
			if t.name == "" {
				t.name = streamName(t.init, nil)
			}
			if t.text != nil && t.stream.header.Manifest == nil {
				readText(t.text, s.Params)
			}
			if err := e.show(t); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", s.Src, err))
			} else {
				e.idx.CountFrom(t.handle, countsOf(s))
			}
		}
	}
	e.scans = map[*archive.File]*archive.Scan{}
	for _, r := range order {
		for _, scan := range r.scans {
			e.scans[scan.File] = scan
		}
		faults = append(faults, w.restoreStream(e, r))
	}
	for _, st := range e.order {
		faults = append(faults, st.restoreOpen(e))
	}
	e.scans = nil
	e.recallCuts()
	e.idx.Settle() // sorts the discontinuities, before a track that is given up moves the timeline
	for _, st := range e.order {
		st.settle(e)
	}
	return errors.Join(faults...)
}

// segmentFiles are the files that a source of a server manifest stands for, in order, and
// those that a crash kept it from naming: a file is written to before it is named.
func (w *writer) segmentFiles(id string, s servermanifest.Source) ([]string, error) {
	files := []string{s.Src}
	last := segmentNumber(s.Src)
	for _, p := range s.Params {
		if !strings.EqualFold(p.Name, paramSegments) {
			continue
		}
		numbers, err := parseRanges(p.Value)
		if err != nil {
			return files, err
		}
		for _, n := range numbers {
			if n > last {
				files = append(files, segmentName(id, n, false))
				last = n
			}
		}
	}
	if !strings.HasSuffix(s.Src, ".ismv") || streamID(s.Src) != id {
		return files, nil // a foreign file
	}
	for {
		last++
		next := segmentName(id, last, false)
		if _, err := w.regular(next); err != nil {
			return files, nil
		}
		files = append(files, next)
	}
}

// openStream scans the archive files of a stream and makes it. Those of an open event are
// recovered, the last of them to be written on.
func (w *writer) openStream(e *event, id string, s servermanifest.Source, sealed bool) (*recorded, error) {
	r := &recorded{}
	files, err := w.segmentFiles(id, s)
	faults := []error{err}
	for _, name := range files {
		scan, err := w.scan(name)
		if err == nil && r.st != nil && !r.st.header.Init.Same(scan.Init) {
			err = errors.Join(errors.New("its header is another than that of the file before"), scan.File.Close())
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if r.st == nil {
			r.st = w.newStream(id, scan)
			e.streams[r.st.id] = r.st
			e.order = append(e.order, r.st)
		}
		r.scans = append(r.scans, scan)
		sg := &segment{name: name, number: segmentNumber(name), header: scan.Header, made: true, sealed: scan.Sealed || sealed, bytes: scan.Size, read: scan.File}
		r.st.segments = append(r.st.segments, sg)
		r.st.ended = sealed || scan.Sealed
		if len(scan.Damaged) > 0 {
			w.cfg.Tell(engine.Warning, fmt.Sprintf("%d fragments of %s are damaged and are left out.", len(scan.Damaged), name))
		}
		switch {
		case !sg.sealed:
			w.goOn(r.st, sg, scan)
		case !sealed: // completed before the program died; its index may not be
			faults = append(faults, archive.CompleteIndex(w.root, scan))
		}
		if err := w.handles.Manage(scan.File, w.root); err != nil {
			w.log.Warn("archive file stays open", "file", name, "err", err)
		}
	}
	return r, errors.Join(faults...)
}

func (w *writer) newStream(id string, scan *archive.Scan) *stream {
	st := &stream{id: id, header: &Header{Raw: scan.Header, Init: scan.Init}}
	st.header.Manifest = w.manifestOf(scan)
	for i := range scan.Init.Tracks {
		t := &track{stream: st, init: &scan.Init.Tracks[i]}
		t.name = streamName(t.init, st.header.announced(t.init.ID)) // the server manifest may know better
		t.text = textOf(t.init, st.header.announced(t.init.ID))
		st.tracks = append(st.tracks, t)
	}
	return st
}

// scan reads one archive file.
func (w *writer) scan(name string) (*archive.Scan, error) {
	if _, err := w.regular(name); err != nil {
		return nil, err
	}
	return archive.ScanFile(w.root, name, w.cfg.Limits)
}

// goOn makes the file of an open event ready to be written again. One that cannot be gone on
// with stays as it is, and the stream goes on in another.
func (w *writer) goOn(st *stream, sg *segment, scan *archive.Scan) {
	var err error
	if scan.Torn > 0 {
		err = archive.Recover(w.root, scan)
	}
	if err == nil {
		sg.w, err = archive.Reopen(w.root, scan, w.archiveOptions())
	}
	if err != nil {
		sg.sealed = true // as far as we are concerned
		st.broken = engine.Sentence(err)
		w.cfg.Tell(engine.Failure, st.broken)
		return
	}
	sg.bytes = sg.w.Size()
}

// restoreStream puts what a stream's files have where it was when it was live.
func (w *writer) restoreStream(e *event, r *recorded) error {
	var fault error
	for i, scan := range r.scans {
		sg, before := r.st.segments[i], r.st.part // each file counts from 0
		for j := range scan.Records {
			scan.Records[j].Part += before
			if err := r.st.restore(e, sg, &scan.Records[j]); err != nil && fault == nil {
				fault = fmt.Errorf("%s: %w", sg.name, err)
				break
			}
		}
		sg.from = r.st.beginning(scan)
		if len(scan.Records) == 0 {
			sg.from = r.st.end() // a crash came before its first fragment
		}
		if i > 0 {
			r.st.segments[i-1].until = sg.from
			if before := r.st.segments[i-1]; before.w != nil {
				w.finish(r.st, before)
			}
		}
	}
	return fault
}

// beginning is where a segment begins on the timeline: its first picture, or whatever comes
// first.
func (st *stream) beginning(scan *archive.Scan) engine.Ticks {
	first, sure := engine.Ticks(maxTime), false
	for i := range scan.Records {
		for _, f := range scan.Records[i].Fragments {
			t := st.track(f.TrackID)
			if t == nil || sure {
				continue
			}
			start, _ := published(f, engine.Ticks(scan.Records[i].Shift).Rescale(shiftScale, t.init.Timescale))
			at := start.Rescale(t.init.Timescale, shiftScale)
			if t.init.Type == string(engine.Video) {
				first, sure = at, true
			}
			first = min(first, at)
		}
	}
	return first
}

// recallCuts finds where the streams of an event that was read back were cut.
func (e *event) recallCuts() {
	i := slices.IndexFunc(e.order, func(st *stream) bool {
		return slices.ContainsFunc(st.tracks, func(t *track) bool { return e.leads(t) })
	})
	if i < 0 {
		return
	}
	for _, sg := range e.order[i].segments[1:] {
		e.cuts = append(e.cuts, sg.from)
	}
	for _, st := range e.order {
		st.cuts = len(e.cuts)
		if last := st.segment(); last != nil && len(e.cuts) > 0 && last.from < e.cuts[len(e.cuts)-1] {
			st.cuts-- // it had not come to the cut
		}
	}
}
