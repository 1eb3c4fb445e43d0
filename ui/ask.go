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

// longestNote is how many letters a note may have.
const longestNote = 200

// askNote asks what to write at the present moment of a point's event, and marks the one at which
// the answer is given.
func (w *Window) askNote(name string) {
	field := page.NewField(words.T(noteHint))
	cancel := kit.NewButton(kit.ButtonPlain, words.T(askNo), "", w.closeModal)
	check := kit.NewLamp(kit.LampSmall, look.Quiet, words.T(noteSay))
	add := func() {
		text := field.Text
		if len([]rune(text)) > longestNote {
			return
		}
		w.closeModal()
		w.order(func(ctx context.Context) error { return w.options.Operator.AddNote(ctx, name, text) })
	}
	mark := kit.NewButton(kit.ButtonPrimary, words.T(noteAdd), look.IconFlag, add)
	field.OnSubmitted = func(string) { add() }
	field.OnEscape = w.closeModal
	field.OnChanged = func(text string) {
		long := len([]rune(text)) > longestNote
		if long {
			check.Set(look.Bad, words.F(noteLong, longestNote))
		} else {
			check.Set(look.Quiet, words.T(noteSay))
		}
		page.SetEnabled(mark, !long)
	}
	w.showModal(page.Modal{
		Title:   words.F(noteTitle, name),
		Body:    page.Column(look.Space2, page.Sized(field, fyne.NewSize(440, 0)), check),
		Buttons: []fyne.CanvasObject{cancel, mark},
		Focus:   field,
		Controls: func() []page.Control {
			return []page.Control{{Name: "note-text", Text: field.Text, Object: field}, page.ButtonControl("note-cancel", cancel), page.ButtonControl("note-add", mark)}
		},
	})
}
