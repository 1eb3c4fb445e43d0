package alarms

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// showAlarms shows the alarms of the model, of which one stays chosen wherever it stands now.
func (w *Page) showAlarms() {
	m := w.last
	empty := map[tab]string{tabActive: textNoMatch, tabShelved: textNoShelved, tabHistory: textNoHistory}[m.ask.tab]
	if m.ask.filtered() {
		empty = textNoMatch
	}
	w.alarms.SetEmpty(words.T(empty))
	if m.quiet != w.quieted {
		w.quieted = m.quiet
		w.quiet.RemoveAll()
		if m.quiet != "" {
			w.quiet.Add(kit.NewPanel("", kit.NewEmptyState(kit.EmptyConfig{Icon: look.IconBell, Headline: words.T(textQuiet), Hint: m.quiet})))
		}
	}
	w.listed.SetTitle(words.T(map[tab]string{tabActive: textActive, tabShelved: textShelved, tabHistory: textHistory}[m.ask.tab]))
	w.listed.SetNote(m.note)
	w.alarms.SetRows(m.rows, slices.IndexFunc(m.alarms, func(a engine.Alarm) bool { return a.ID == w.chosen }))
}

// showLog shows the events of the model. A reader who follows sees the newest; another keeps their
// place.
func (w *Page) showLog(before logModel) {
	m := w.last.log
	w.events.SetEmpty(words.T(textNoEvents))
	if w.last.ask.filtered() {
		w.events.SetEmpty(words.T(textNoMatch))
	}
	w.logged.SetNote(m.note)
	w.events.SetRows(m.rows, slices.IndexFunc(m.events, func(e engine.Event) bool { return e.Seq == w.chosenSeq }))
	fresh := 0
	if len(before.events) > 0 && before.ask == m.ask {
		fresh = slices.IndexFunc(m.events, func(e engine.Event) bool { return e.Seq == before.events[0].Seq })
	}
	switch {
	case before.ask != m.ask || w.following && fresh != 0:
		w.events.ToTop()
	case fresh > 0:
		w.events.Shift(fresh)
	}
}

func (w *Page) setFollow(follow bool) {
	if w.following == follow {
		return
	}
	w.following = follow
	kind := kit.ButtonQuiet
	if follow {
		kind = kit.ButtonChosen
		w.events.ToTop()
	}
	w.follow.SetKind(kind)
}

func (w *Page) choose(id string, seq int64) {
	w.chosen, w.chosenSeq = id, seq
	w.detail.show()
}

// chosenAlarm is the alarm that was chosen, while it is in the list.
func (w *Page) chosenAlarm() (engine.Alarm, bool) {
	if !w.asked().tab.ofAlarms() {
		return engine.Alarm{}, false
	}
	i := slices.IndexFunc(w.last.alarms, func(a engine.Alarm) bool { return a.ID == w.chosen })
	if i < 0 || w.chosen == "" {
		return engine.Alarm{}, false
	}
	return w.last.alarms[i], true
}

func (w *Page) chosenEvent() (engine.Event, bool) {
	if w.asked().tab != tabLog {
		return engine.Event{}, false
	}
	i := slices.IndexFunc(w.last.log.events, func(e engine.Event) bool { return e.Seq == w.chosenSeq })
	if i < 0 || w.chosenSeq == 0 {
		return engine.Event{}, false
	}
	return w.last.log.events[i], true
}

// TypedKey is for page.KeyTaker.
func (w *Page) TypedKey(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyA || !w.asked().tab.ofAlarms() {
		return false
	}
	w.Acknowledge()
	return true
}

// Help is for page.Helper.
func (w *Page) Help() []page.Help {
	return []page.Help{{Keys: "A", What: words.T(textHelpAck)}}
}

// Acknowledge says of the chosen alarm that somebody has seen it, or of the first that nobody has.
func (w *Page) Acknowledge() {
	if w.asked().tab != tabActive {
		return
	}
	a, ok := w.chosenAlarm()
	if !ok || !a.Acked.IsZero() {
		i := slices.IndexFunc(w.last.alarms, func(a engine.Alarm) bool { return a.Acked.IsZero() })
		if ok || i < 0 {
			return
		}
		a = w.last.alarms[i]
	}
	w.acknowledge(a.ID)
}

// acknowledgeAll does so of every alarm in the list.
func (w *Page) acknowledgeAll() {
	var ids []string
	for _, a := range w.last.alarms {
		if a.Acked.IsZero() {
			ids = append(ids, a.ID)
		}
	}
	w.acknowledge(ids...)
}

func (w *Page) acknowledge(ids ...string) {
	w.order(func(ctx context.Context) error {
		for _, id := range ids {
			// One that has gone meanwhile needs nobody any more.
			if err := w.operator.AckAlarm(ctx, id); err != nil && (len(ids) == 1 || engine.KindOf(err) != engine.NotFound) {
				return err
			}
		}
		return nil
	})
}

// shelve puts the chosen alarm away for a while; for 0 it counts again.
func (w *Page) shelve(length time.Duration, why string) {
	if a, ok := w.chosenAlarm(); ok {
		w.order(func(ctx context.Context) error { return w.operator.ShelveAlarm(ctx, a.ID, length, why) })
	}
}

// order runs an order; the buttons wait for its answer.
func (w *Page) order(work func(context.Context) error) {
	w.detail.setBusy(true)
	w.host.Order(work, func(err error) {
		w.detail.setBusy(false)
		if err == nil {
			w.detail.why.SetText("")
		}
	})
}

// goTo shows the point that the chosen alarm or event is about.
func (w *Page) goTo() {
	if name := w.target(); name != "" {
		w.host.ShowPoint(name)
	}
}

// target is that point; empty when there is none.
func (w *Page) target() string {
	if a, ok := w.chosenAlarm(); ok {
		return a.Point
	}
	if o, ok := w.chosenOrder(); ok {
		return o.Point
	}
	e, _ := w.chosenEvent()
	return e.Point
}

// copyChosen copies the chosen alarm or event as text.
func (w *Page) copyChosen() {
	if a, ok := w.chosenAlarm(); ok {
		w.host.Copy(textOfAlarm(a, w.last.now, time.Local))
	} else if o, ok := w.chosenOrder(); ok {
		w.host.Copy(textOfOrder(o))
	} else if e, ok := w.chosenEvent(); ok {
		w.host.Copy(words.F(textOfEncoder, e.At.Format(time.RFC3339), page.Sentence(textEvent(e))))
	}
}
