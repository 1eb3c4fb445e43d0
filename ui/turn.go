package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/newpoint"
	"pubpoint/ui/words"
)

// ShowPoint shows the page of a publishing point.
func (w *Window) ShowPoint(name string) {
	w.point.Show(name)
	w.turnTo(w.point, pagePoint+name, name)
}

// turnTo shows p at once, with what it showed last, and asks for the present.
func (w *Window) turnTo(p page.Page, id, point string) {
	if w.modal != nil {
		w.closeModal()
	}
	w.pageID, w.pointName = id, point
	if w.page != p {
		w.page = p
		w.sheet.Objects = []fyne.CanvasObject{p.Content()}
		w.sheet.Refresh()
		w.scroll.ScrollToTop()
		w.win.Canvas().Unfocus()
	}
	w.visible.Store(&p)
	w.markSection()
	w.pump.Wake()
}

func (w *Window) restorePage(id string) {
	if name, ok := strings.CutPrefix(id, pagePoint); ok && engine.ValidName(name) {
		w.ShowPoint(name)
		return
	}
	if name, ok := strings.CutPrefix(id, pageTimeline); ok && engine.ValidName(name) {
		w.ShowTimeline(name)
		return
	}
	w.showSection(id)
}

// NewPoint asks for a new publishing point.
func (w *Window) NewPoint() {
	if w.modal != nil {
		return
	}
	var taken []string
	for _, p := range w.last.Points {
		taken = append(taken, p.Name)
	}
	form := newpoint.New(w.host(), w.options.Operator, newpoint.Config{Taken: taken, Close: w.closeModal})
	w.form = form
	w.showModal(form.Modal())
}

func (w *Window) showModal(m page.Modal) {
	if w.modal != nil {
		w.closeModal()
	}
	w.modal = &m
	w.overlay = widget.NewModalPopUp(m.Card(), w.win.Canvas())
	w.overlay.Show()
	if m.Focus != nil {
		w.win.Canvas().Focus(m.Focus)
	}
	w.pump.Wake()
}

func (w *Window) closeModal() {
	if w.modal == nil {
		return
	}
	w.closeFiles()
	closed := w.modal.Closed
	w.overlay.Hide()
	w.modal, w.overlay, w.form, w.palette = nil, nil, nil, false
	if closed != nil {
		closed()
	}
	w.pump.Wake()
}

// report shows a failure above the page, and takes it away when err is nil.
func (w *Window) report(err error) {
	if err != nil {
		w.log.Warn("an order was not carried out", "err", err)
		w.banner.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(engine.Sentence(err)), OnClose: func() { w.report(nil) }})
		w.win.Content().Refresh()
	}
	w.farFails = err != nil && w.away
	w.setShown(w.notice, err != nil)
}

// dropped offers a file that was dropped on the window to the open dialog, or to the page.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	if len(files) == 0 || files[0].Scheme() != "file" {
		return
	}
	if w.options.Engine != "" {
		w.report(&engine.Error{Op: "drop", Kind: engine.BadInput, Text: words.F(farFiles, w.options.Engine)})
		return
	}
	if w.form != nil {
		w.form.Drop(files[0].Path())
	} else if w.modal == nil && w.page == page.Page(w.encoders) {
		w.encoders.Drop(files[0].Path())
	}
}
