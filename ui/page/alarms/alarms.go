// Package alarms is the page of what needs a person, and of what happened: alarms that are active,
// shelved and cleared, and the event log, each with filters and an export of what is shown.
//
// An alarm or a line is chosen by what it is and not by its place, so that a choice stays while
// others come and go. Orders change nothing that is shown; the next snapshot does.
package alarms

import (
	"context"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Operator is what the page asks for. Its methods may block and may be called from any goroutine.
type Operator interface {
	RecentEvents(limit int) []engine.Event
	Actions(limit int, after int64) []engine.Action
	AckAlarm(ctx context.Context, id string) error
	ShelveAlarm(ctx context.Context, id string, length time.Duration, why string) error
}

// Page is the page of alarms. Use New.
type Page struct {
	host     page.Host
	operator Operator

	mu      sync.Mutex // guards what Prepare uses off the Fyne goroutine
	looking ask
	kept    logModel // the newest, so that it is not made again

	content *fyne.Container
	head    *fyne.Container
	inside  *fyne.Container
	tabs    *page.Choice
	filter  *page.Field
	least   *page.Choice
	points  *widget.Select
	save    *saver
	alarms  *kit.RowView
	events  *kit.RowView
	orders  *kit.RowView
	listed  *kit.Panel // alarms
	logged  *kit.Panel // events
	ordered *kit.Panel // orders
	quiet   *fyne.Container
	quieted string // what quiet says
	follow  *kit.Button
	export  [3]*kit.Button
	detail  *detail

	last      model
	chosen    string // id of an alarm
	chosenSeq int64  // of an event, or of an order
	following bool
}

var (
	_ page.Page     = (*Page)(nil)
	_ page.KeyTaker = (*Page)(nil)
	_ page.Helper   = (*Page)(nil)
)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator) *Page {
	w := &Page{host: host, operator: operator, following: true}
	w.buildHead()
	w.buildTables()
	w.detail = newDetail(w)
	w.save = newSaver(w)
	w.inside = container.NewStack(w.listed, w.logged, w.ordered, w.quiet)
	top := page.Column(look.Space3, w.head, w.save.object)
	w.content = container.NewBorder(page.Inset(top, 0, 0, 0, look.Space3), page.Inset(w.detail.object, 0, look.Space3, 0, 0), nil, nil, w.inside)
	w.turn()
	return w
}

func (w *Page) buildHead() {
	w.tabs = page.NewChoice(tabWords(model{}), []string{"alarm-active", "alarm-shelved", "alarm-history", "alarm-log", "alarm-orders"}, 0)
	w.tabs.Changed = func(i int) { w.turnTo(tab(i)) }
	w.filter = page.NewField(words.T(textFilter))
	w.filter.OnChanged = func(text string) { w.look(func(a *ask) { a.text = text }) }
	w.least = page.NewChoice([]string{words.T(textAllKinds), words.T(textWarnings), words.T(textErrors)}, []string{"alarm-all", "alarm-warnings", "alarm-errors"}, 0)
	w.least.Changed = func(i int) { w.look(func(a *ask) { a.least = i }) }
	w.points = widget.NewSelect([]string{words.T(textAllOver)}, nil)
	w.points.SetSelectedIndex(0)
	w.points.OnChanged = func(name string) {
		w.look(func(a *ask) {
			a.point = name
			if w.points.SelectedIndex() == 0 {
				a.point = ""
			}
		})
	}
	right := page.Row(look.Space3, w.least.Object(), page.Sized(w.points, fyne.NewSize(150, 0)))
	left := page.Row(look.Space4, kit.NewText(look.Heading, words.T(textHeading)), w.tabs.Object())
	w.head = page.Edges(nil, nil, left, right, page.Inset(w.filter, look.Space4, 0, look.Space3, 0))
}

