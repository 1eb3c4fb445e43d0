package ui

import (
	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// AskClose closes the window, after asking when something is on air. It must be called on the Fyne
// goroutine.
func (w *Window) AskClose() {
	var names []string
	others := 0
	for _, p := range w.last.Points {
		switch {
		case page.OnAir(p):
			names = append(names, p.Name)
		case page.Open(p):
			others++
		}
	}
	// With a window that drives an engine elsewhere nothing ends.
	if len(names)+others == 0 || w.lost != "" || w.options.Engine != "" {
		w.leave()
		return
	}
	running := 0
	for _, e := range w.last.Encoders {
		if e.State == engine.EncoderRunning {
			running++
		}
	}
	stay := kit.NewButton(kit.ButtonPlain, words.T(closeStay), "", w.closeModal)
	leave := kit.NewButton(kit.ButtonDanger, words.T(closeGo), look.IconStop, w.leave)
	sentence := kit.NewParagraph(closeSentence(names, others, running), look.ToneText, fyne.TextAlignLeading)
	w.showModal(page.Modal{
		Title:   words.T(closeTitle),
		Body:    page.Sized(sentence, fyne.NewSize(440, sentence.HeightFor(440))),
		Buttons: []fyne.CanvasObject{stay, leave},
		Focus:   stay,
		Controls: func() []page.Control {
			return []page.Control{page.ButtonControl("close-cancel", stay), page.ButtonControl("close-confirm", leave)}
		},
	})
}

// leave remembers how the window stood and closes it.
func (w *Window) leave() {
	w.remember()
	w.win.Close()
}
