package point

import (
	"errors"
	"fmt"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
)

// hole is media that is missing in the archive of a stream, at shiftScale.
type hole struct{ from, to engine.Ticks }

// with is the hole when what is between two times is missing too.
func (h hole) with(from, to engine.Ticks) hole {
	if h.to <= h.from {
		return hole{from, to}
	}
	return hole{min(h.from, from), max(h.to, to)}
}

// String says where the hole is, on the presentation's timeline.
func (h hole) String() string {
	return onClock(h.from) + " to " + onClock(h.to)
}

// onClock writes a time of the presentation as 1:02:03.4.
func onClock(t engine.Ticks) string {
	d := t.Duration(shiftScale)
	return fmt.Sprintf("%d:%02d:%04.1f", int(d.Hours()), int(d.Minutes())%60, (d % time.Minute).Seconds())
}

// keep archives what was accepted and keeps it in memory for the viewers at the live edge.
func (w *writer) keep(s *Session, take []accepted, in *Incoming) *archive.Media {
	now := w.now()
	for i := range take {
		take[i].arrived = now
	}
	media := w.record(s, take, in)
	w.event.keep(media, take, in.Size())
	return media
}

// record hands a fragment to the archive. In the ordinary case it is in the file when record
// returns; a disk that is slow is not waited for.
func (w *writer) record(s *Session, take []accepted, in *Incoming) *archive.Media {
	if !w.settings.Archive {
		return archive.NewMemory(in.Moof, in.Payload)
	}
	st := take[0].t.stream
	sg := w.segmentFor(s, st, &take[0])
	p := &archive.Arrival{Moof: in.Moof, MdatHeader: in.MdatHeader, Payload: in.Payload, Fragments: in.Tracks, Arrived: take[0].arrived.UnixNano()}
	m, span := archive.NewMedia(p), spanOf(take)
	mark := archive.Mark{Shift: int64(s.clock.shift), Discontinuity: s.unmarked, Complete: st.completed}
	done, taken := w.disk.rec.Add(w.writingTask(st, sg, m, p, mark, span))
	if !taken {
		m.Lose()
		w.archiveLacks(st, span, &engine.Error{Op: "archive fragment", Kind: engine.Storage,
			Text: "The disk is so slow that nothing more can wait for it: what arrives now is not archived. Use a faster disk, or lower bitrates."})
		return m
	}
	s.unmarked, st.completed = false, false
	for i := range take {
		take[i].segment = sg
	}
	w.disk.await(done, w.cfg.Patience)
	w.listen()
	return m
}

// spanOf is what a fragment covers, at shiftScale.
func spanOf(take []accepted) hole {
	var h hole
	for _, a := range take {
		scale := a.t.init.Timescale
		h = h.with(a.start.Rescale(scale, shiftScale), (a.start+a.length).Rescale(scale, shiftScale))
	}
	return h
}

// writingTask is the task that puts a fragment into its segment.
func (w *writer) writingTask(st *stream, sg *segment, m *archive.Media, p *archive.Arrival, mark archive.Mark, span hole) archive.Task {
	d, dir, open := w.disk, w.root, w.opening(sg)
	return archive.Task{
		Cost: int64(len(p.Moof) + len(p.MdatHeader) + len(p.Payload)),
		Do: func() {
			dir, err := open(dir)
			if err == nil {
				err = sg.write(dir, m, p, mark)
			}
			if err != nil {
				m.Lose()
			}
			heard := sg.facts()
			d.tell(func(w *writer) { w.written(st, sg, heard, span, err) })
		},
		Then: func() { w.syncing(st, sg) },
		Drop: m.Lose,
	}
}

// opening returns what makes a segment's file, on the recorder's goroutine. When the
// directory is no longer there, another may have taken its place.
func (w *writer) opening(sg *segment) func(archive.Directory) (archive.Directory, error) {
	d, cfg, aside, opt := w.disk, w.cfg, w.event.dir()+".left", w.archiveOptions()
	return func(dir archive.Directory) (archive.Directory, error) {
		err := sg.open(dir, aside, opt)
		if !missing(err) {
			return dir, err
		}
		other, failed := cfg.openDirectory()
		if failed != nil {
			return dir, err
		}
		if again := sg.open(other, aside, opt); again != nil {
			// It has been opened for nothing; the error that counts is told.
			_ = other.Close()
			return dir, again
		}
		d.tell(func(w *writer) { w.moveInto(other) })
		return other, nil
	}
}

// moveInto goes on in another directory, which has taken the place of the point's own.
func (w *writer) moveInto(dir archive.Directory) {
	if err := w.root.Close(); err != nil {
		w.log.Warn("directory that is gone did not close", "err", err)
	}
	w.root, w.unwritten = dir, true
	w.log.Info("directory opened again")
}

func (w *writer) archiveOptions() archive.Options {
	return archive.Options{Sync: archive.SyncPolicy(w.settings.Fsync), Now: w.cfg.Now}
}

