package point

import (
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// retiredFor is how long a deleted file stays open for those who still read it.
const retiredFor = time.Minute

// retired is a file that has been deleted, and when.
type retired struct {
	file *archive.File
	at   time.Time
}

// removeMedia deletes files in their turn. They stay open for a while, for those who are
// reading them.
func (w *writer) removeMedia(segments []*segment, f func(archive.Directory) error, told string) {
	d := w.disk
	w.later(func(dir archive.Directory) error {
		for _, sg := range segments {
			for _, file := range sg.opened() {
				file.Keep()
				d.tell(func(w *writer) { w.deleted = append(w.deleted, retired{file: file, at: w.now()}) })
			}
		}
		return f(dir)
	}, func(w *writer, err error) {
		if err != nil {
			w.log.Error("what need not be kept was not deleted", "err", err)
			w.cfg.Tell(engine.Warning, "What archive_keep does not keep cannot be deleted: "+cause(err)+".")
			return
		}
		w.cfg.Tell(engine.Info, told)
		if soon := w.now().Add(retiredFor); w.retention.IsZero() || soon.Before(w.retention) {
			w.retention = soon
		}
	})
}

// closeRetired closes deleted files that nobody should be reading any more, or all.
func (w *writer) closeRetired(all bool) {
	kept := w.deleted[:0]
	var closing []*archive.File
	for _, r := range w.deleted {
		if !all && w.now().Sub(r.at) < retiredFor {
			kept = append(kept, r)
			continue
		}
		closing = append(closing, r.file)
	}
	w.deleted = kept
	if len(closing) == 0 {
		return
	}
	log := w.log
	w.disk.rec.Add(archive.Task{Do: func() {
		for _, f := range closing {
			if err := f.Close(); err != nil {
				log.Warn("deleted file did not close", "err", err)
			}
		}
	}})
}

// rememberEnd writes down the end of an event that is about to be deleted, in its turn: before
// the event is.
func (w *writer) rememberEnd(end engine.Ticks) {
	w.highWater = max(w.highWater, end)
	told := func(w *writer, err error) {
		if err != nil {
			w.log.Warn("the end of deleted events was not written down", "err", err)
		}
	}
	write, err := w.memorized()
	if err != nil {
		told(w, err)
		return
	}
	w.later(write, told)
}
