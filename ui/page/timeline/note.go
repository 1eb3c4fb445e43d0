package timeline

import (
	"context"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// noteTray marks the present moment, with a text.
type noteTray struct {
	page   *Page
	object *fyne.Container
	text   *page.Field
	add    *kit.Button
	cancel *kit.Button
}

func (w *Page) newNoteTray() *noteTray {
	t := &noteTray{page: w, text: page.NewField(words.T(textNoteHint))}
	t.text.OnSubmitted = func(string) { t.order() }
	t.text.OnEscape = t.close
	t.add = kit.NewButton(kit.ButtonPrimary, words.T(textAddNote), "", t.order)
	t.cancel = kit.NewButton(kit.ButtonQuiet, "", look.IconClose, t.close)
	t.object = page.Inset(kit.NewPanel("", page.Edges(nil, nil, nil, page.Inset(page.Row(look.Space2, t.add, t.cancel), look.Space3, 0, 0, 0), t.text)), 0, look.Space3, 0, 0)
	t.object.Hide()
	return t
}

// AskNote asks for the text of a note, which marks the moment at which it is given, and returns the field for it; nil
// while the page shows an event that is over. It must be called on the Fyne goroutine.
func (w *Page) AskNote() fyne.Focusable {
	if w.note.Disabled() {
		return nil
	}
	w.writing.close()
	w.marking.object.Show()
	w.relayout()
	w.focus(w.marking.text)
	return w.marking.text
}

func (t *noteTray) close() {
	if t.object.Visible() {
		t.object.Hide()
		t.page.relayout()
		t.page.focus(t.page.lanes)
	}
	t.text.SetText("")
}

// order marks the moment.
func (t *noteTray) order() {
	w, text := t.page, t.text.Text
	point := w.asked().point
	t.close()
	w.host.Order(func(ctx context.Context) error { return w.operator.AddNote(ctx, point, text) }, func(error) {
		w.look(func(a *ask) { a.round++ })
		w.host.Wake()
	})
}

func (t *noteTray) controls() []page.Control {
	if !t.object.Visible() {
		return nil
	}
	return []page.Control{{Name: "note-text", Text: t.text.Text, Object: t.text}, page.ButtonControl("note-add", t.add), page.ButtonControl("note-cancel", t.cancel)}
}

// focus gives something the keyboard, if the page is shown in a window. What has never been drawn is in no window yet as
// far as the driver knows, but the lanes are.
func (w *Page) focus(o fyne.Focusable) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.lanes); c != nil {
		c.Focus(o)
	}
}
