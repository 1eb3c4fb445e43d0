package ui

import (
	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// typedKey serves the keys that go without Ctrl; they come here while nothing has the keyboard that
// uses them. The page that is shown goes first, but not with Esc out of a dialog.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	if w.files != nil {
		if e.Name == fyne.KeyEscape {
			w.closeFiles()
		}
		return
	}
	if w.modal != nil {
		if e.Name == fyne.KeyEscape {
			w.closeModal()
		}
		return
	}
	if taker, ok := w.page.(page.KeyTaker); ok && taker.TypedKey(e) {
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		w.back()
	case fyne.KeyF1:
		w.ShowHelp()
	case fyne.KeyF11:
		w.toggleFullScreen()
	case fyne.KeySpace:
		w.previewCurrent()
	case fyne.KeyA:
		w.acknowledgeWorst()
	case fyne.KeyM:
		w.noteCurrent()
	case fyne.KeyF5:
		w.restartCurrent()
	}
}

// typedRune serves characters, whichever keys they are on.
func (w *Window) typedRune(r rune) {
	if r == '?' && w.modal == nil {
		w.ShowHelp()
	}
}

func (w *Window) toggleFullScreen() { w.win.SetFullScreen(!w.win.FullScreen()) }

func (w *Window) back() {
	switch {
	case w.files != nil:
		w.closeFiles()
	case w.modal != nil:
		w.closeModal()
	case w.page == page.Page(w.encoders) && w.encoders.Back():
	case w.win.FullScreen():
		w.win.SetFullScreen(false)
	case w.page == page.Page(w.timeline):
		w.ShowPoint(w.pointName)
	default:
		w.ShowWall()
	}
}

func (w *Window) previewCurrent() {
	if w.pointName != "" {
		w.preview(w.pointName)
	}
}

// acknowledgeWorst says that the operator has seen what the top bar says.
func (w *Window) acknowledgeWorst() {
	if w.model.unacked > 0 {
		w.acknowledge(w.model.alarm.id)
	}
}

func (w *Window) noteCurrent() {
	if p, ok := w.last.Point(w.pointName); ok && p.State == engine.StateStarted {
		w.askNote(p.Name)
	}
}

// restartCurrent asks whether to restart the encoder of the point that is shown, the first of them
// that is in trouble when it has several.
func (w *Window) restartCurrent() {
	var first *engine.EncoderStatus
	worst := look.Quiet
	for _, e := range w.last.EncodersOf(w.pointName) {
		lamp, _ := page.EncoderLamp(e, w.last.Now)
		if e.Order == engine.OrderRun && (first == nil || lamp > worst) {
			first, worst = &e, lamp
		}
	}
	if first != nil && w.pointName != "" {
		w.askRestart(*first)
	}
}

// shortcuts lists the keys that mean something everywhere.
func (w *Window) shortcuts() []page.Help {
	all := []page.Help{
		{Keys: "Ctrl+K", What: words.T(menuPalette)},
		{Keys: "Ctrl+N", What: words.T(cmdNewPoint)},
		{Keys: "Ctrl+1 … 9", What: words.T(helpPoint)},
	}
	for _, p := range w.sections {
		all = append(all, page.Help{Keys: p.keys, What: words.T(p.name)})
	}
	return append(all,
		page.Help{Keys: "Enter", What: words.T(helpOpen)},
		page.Help{Keys: "Esc", What: words.T(helpBack)},
		page.Help{Keys: words.T(keySpace), What: words.T(helpPreview)},
		page.Help{Keys: "A", What: words.T(helpAck)},
		page.Help{Keys: "M", What: words.T(helpNote)},
		page.Help{Keys: "P", What: words.T(helpWrong)},
		page.Help{Keys: "F5", What: words.T(helpRestart)},
		page.Help{Keys: "F11", What: words.T(menuFullScreen)},
		page.Help{Keys: "Tab", What: words.T(helpTab)},
		page.Help{Keys: "F1, ?", What: words.T(menuShortcuts)},
		page.Help{Keys: "Ctrl+Q", What: words.T(menuQuit)})
}

// ShowHelp lists the keys. Fyne goroutine.
func (w *Window) ShowHelp() {
	if w.modal != nil {
		return
	}
	all := w.shortcuts()
	if h, ok := w.page.(page.Helper); ok {
		all = append(all, h.Help()...)
	}
	half := (len(all) + 1) / 2
	left, right := helpColumn(all[:half]), helpColumn(all[half:])
	closeIt := kit.NewButton(kit.ButtonPlain, words.T(helpClose), "", w.closeModal)
	w.showModal(page.Modal{
		Title:   words.T(menuShortcuts),
		Body:    page.Edges(nil, nil, page.Inset(left, 0, 0, look.Space6, 0), nil, right),
		Buttons: []fyne.CanvasObject{closeIt},
		Focus:   closeIt,
		Controls: func() []page.Control {
			return []page.Control{page.ButtonControl("help-close", closeIt)}
		},
	})
}

// helpKeys is how much room the keys of the sheet have.
const helpKeys float32 = 90

func helpColumn(lines []page.Help) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, l := range lines {
		keys := page.Sized(kit.NewText(look.Code, l.Keys), fyne.NewSize(helpKeys, 22))
		rows = append(rows, page.Row(look.Space3, keys, kit.NewText(look.Body, l.What).Toned(look.ToneSoft)))
	}
	return page.Column(2, rows...)
}
