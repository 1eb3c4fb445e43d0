package alarms

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// keptActions is how many orders are looked through, and listed at most: as many as an engine promises
// to keep.
const keptActions = 1000

// ordersModel is the audit log at one instant, newest first.
type ordersModel struct {
	ask     ask
	actions []engine.Action
	rows    [][]kit.RowCell
	note    string
}

// ofAlarms tells the lists of alarms from what only happened.
func (t tab) ofAlarms() bool { return t < tabLog }

func newOrdersModel(all []engine.Action, a ask, where *time.Location) ordersModel {
	m := ordersModel{ask: a}
	for _, o := range slices.Backward(all) {
		severity := engine.Info
		if o.Outcome != engine.Done {
			severity = engine.Failure
		}
		if a.wants(severity, o.Point, o.Who, o.What, o.Encoder, o.Detail, o.Outcome, o.Reason) {
			m.actions = append(m.actions, o)
			m.rows = append(m.rows, orderRow(o, where))
		}
	}
	m.note = noteOf(a, len(m.actions), len(all))
	return m
}

func orderColumns() []kit.Column {
	return []kit.Column{
		{Title: words.T(textColTime), Width: 112},
		{Title: words.T(textColUTC), Width: 62},
		{Title: words.T(textColWho), Width: 140, Grow: 0.1},
		{Title: words.T(textColPoint), Width: 120, Grow: 0.15},
		{Title: words.T(textColOrder), Width: 200, Grow: 0.6},
		{Title: words.T(textColOutcome), Width: 170, Grow: 0.4},
	}
}

func orderRow(o engine.Action, where *time.Location) []kit.RowCell {
	outcome := kit.State(look.Good, words.T(textDone))
	if o.Outcome != engine.Done {
		outcome = kit.State(look.Bad, words.T(textNotDone))
	}
	return []kit.RowCell{
		{Cell: kit.Cell{Text: words.Date(o.At.In(where), "2 Jan 15:04:05"), Tone: look.ToneSoft}},
		{Cell: kit.Cell{Text: look.TimeOfDay(o.At.UTC()), Tone: look.ToneFaint}},
		{Cell: kit.Cell{Text: or(o.Who), Tone: look.ToneSoft}},
		{Cell: kit.Cell{Text: or(o.Point), Tone: faintWithout(o.Point)}, Link: o.Point != ""},
		{Cell: kit.Cell{Text: textOrder(o)}, Below: o.Detail, BelowTone: look.ToneSoft},
		{Cell: outcome, Below: page.Sentence(o.Reason), BelowTone: look.ToneSoft},
	}
}

// textOrder is what was ordered, and of which encoder.
func textOrder(o engine.Action) string {
	if o.Encoder == "" || strings.Contains(o.What, o.Encoder) {
		return o.What
	}
	return words.F(textOfEncoder, o.Encoder, o.What)
}

// wholeOrder is an order with all that was said of it.
func wholeOrder(o engine.Action) string {
	text := strings.Join(nonEmpty(textOrder(o), o.Detail), " · ")
	if o.Reason == "" {
		return text
	}
	return text + " · " + page.Sentence(o.Reason)
}

// textOfOrder is everything about an order, to be copied.
func textOfOrder(o engine.Action) string {
	return strings.Join(append([]string{instant(o.At)}, nonEmpty(o.Who, o.Point, textOrder(o), o.Detail, o.Outcome, o.Reason)...), " · ")
}

func (w *Page) buildOrders() {
	w.orders = kit.NewRowView(2, orderColumns()...)
	w.orders.OnSelect = func(row int) { w.choose("", w.last.orders.actions[row].Seq) }
	w.orders.OnOpen = func(int) { w.goTo() }
	w.orders.OnLink = func(row, _ int) { w.host.ShowPoint(w.last.orders.actions[row].Point) }
	w.ordered = kit.NewPanel(words.T(textOrders), w.orders, w.export[2]).Flush()
}

// showOrders shows the orders of the model. A reader at the top sees the newest; another keeps their
// place.
func (w *Page) showOrders(before ordersModel) {
	m := w.last.orders
	w.orders.SetEmpty(words.T(textNoOrders))
	if w.last.ask.filtered() {
		w.orders.SetEmpty(words.T(textNoMatch))
	}
	w.ordered.SetNote(m.note)
	atTop := w.orders.AtTop()
	w.orders.SetRows(m.rows, slices.IndexFunc(m.actions, func(o engine.Action) bool { return o.Seq == w.chosenSeq }))
	fresh := 0
	if len(before.actions) > 0 && before.ask == m.ask {
		fresh = slices.IndexFunc(m.actions, func(o engine.Action) bool { return o.Seq == before.actions[0].Seq })
	}
	switch {
	case before.ask != m.ask || atTop && fresh != 0:
		w.orders.ToTop()
	case fresh > 0:
		w.orders.Shift(fresh)
	}
}

func (w *Page) chosenOrder() (engine.Action, bool) {
	if w.asked().tab != tabOrders {
		return engine.Action{}, false
	}
	i := slices.IndexFunc(w.last.orders.actions, func(o engine.Action) bool { return o.Seq == w.chosenSeq })
	if i < 0 || w.chosenSeq == 0 {
		return engine.Action{}, false
	}
	return w.last.orders.actions[i], true
}

func (w *Page) firstOrder() string {
	if len(w.last.orders.actions) == 0 {
		return w.orders.Empty()
	}
	return wholeOrder(w.last.orders.actions[0])
}

// writeOrders writes orders as a table for spreadsheets, or as text for people.
func writeOrders(w io.Writer, actions []engine.Action, table bool) error {
	if !table {
		for _, o := range actions {
			if _, err := fmt.Fprintln(w, textOfOrder(o)); err != nil {
				return err
			}
		}
		return nil
	}
	rows := [][]string{{"seq", "time", "who", "what", "point", "encoder", "detail", "outcome", "reason"}}
	for _, o := range actions {
		rows = append(rows, []string{strconv.FormatInt(o.Seq, 10), instant(o.At), o.Who, o.What, o.Point, o.Encoder, o.Detail, o.Outcome, o.Reason})
	}
	return writeTable(w, rows)
}