// syncing forces a segment to the disk when it is time, on the recorder's goroutine.
func (w *writer) syncing(st *stream, sg *segment) {
	if sg.w == nil {
		return
	}
	err := sg.w.SyncDue()
	switch {
	case err != nil && !sg.unsynced:
		sg.unsynced = true
		w.disk.tell(func(w *writer) {
			st.unsynced = true
			w.archiveBroke(st, err)
		})
	case err == nil && sg.unsynced && sg.w.Synced() == sg.w.Size():
		sg.unsynced = false
		w.disk.tell(func(w *writer) {
			st.unsynced = false
			w.archiveGoesOn(st)
		})
	}
	if fault := sg.w.IndexFault(); (fault != nil) != sg.unwell {
		sg.unwell = fault != nil
		if fault != nil {
			w.log.Warn("archive index is behind", "file", sg.name, "err", fault)
		}
	}
}

// facts is what the point may know of a segment. It is the recorder's.
func (sg *segment) facts() (f segmentFacts) {
	if sg.w != nil {
		f.made, f.bytes = true, sg.w.Size()
	}
	return f
}

type segmentFacts struct {
	made  bool
	bytes int64
}

// learn takes in what the recorder knows of a segment.
func (w *writer) learn(sg *segment, f segmentFacts) {
	if f.made && !sg.made {
		w.unwritten = true // the server manifest lacks it
	}
	sg.made, sg.bytes = sg.made || f.made, max(sg.bytes, f.bytes)
}

// written is told how a fragment went.
func (w *writer) written(st *stream, sg *segment, heard segmentFacts, span hole, err error) {
	w.learn(sg, heard)
	if err != nil {
		if errors.Is(err, errVanished) {
			sg.gone, w.unwritten = true, true
			err = &engine.Error{Op: "append to archive", Kind: engine.Storage, Err: err,
				Text: "The archive file " + sg.name + " has been removed while it was being written. Put the directory back, or let the program write it: archiving goes on by itself in another file."}
		}
		w.archiveLacks(st, span, err)
		return
	}
	if !st.unsynced {
		w.archiveGoesOn(st)
	}
}

// archiveLacks notes media that has not been archived, and why.
func (w *writer) archiveLacks(st *stream, span hole, err error) {
	st.hole = st.hole.with(span.from, span.to)
	w.archiveBroke(st, err)
}

// archiveBroke tells once that a stream is not being kept. Live goes on from memory.
func (w *writer) archiveBroke(st *stream, err error) {
	if st.broken == "" {
		w.log.Error("archive failed", "stream", st.id, "err", err)
		w.cfg.Tell(engine.Failure, engine.Sentence(err)+" Live goes on from memory.")
	}
	st.broken = engine.Sentence(err)
}

// archiveGoesOn tells that a stream is being kept again, and what is missing.
func (w *writer) archiveGoesOn(st *stream) {
	if st.broken == "" {
		return
	}
	text := "The archive of " + st.id + " goes on."
	if st.hole.to > st.hole.from {
		text = "The archive of " + st.id + " goes on; it lacks what is from " + st.hole.String() + "."
	}
	st.broken, st.hole = "", hole{}
	w.cfg.Tell(engine.Info, text)
}

// openArchive makes the archive file of a stream. Without one the stream goes on live.
func (w *writer) openArchive(st *stream) {
	if !w.settings.Archive {
		return
	}
	sg := w.newSegment(st, 0)
	open := w.opening(sg)
	var heard segmentFacts
	w.later(func(dir archive.Directory) error {
		_, err := open(dir)
		heard = sg.facts()
		return err
	}, func(w *writer, err error) {
		w.learn(sg, heard)
		if err != nil {
			w.archiveBroke(st, err)
		}
	})
}

// finish has a segment sealed, in its turn.
func (w *writer) finish(st *stream, sg *segment) {
	if sg.finishing || sg.sealed || sg.gone {
		return
	}
	index, header := sg.index, st.header.Init
	sg.finishing, sg.index = true, nil
	var heard segmentFacts
	handles, log := w.handles, w.log
	w.later(func(dir archive.Directory) error {
		err := sg.seal(sg.tracks(header, index))
		if err == nil {
			sg.readOnly(handles, dir, log)
		}
		heard = sg.facts()
		return err
	}, func(w *writer, err error) {
		w.learn(sg, heard)
		sg.finishing, sg.sealed, sg.failed = false, err == nil, err
		if err != nil {
			sg.index = index // for another try
			w.log.Error("archive file not sealed", "file", sg.name, "err", err)
		}
	})
}

// indexEntry finds a fragment by the time that its URL has.
func indexEntry(start engine.Ticks, offset int64) fmp4.IndexEntry {
	return fmp4.IndexEntry{Time: uint64(start), MoofOffset: uint64(offset)}
}
