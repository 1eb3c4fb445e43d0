package ui

// ShowAlarms shows what needs a person. Fyne goroutine.
func (w *Window) ShowAlarms() {
	w.alarms.Show(false)
	w.turnTo(w.alarms, pageAlarms, "")
}

// ShowLog shows what happened. Fyne goroutine.
func (w *Window) ShowLog() {
	w.alarms.Show(true)
	w.turnTo(w.alarms, pageAlarms, "")
}

// ShowArchive shows what a publishing point has recorded, or the page as it stands for "". Fyne
// goroutine.
func (w *Window) ShowArchive(point string) {
	if point != "" {
		w.archive.Show(point)
	}
	w.turnTo(w.archive, pageArchive, "")
}
