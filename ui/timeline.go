package ui

// pageTimeline and the name of a point is what Prefs remembers of a timeline.
const pageTimeline = "timeline:"

// ShowTimeline shows the timeline of a publishing point.
func (w *Window) ShowTimeline(name string) {
	w.timeline.Show(name)
	w.turnTo(w.timeline, pageTimeline+name, name)
}

// timelineCurrent shows the timeline of the point that is looked at.
func (w *Window) timelineCurrent() {
	if w.pointName != "" {
		w.ShowTimeline(w.pointName)
	}
}

// noteCurrent asks for a note on the point that is looked at, on its timeline.
func (w *Window) noteCurrent() {
	if w.pointName == "" {
		return
	}
	w.timelineCurrent()
	w.timeline.AskNote()
}
