package ui

import "fyne.io/fyne/v2"

// What Prefs remembers. It is written when it changes, not when the window is closed, so that a
// program that is ended remembers as well.
const (
	prefPage   = "window.page"
	prefWidth  = "window.width"
	prefHeight = "window.height"
	prefLight  = "window.light"
	prefFull   = "window.fullscreen"
)

// The size of a window that nothing is remembered of: that of the smallest screen there is room on.
const firstWidth, firstHeight = 1280, 720

// remember keeps how the window stands for the next run, as far as it has changed.
func (w *Window) remember() {
	prefs := w.options.Prefs
	if full := w.win.FullScreen(); full != prefs.Bool(prefFull) {
		prefs.SetBool(prefFull, full)
	}
	size := w.win.Canvas().Size()
	if !w.win.FullScreen() && size.Width > 0 && (float64(size.Width) != prefs.Float(prefWidth) || float64(size.Height) != prefs.Float(prefHeight)) {
		prefs.SetFloat(prefWidth, float64(size.Width))
		prefs.SetFloat(prefHeight, float64(size.Height))
	}
	if prefs.String(prefPage) != w.pageID {
		prefs.SetString(prefPage, w.pageID)
	}
	if prefs.Bool(prefLight) != w.light {
		prefs.SetBool(prefLight, w.light)
	}
}

// rememberSettled remembers once the size has stood still for a tick, so that a window that is being
// pulled larger is not written down at every step.
func (w *Window) rememberSettled() {
	if size := w.win.Canvas().Size(); size != w.stood {
		w.stood = size
		return
	}
	w.remember()
}

// restoreSize makes the window as large as it was.
func (w *Window) restoreSize() {
	prefs := w.options.Prefs
	w.win.Resize(fyne.NewSize(float32(prefs.FloatWithFallback(prefWidth, firstWidth)), float32(prefs.FloatWithFallback(prefHeight, firstHeight))))
	if prefs.Bool(prefFull) {
		w.win.SetFullScreen(true)
	}
}