func (w *Page) buildTables() {
	w.alarms = kit.NewRowView(2, alarmColumns()...)
	w.alarms.OnSelect = func(row int) { w.choose(w.last.alarms[row].ID, 0) }
	w.alarms.OnOpen = func(int) { w.goTo() }
	w.alarms.OnLink = func(row, column int) {
		switch a := w.last.alarms[row]; column {
		case columnOption:
			w.host.Copy(a.Option)
			w.detail.copied(a.Option)
		case columnPoint:
			w.host.ShowPoint(a.Point)
		}
	}
	w.events = kit.NewRowView(1, logColumns()...)
	w.events.OnSelect = func(row int) { w.choose("", w.last.log.events[row].Seq) }
	w.events.OnOpen = func(int) { w.goTo() }
	w.events.OnLink = func(row, _ int) { w.host.ShowPoint(w.last.log.events[row].Point) }
	w.events.OnScroll = func() { w.setFollow(w.events.AtTop()) }
	for i := range w.export {
		w.export[i] = kit.NewButton(kit.ButtonQuiet, words.T(textExport), look.IconOpen, func() { w.save.open() })
	}
	w.follow = kit.NewButton(kit.ButtonChosen, words.T(textFollow), "", func() { w.setFollow(!w.following) })
	w.listed = kit.NewPanel("", w.alarms, w.export[0]).Flush()
	w.logged = kit.NewPanel(words.T(textLog), w.events, w.follow, w.export[1]).Flush()
	w.buildOrders()
	w.quiet = container.NewStack()
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Show turns the page to the log, or to the alarms that are active.
func (w *Page) Show(log bool) {
	to := tabActive
	if log {
		to = tabLog
	}
	w.tabs.Select(int(to))
	w.turnTo(to)
}

func (w *Page) turnTo(to tab) {
	w.look(func(a *ask) { a.tab = to })
	w.turn()
}

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	w.mu.Lock()
	a, log := w.looking, w.kept
	w.mu.Unlock()
	m := newModel(s, a, time.Local)
	if a.tab == tabOrders {
		m.orders = newOrdersModel(w.operator.Actions(keptActions, 0), a, time.Local)
	}
	if a.tab == tabLog {
		if all := w.operator.RecentEvents(keptEvents); !log.fresh(all, a) {
			log = newLogModel(all, a, time.Local)
		}
		m.log = log
		w.mu.Lock()
		w.kept = log
		w.mu.Unlock()
	}
	return func() { w.show(m) }
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	all := append(w.tabs.Controls(), page.Control{Name: "alarm-search", Text: w.filter.Text, Object: w.filter})
	all = append(all, w.least.Controls()...)
	all = append(all, page.Control{Name: "alarm-point", Text: w.points.Selected, Object: w.points})
	switch {
	case w.logged.Visible():
		all = append(all, page.Control{Name: "log-events", Text: w.firstEvent(), Object: w.events}, page.Control{Name: "log-row", Text: w.firstEvent(), Object: w.events.Row(0)},
			page.ButtonControl("log-follow", w.follow), page.ButtonControl("alarm-export", w.export[1]))
	case w.ordered.Visible():
		all = append(all, page.Control{Name: "order-list", Text: w.firstOrder(), Object: w.orders}, page.Control{Name: "order-row", Text: w.firstOrder(), Object: w.orders.Row(0)},
			page.ButtonControl("alarm-export", w.export[2]))
	case w.listed.Visible():
		all = append(all, page.Control{Name: "alarm-list", Text: w.firstAlarm(), Object: w.alarms}, page.Control{Name: "alarm-row", Text: w.firstAlarm(), Object: w.alarms.Row(0)},
			page.ButtonControl("alarm-export", w.export[0]))
	default:
		all = append(all, page.Control{Name: "alarm-none", Text: w.quieted, Object: w.quiet})
	}
	return append(append(all, w.save.controls()...), w.detail.controls()...)
}

func (w *Page) firstEvent() string {
	if len(w.last.log.events) == 0 {
		return w.events.Empty()
	}
	return textEvent(w.last.log.events[0])
}

func (w *Page) firstAlarm() string {
	if len(w.last.alarms) == 0 {
		return w.alarms.Empty()
	}
	return page.Sentence(w.last.alarms[0].Text)
}

func (w *Page) look(change func(*ask)) {
	w.mu.Lock()
	change(&w.looking)
	w.mu.Unlock()
	w.host.Wake()
}

func (w *Page) asked() ask {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looking
}

// turn shows the list that was asked for, with what it showed last.
func (w *Page) turn() {
	on := w.asked().tab
	page.SetHidden(w.logged, on != tabLog)
	page.SetHidden(w.ordered, on != tabOrders)
	page.SetHidden(w.quiet, on != tabActive || w.last.quiet == "")
	page.SetHidden(w.listed, !on.ofAlarms() || w.quiet.Visible())
	if w.detail != nil {
		page.SetHidden(w.detail.object, w.quiet.Visible())
		w.detail.show()
	}
}

func (w *Page) show(m model) {
	if m.ask != w.asked() {
		return // the operator has asked for something else since; the next update has it
	}
	w.last.counts, w.last.past = m.counts, m.past
	if w.tabs.SetWords(tabWords(m)) {
		page.Relayout(w.head)
		w.head.Refresh()
	}
	if options := append([]string{words.T(textAllOver)}, m.points...); !slices.Equal(options, w.points.Options) {
		w.points.SetOptions(options)
	}
	before := w.last
	w.last = m
	switch m.ask.tab {
	case tabLog:
		w.showLog(before.log)
	case tabOrders:
		w.showOrders(before.orders)
	default:
		w.showAlarms()
	}
	w.turn()
}

func tabWords(m model) []string {
	count := func(word string, n int) string {
		if n == 0 {
			return words.T(word)
		}
		return words.F(textCounted, words.T(word), n)
	}
	return []string{count(textActive, m.counts.Active), count(textShelved, m.counts.Shelved), count(textHistory, m.past), words.T(textLog), words.T(textOrders)}
}
