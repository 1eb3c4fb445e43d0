package archive

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// How often the archive of the point that is shown is read, and those of all points.
const (
	readEvery   = 5 * time.Second
	surveyEvery = time.Minute
)

// markOf is what a point is like, as far as it tells that its archive has changed.
func markOf(p engine.PointStatus) string { return p.Event.ID + " " + string(p.State) }

// refresh reads archives again when it is time to. It is called with every snapshot while the page
// is shown.
func (w *Page) refresh() {
	if w.reading {
		return
	}
	m, now := w.last, w.last.now
	changes := w.jobs.changes()
	all := w.surveyed.IsZero() || now.Sub(w.surveyed) >= surveyEvery || changes != w.changes
	var names []string
	for _, name := range m.names {
		l := m.lists[name]
		due := !l.read || l.mark != markOf(m.points[name]) || all
		if name == m.point {
			due = due || now.Sub(l.at) >= readEvery
			names = append(pick(due, name), names...)
			continue
		}
		names = append(names, pick(due, name)...)
	}
	if len(names) == 0 {
		return
	}
	if all {
		w.surveyed, w.changes = now, changes
	}
	w.read(names)
}

func pick(ok bool, name string) []string {
	if !ok {
		return nil
	}
	return []string{name}
}

// read reads the archives of points, one after the other.
func (w *Page) read(names []string) {
	w.reading = true
	m := w.last
	w.host.Do(func(ctx context.Context) error {
		for _, name := range names {
			if ctx.Err() != nil {
				return nil
			}
			l := listing{read: true, at: m.now, mark: markOf(m.points[name])}
			var err error
			if l.events, err = w.operator.ArchivedEvents(ctx, name); err != nil {
				l.failed = page.Sentence(engine.Sentence(err))
				if engine.KindOf(err) == engine.NotFound {
					l.failed = "" // it has just gone; the next snapshot says so
				}
			}
			w.mu.Lock()
			w.lists[name] = l
			w.mu.Unlock()
		}
		return nil
	}, func(error) {
		w.reading = false
		w.host.Wake()
	})
}

// again reads the archive of the point that is shown once more.
func (w *Page) again() {
	w.mu.Lock()
	delete(w.lists, w.last.point)
	w.mu.Unlock()
	w.host.Wake()
}

// shares gives the first of two objects the larger part of the height.
type shares struct{}

const firstShare = 0.58

// MinSize is for Fyne.
func (shares) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+look.Space3+b.Height)
}

// Layout is for Fyne.
func (shares) Layout(o []fyne.CanvasObject, size fyne.Size) {
	first := max(o[0].MinSize().Height, (size.Height-look.Space3)*firstShare)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(size.Width, first))
	o[1].Move(fyne.NewPos(0, first+look.Space3))
	o[1].Resize(fyne.NewSize(size.Width, max(0, size.Height-first-look.Space3)))
}
