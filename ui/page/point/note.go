package point

import (
	"context"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// longestNote is how many letters a note may have.
const longestNote = 200

// askNote asks what to write at the present moment, and marks the one at which the answer is given.
func (w *Page) askNote() {
	name := w.name()
	field := page.NewField(words.T(hintNote))
	cancel := kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", w.host.CloseModal)
	check := kit.NewLamp(kit.LampSmall, look.Quiet, words.T(textNoteSay))
	var mark *kit.Button
	add := func() {
		text := field.Text
		if len([]rune(text)) > longestNote {
			return
		}
		w.host.CloseModal()
		w.host.Order(func(ctx context.Context) error { return w.operator.AddNote(ctx, name, text) }, nil)
	}
	mark = kit.NewButton(kit.ButtonPrimary, words.T(textMark), look.IconFlag, add)
	field.OnSubmitted = func(string) { add() }
	field.OnEscape = w.host.CloseModal
	field.OnChanged = func(text string) {
		long := len([]rune(text)) > longestNote
		if long {
			check.Set(look.Bad, words.F(textNoteLong, longestNote))
		} else {
			check.Set(look.Quiet, words.T(textNoteSay))
		}
		setDisabled(mark, long)
	}
	w.host.ShowModal(page.Modal{
		Title:   words.F(textNoteTitle, name),
		Body:    page.Column(look.Space2, page.Sized(field, fyne.NewSize(440, 0)), check),
		Buttons: []fyne.CanvasObject{cancel, mark},
		Focus:   field,
		Controls: func() []page.Control {
			return []page.Control{{Name: "note-text", Text: field.Text, Object: field}, page.ButtonControl("note-cancel", cancel), page.ButtonControl("note-add", mark)}
		},
	})
}

// canNote reports whether there is a moment to mark.
func canNote(s engine.State) bool { return s == engine.StateStarted }

// TypedKey does what a key means on this page, and reports whether it means anything.
func (w *Page) TypedKey(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyM && w.last.known && w.last.notable {
		w.askNote()
		return true
	}
	return false
}
