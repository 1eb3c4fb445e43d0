package point

import (
	"fmt"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/servermanifest"
)

// retentionPause is the longest time between two looks at what need not be kept any more.
const retentionPause = 10 * time.Minute

// retains reports whether the archive of the point has limits.
func (w *writer) retains() bool {
	return w.settings.Archive && !w.cfg.ReadOnly && (w.settings.ArchiveKeep > 0 || w.settings.ArchiveKeepBytes > 0)
}

// retainIfDue looks for what need not be kept any more, when it is time.
func (w *writer) retainIfDue() {
	if w.retention.IsZero() || w.now().Before(w.retention) {
		return
	}
	w.retention = time.Time{}
	w.closeRetired(false)
	if len(w.deleted) > 0 {
		w.retention = w.now().Add(retiredFor) // also when nothing more is to be deleted
	}
	if !w.retains() || w.root == nil {
		return
	}
	w.retention = w.now().Add(retentionPause)
	if len(w.deleted) > 0 {
		w.retention = w.now().Add(retiredFor)
	}
	base := w.base()
	var found []earlier
	w.later(func(dir archive.Directory) error {
		var err error
		found, err = earlierEvents(dir, base)
		return err
	}, func(w *writer, err error) {
		if err != nil {
			w.log.Warn("earlier events cannot be listed", "err", err)
			return
		}
		w.retain(found)
	})
}

// retain deletes what is older or more than is to be kept: whole earlier events first, then
// segments of the event on air, the oldest first.
func (w *writer) retain(found []earlier) {
	var total int64
	for _, ev := range found {
		total += ev.bytes
	}
	if w.event != nil {
		for _, st := range w.event.order {
			total += st.bytes()
		}
	}
	over := func() bool { return w.settings.ArchiveKeepBytes > 0 && total > w.settings.ArchiveKeepBytes }
	old := func(ended time.Time) bool {
		return w.settings.ArchiveKeep > 0 && w.now().Sub(ended) >= w.settings.ArchiveKeep
	}
	for _, ev := range found {
		if w.previous != nil && ev.dir == w.previous.dir() || !old(ev.ended) && !over() {
			continue
		}
		total -= ev.bytes
		w.deleteEarlier(ev)
	}
	e := w.event
	switch {
	case e == nil:
	case e.idx.Live():
		w.retainSegments(total, over)
	case !w.unsealed && (w.state == engine.StateStopped || w.state == engine.StateIdle) && !e.ended.IsZero():
		if old(e.ended) {
			w.deleteEnded(e)
		} else if at := e.ended.Add(w.settings.ArchiveKeep); w.settings.ArchiveKeep > 0 && at.Before(w.retention) {
			w.retention = at
		}
	}
}

// deleteEarlier deletes an event that was put aside.
func (w *writer) deleteEarlier(ev earlier) {
	w.rememberEnd(ev.end)
	w.later(func(dir archive.Directory) error {
		if err := remove(dir, ev.files); err != nil {
			return err
		}
		return remove(dir, []string{ev.dir}) // fails when something else is in it
	}, func(w *writer, err error) {
		if err != nil {
			w.log.Warn("an earlier event was not deleted", "event", ev.dir, "err", err)
			return
		}
		w.cfg.Tell(engine.Info, fmt.Sprintf("The event %s (%.1f MB) was deleted, as archive_keep says.", path.Base(ev.dir), float64(ev.bytes)/1e6))
	})
}

// deleteEnded deletes the event that is played as video on demand, when its time is over.
func (w *writer) deleteEnded(e *event) {
	w.rememberEnd(e.end())
	w.event = nil
	w.enter(engine.StateIdle)
	w.publish() // nobody begins to read it any more
	names := append([]string{w.base() + ".ism", w.base() + ".ismc"}, e.archiveFiles()...)
	w.removeMedia(e.allSegments(), func(dir archive.Directory) error { return remove(dir, names) },
		fmt.Sprintf("The event %s was deleted, as archive_keep says.", e.id))
}

