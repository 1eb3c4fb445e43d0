package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// ask puts a question whose answer yes ends or breaks something. No has the keyboard.
func (w *Window) ask(title, sentence, yes string, icon look.IconName, do func()) {
	no := kit.NewButton(kit.ButtonPlain, words.T(askNo), "", w.closeModal)
	confirm := kit.NewButton(kit.ButtonDanger, yes, icon, func() {
		w.closeModal()
		do()
	})
	text := kit.NewParagraph(sentence, look.ToneText, fyne.TextAlignLeading)
	w.showModal(page.Modal{
		Title:   title,
		Body:    page.Sized(text, fyne.NewSize(440, text.HeightFor(440))),
		Buttons: []fyne.CanvasObject{no, confirm},
		Focus:   no,
		Controls: func() []page.Control {
			return []page.Control{page.ButtonControl("ask-no", no), page.ButtonControl("ask-yes", confirm)}
		},
	})
}

// askNote asks what to write at the present moment of a point's event.
func (w *Window) askNote(name string) {
	field := page.NewField(words.T(noteHint))
	add := func() {
		text := field.Text
		w.closeModal()
		w.order(func(ctx context.Context) error { return w.options.Operator.AddNote(ctx, name, text) })
	}
	field.OnSubmitted = func(string) { add() }
	field.OnEscape = w.closeModal
	no := kit.NewButton(kit.ButtonPlain, words.T(askNo), "", w.closeModal)
	yes := kit.NewButton(kit.ButtonPrimary, words.T(noteAdd), look.IconCheck, add)
	w.showModal(page.Modal{
		Title:   words.F(noteTitle, name),
		Body:    page.Sized(field, fyne.NewSize(440, 0)),
		Buttons: []fyne.CanvasObject{no, yes},
		Focus:   field,
		Controls: func() []page.Control {
			return []page.Control{{Name: "note-field", Text: field.Text, Object: field}, page.ButtonControl("note-cancel", no), page.ButtonControl("note-add", yes)}
		},
	})
}
