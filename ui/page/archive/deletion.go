package archive

import (
	"path"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// baseOf is the last element of a name.
func baseOf(name string) string { return path.Base(name) }

// purgeForm asks up to when events shall go.
type purgeForm struct {
	*frame
	point string
	until *page.Field
}

func newPurgeForm(w *Page, point string) form {
	f := &purgeForm{point: point}
	f.frame = newFrame(w, "purge", words.T(textPurgeDo), kit.ButtonDanger, f.send)
	var row fyne.CanvasObject
	f.until, row = f.field("purge-until", "", words.T(hintBefore), f.changed)
	f.compose(words.F(textPurgeTitle, point), row)
	f.changed()
	return f
}

// parseDate reads a date, or a date and a time, on the local clock.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, strings.TrimSpace(text), time.Local); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func (f *purgeForm) changed() {
	until, ok := parseDate(f.until.Text)
	if !ok {
		f.judge(look.Quiet, words.T(textBadDate))
		return
	}
	n, size := 0, int64(0)
	for _, e := range f.page.last.list.events {
		if f.page.last.point == f.point && !e.Current && !e.Ended.IsZero() && e.Ended.Before(until) {
			n++
			size += e.Bytes
		}
	}
	if n == 0 {
		f.judge(look.Quiet, words.T(textPurgeNone))
		return
	}
	f.judge(look.Warn, words.F(textPurgeSome, textOfEvents(n), look.Bytes(float64(size))))
}

func (f *purgeForm) send() {
	until, _ := parseDate(f.until.Text)
	f.page.purgeAll(subject{point: f.point}, engine.Purge{Before: until})
	f.page.open(nil)
}

// deleteForm has the name typed of what shall go for good.
type deleteForm struct {
	*frame
	about subject
	name  *page.Field
	keep  *widget.Check // nil for a recording
}

func newDeleteForm(w *Page, about subject) form {
	f := &deleteForm{about: about}
	f.frame = newFrame(w, "delete", words.T(textDeleteDo), kit.ButtonDanger, f.send)
	name, row := f.field("delete-name", "", about.point, f.changed)
	f.name = name
	rows := []fyne.CanvasObject{row}
	title := words.F(textDeleteRecOf, about.point)
	if !about.recording {
		title = words.F(textDeleteTitle, about.point)
		f.keep = widget.NewCheck(words.T(textKeep), nil)
		f.fields = append(f.fields, page.Control{Name: "delete-keep", Object: f.keep})
		rows = append(rows, f.keep)
	}
	f.compose(title, rows...)
	f.changed()
	return f
}

func (f *deleteForm) changed() {
	p := f.page.last.points[f.about.point]
	switch {
	case !f.about.recording && (p.State == engine.StateStarted || p.State == engine.StateStopping):
		f.judge(look.Bad, words.F(textStopFirst, f.about.point))
	case f.name.Text != f.about.point:
		f.judge(look.Quiet, words.T(textTypeName))
	default:
		f.judge(look.Warn, words.T(textNoUndo))
	}
}

func (f *deleteForm) send() {
	f.page.deleteAll(f.about, engine.Deletion{KeepFiles: f.keep != nil && f.keep.Checked})
	f.page.open(nil)
}
