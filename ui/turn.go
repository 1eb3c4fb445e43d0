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
)

// ShowWall shows the home page.
func (w *Window) ShowWall() { w.turnTo(w.wall, pageWall, "") }

// ShowLog shows what happened.
func (w *Window) ShowLog() { w.turnTo(w.events, pageLog, "") }

// ShowSettings shows what is set.
func (w *Window) ShowSettings() { w.turnTo(w.settings, pageSettings, "") }

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
		w.win.Canvas().Unfocus()
	}
	w.visible.Store(&p)
	for i, own := range []string{pageWall, pageEncoders, pageLog, pageSettings} {
		w.nav[i].setCurrent(own == id || i == 0 && point != "")
	}
	w.pump.Wake()
}

func (w *Window) restorePage(id string) {
	switch {
	case id == pageEncoders:
		w.ShowEncoders("")
	case id == pageLog:
		w.ShowLog()
	case id == pageSettings:
		w.ShowSettings()
	case strings.HasPrefix(id, pagePoint) && engine.ValidName(strings.TrimPrefix(id, pagePoint)):
		w.ShowPoint(strings.TrimPrefix(id, pagePoint))
	default:
		w.ShowWall()
	}
}

// remember keeps how the window stands for the next run.
func (w *Window) remember() {
	size := w.win.Canvas().Size()
	if !w.win.FullScreen() && size.Width > 0 {
		w.options.Prefs.SetFloat(prefWidth, float64(size.Width))
		w.options.Prefs.SetFloat(prefHeight, float64(size.Height))
	}
	w.options.Prefs.SetString(prefPage, w.pageID)
	w.options.Prefs.SetBool(prefLight, w.light)
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
	w.modal, w.overlay, w.form = nil, nil, nil
	if closed != nil {
		closed()
	}
	w.pump.Wake()
}

// report shows a failure above the page, and takes it away when err is nil.
func (w *Window) report(err error) {
	if err == nil {
		w.notice.Hide()
	} else {
		w.log.Warn("an order was not carried out", "error", err)
		w.banner.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(engine.Sentence(err)), OnClose: func() { w.report(nil) }})
		w.notice.Show()
	}
	w.win.Content().Refresh()
}

// dropped offers a file that was dropped on the window to the open dialog, or to the page.
func (w *Window) dropped(_ fyne.Position, files []fyne.URI) {
	if len(files) == 0 || files[0].Scheme() != "file" {
		return
	}
	if w.form != nil {
		w.form.Drop(files[0].Path())
	} else if w.modal == nil && w.page == page.Page(w.encoders) {
		w.encoders.Drop(files[0].Path())
	}
}
