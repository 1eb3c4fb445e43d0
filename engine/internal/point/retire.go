package point

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// retiredFor is how long a deleted file stays open for those who still read it.
const retiredFor = time.Minute

// endFile tells the end of all events that were deleted, in units of 10 MHz: their times must
// not come again.
const endFile = ".pubpoint-end"

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
				d.tell(func(w *writer) { w.retired = append(w.retired, retired{file: file, at: w.now()}) })
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
	kept := w.retired[:0]
	var closing []*archive.File
	for _, r := range w.retired {
		if !all && w.now().Sub(r.at) < retiredFor {
			kept = append(kept, r)
			continue
		}
		closing = append(closing, r.file)
	}
	w.retired = kept
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

// rememberEnd writes down the end of an event that is about to be deleted.
func (w *writer) rememberEnd(end engine.Ticks) {
	w.highWater = max(w.highWater, end)
	text := strconv.FormatInt(int64(w.highWater), 10) + "\n"
	w.later(func(dir archive.Directory) error { return archive.WriteFile(dir, endFile, []byte(text)) }, func(w *writer, err error) {
		if err != nil {
			w.log.Warn("the end of deleted events was not written down", "err", err)
		}
	})
}

// deletedEnd is the end of the newest of the events that were deleted.
func (w *writer) deletedEnd() engine.Ticks {
	info, err := w.regular(endFile)
	if err != nil || info.Size() > 64 {
		return 0 // none was
	}
	b, err := w.root.ReadFile(endFile)
	if err != nil {
		w.log.Warn("the end of deleted events cannot be read", "err", err)
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil || n < 0 {
		w.log.Warn("the end of deleted events makes no sense", "err", errors.Join(err, errors.New(strconv.Quote(string(b)))))
		return 0
	}
	return engine.Ticks(n)
}
