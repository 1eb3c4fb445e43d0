package timeline

import (
	"time"

	"pubpoint/ui/kit"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// moved asks for the stretch that the operator looks at now.
func (w *Page) moved() {
	from, to, live := w.lanes.View()
	span := w.lanes.Span()
	w.look(func(a *ask) { a.from, a.to, a.live, a.span = from, to, live, span })
	w.showLive(w.last.onAir)
	chosen := -1
	for i, s := range spans() {
		if (s - span).Abs() < time.Second {
			chosen = i
		}
	}
	if chosen != w.span.Index() {
		w.span.Select(chosen)
	}
	w.showRange()
	w.host.Wake()
}

// setLive follows the present, or the end of an event that is over; or stays where it is.
func (w *Page) setLive(live bool) {
	w.lanes.SetLive(live)
	w.moved()
}

// showLive tells whether the present is followed.
func (w *Page) showLive(onAir bool) {
	_, _, live := w.lanes.View()
	word, kinds := textLive, [2]kit.ButtonKind{kit.ButtonQuiet, kit.ButtonChosen}
	if !onAir && len(w.marks.Lanes) > 0 {
		word = textToEnd
	}
	if live {
		kinds = [2]kit.ButtonKind{kit.ButtonChosen, kit.ButtonQuiet}
	}
	if w.live.Text() != words.T(word) {
		w.live.SetText(words.T(word))
		w.panel.Refresh()
	}
	w.live.SetKind(kinds[0])
	w.pause.SetKind(kinds[1])
}

// showRange writes beside the title what stretch is shown.
func (w *Page) showRange() {
	from, to, _ := w.lanes.View()
	if len(w.marks.Lanes) == 0 {
		w.panel.SetNote("")
		return
	}
	const clock = "15:04:05"
	w.panel.SetNote(from.In(time.Local).Format(clock) + " – " + to.In(time.Local).Format(clock))
}

// mediaAt is what the second clock says, which runs only while there is media.
func (w *Page) mediaAt(at int64) (time.Duration, bool) {
	moment := time.UnixMilli(at)
	if moment.Before(w.marks.From) || moment.After(w.marks.To) {
		return 0, false
	}
	return media(w.marks, moment)
}

// key serves the letters that the lanes have no use for.
func (w *Page) key(r rune) {
	switch r {
	case 'm', 'M':
		w.AskNote()
	case 'l', 'L':
		w.setLive(true)
	case 'p', 'P':
		w.setLive(false)
	}
}

// leave goes back to the page of the point.
func (w *Page) leave() { w.host.ShowPoint(w.asked().point) }

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	all := []page.Control{page.ButtonControl("timeline-back", w.back), {Name: "timeline-event", Text: w.events.Selected, Object: w.events},
		page.ButtonControl("timeline-note", w.note), page.ButtonControl("timeline-export", w.export)}
	all = append(all, w.span.Controls()...)
	all = append(all, w.tool.Controls()...)
	all = append(all, page.ButtonControl("timeline-live", w.live), page.ButtonControl("timeline-pause", w.pause), page.Control{Name: "lanes", Object: w.lanes})
	if w.notice.Visible() {
		all = append(all, page.Control{Name: "timeline-failure", Object: w.failure})
	}
	all = append(all, w.clip.controls()...)
	all = append(all, w.marking.controls()...)
	return append(all, w.writing.controls()...)
}