func (e *event) allSegments() []*segment {
	var all []*segment
	for _, st := range e.order {
		all = append(all, st.segments...)
	}
	return all
}

// retainSegments deletes segments of the event on air, never any that its DVR window shows.
func (w *writer) retainSegments(total int64, over func() bool) {
	e, window := w.event, engine.Ticks(w.settings.DVRWindow/100)
	edge, ok := e.oldestEdge(window)
	if window <= 0 || !ok {
		return // viewers may go back to the beginning
	}
	window += e.longest() // a segment may have the fragment that begins at its end
	keep := engine.Ticks(w.settings.ArchiveKeep / 100)
	var gone []*segment
	var size int64
	for {
		until := e.nextToGo()
		tooOld := keep > 0 && until+keep <= edge
		if until == 0 || until+window > edge || !tooOld && !(w.settings.ArchiveKeepBytes > 0 && total > w.settings.ArchiveKeepBytes) {
			break
		}
		for _, sg := range e.forgetUntil(until) {
			gone = append(gone, sg)
			total -= sg.bytes
			size += sg.bytes
		}
	}
	if len(gone) == 0 {
		return
	}
	w.publish() // nobody begins to read them any more
	manifest, name := servermanifest.Stamp(servermanifest.Write(w.document(false))), w.base()+".ism"
	names := namesOf(gone)
	w.removeMedia(gone, func(dir archive.Directory) error {
		if err := archive.WriteFile(dir, name, manifest); err != nil {
			return err
		}
		return remove(dir, names)
	}, fmt.Sprintf("Deleted from the archive, as archive_keep says: %s (%.1f MB); what begins before %s is gone.", countFiles(len(gone)), float64(size)/1e6, onClock(gone[len(gone)-1].until)))
}

// oldestEdge is the live edge of the stream that is furthest behind, at shiftScale. One that is
// further behind than a window has been left by its encoder, and keeps nothing of the others.
func (e *event) oldestEdge(window engine.Ticks) (engine.Ticks, bool) {
	var edge, newest engine.Ticks
	found := false
	for _, s := range e.view().Streams {
		if s.Type == engine.Text || len(s.Spans) == 0 {
			continue
		}
		at := s.Edge().Rescale(s.Timescale, shiftScale)
		newest = max(newest, at)
		if !found || at < edge {
			edge, found = at, true
		}
	}
	return max(edge, newest-window), found
}

// longest is the longest span of all streams that are not text, at shiftScale.
func (e *event) longest() (longest engine.Ticks) {
	for _, s := range e.view().Streams {
		if s.Type != engine.Text {
			longest = max(longest, s.Longest.Rescale(s.Timescale, shiftScale))
		}
	}
	return longest
}

// nextToGo is where the oldest segment of all ends that is complete; 0 when there is none.
func (e *event) nextToGo() engine.Ticks {
	var until engine.Ticks
	for _, st := range e.order {
		if len(st.segments) < 2 {
			continue
		}
		if sg := st.segments[0]; (sg.sealed || sg.gone) && sg.until > 0 && (until == 0 || sg.until < until) {
			until = sg.until
		}
	}
	return until
}

// forgetUntil takes the segments that end at a time out of the event, and their fragments.
func (e *event) forgetUntil(until engine.Ticks) []*segment {
	var gone []*segment
	for _, st := range e.order {
		if len(st.segments) < 2 {
			continue
		}
		sg := st.segments[0]
		if !sg.sealed && !sg.gone || sg.until == 0 || sg.until > until {
			continue
		}
		gone = append(gone, sg)
		st.segments = st.segments[1:]
		for _, t := range st.tracks {
			if t.handle != nil {
				e.idx.ForgetBefore(t.handle, until.Rescale(shiftScale, t.init.Timescale))
				// What came before it was known where the segment ends is in it too.
				e.idx.ForgetGone(t.handle, sg.has)
			}
		}
	}
	return gone
}

func countFiles(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}
