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
