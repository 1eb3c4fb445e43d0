// Package logpage is the page of what happened: every event with its time, severity and point, and
// a filter.
package logpage

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// Source is what the page asks for. It may be called from any goroutine.
type Source interface {
	RecentEvents(limit int) []engine.Event
}

// Page is the log. Use New.
type Page struct {
	host   page.Host
	source Source

	mu      sync.Mutex // guards looking, which Prepare reads off the Fyne goroutine
	looking ask

	content fyne.CanvasObject
	filter  *page.Field
	which   *page.Choice
	table   *kit.DataTable
	panel   *kit.Panel
	detail  *kit.Paragraph
	open    *kit.Button
	copy    *kit.Button
	last    model
	lastAsk ask
	chosen  engine.Event
}

var _ page.Page = (*Page)(nil)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, source Source) *Page {
	w := &Page{host: host, source: source}
	w.filter = page.NewField(textFilter)
	w.filter.OnChanged = func(text string) { w.look(func(a *ask) { a.text = text }) }
	w.which = page.NewChoice([]string{textAll, textWrong}, []string{"log-all", "log-wrong"}, 0)
	w.which.Changed = func(i int) { w.look(func(a *ask) { a.wrong = i == 1 }) }
	w.table = kit.NewDataTable(columns()...)
	w.table.Empty = textNone
	w.table.OnSelect = w.choose
	w.table.OnOpen = func(int) { w.openPoint() }
	w.detail = kit.NewParagraph(textPick, look.ToneSoft, fyne.TextAlignLeading)
	w.open = kit.NewButton(kit.ButtonPlain, textOpen, look.IconPoint, w.openPoint)
	w.copy = kit.NewButton(kit.ButtonPlain, textCopy, look.IconCopy, func() { w.host.Copy(textEvent(w.chosen)) })
	w.open.Disable()
	w.copy.Disable()
	head := container.NewBorder(nil, nil, kit.NewText(look.Heading, textHeading), w.which.Object(),
		page.Inset(w.filter, look.Space4, 0, look.Space3, 0))
	foot := kit.NewPanel("", container.NewBorder(nil, nil, nil, page.Row(look.Space2, w.copy, w.open), page.Inset(w.detail, 0, 7, look.Space3, 0)))
	w.panel = kit.NewPanel(textEvents, container.NewVScroll(w.table)).Flush()
	w.content = container.NewBorder(page.Inset(head, 0, 0, 0, look.Space3), page.Inset(foot, 0, look.Space3, 0, 0), nil, nil, w.panel)
	return w
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(context.Context, page.Snapshot) func() {
	w.mu.Lock()
	a := w.looking
	w.mu.Unlock()
	m := newModel(w.source.RecentEvents(keptEvents), a, time.Local)
	return func() { w.show(m, a) }
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	all := append([]page.Control{{Name: "log-filter", Text: w.filter.Text, Object: w.filter}}, w.which.Controls()...)
	return append(all, page.Control{Name: "log-events", Text: w.panelText(), Object: w.table},
		page.ButtonControl("log-copy", w.copy), page.ButtonControl("log-open", w.open))
}

func (w *Page) panelText() string {
	if len(w.last.events) == 0 {
		return w.table.Empty
	}
	return textEvent(w.last.events[0])
}

func (w *Page) look(change func(*ask)) {
	w.mu.Lock()
	change(&w.looking)
	w.mu.Unlock()
	w.host.Wake()
}

// show lays the table out again only when there is something new: it is long.
func (w *Page) show(m model, a ask) {
	if m.seq == w.last.seq && a == w.lastAsk && len(m.rows) == len(w.last.rows) {
		return
	}
	w.last, w.lastAsk = m, a
	w.table.Empty = textNone
	if a != (ask{}) {
		w.table.Empty = textNoMatch
	}
	// The chosen event moves down as others come in.
	w.table.SetRows(m.rows)
	w.table.Select(-1)
	for i, e := range m.events {
		if e.Seq == w.chosen.Seq && w.chosen.Seq != 0 {
			w.table.Select(i)
		}
	}
	w.panel.SetNote(m.note)
	w.panel.Refresh()
}

func (w *Page) choose(row int) {
	w.chosen = w.last.events[row]
	w.detail.SetText(textEvent(w.chosen))
	w.copy.Enable()
	if w.chosen.Point == "" {
		w.open.Disable()
	} else {
		w.open.Enable()
	}
}

func (w *Page) openPoint() {
	if w.chosen.Point != "" {
		w.host.ShowPoint(w.chosen.Point)
	}
}
