// Package encoders is the page of every supervised ffmpeg: a table of them all, those in trouble
// first, and one of them whole: its two ledgers, its processes, its command and its log. The same
// page shows the form in which an encoder is made or changed.
package encoders

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/encoderform"
	"pubpoint/ui/words"
)

// Operator is what the page asks for. Its methods may block and may be called from any goroutine.
type Operator interface {
	encoderform.Operator
	EncoderLog(id string, after int64) ([]engine.LogLine, error)
	StopEncoder(ctx context.Context, id string) error
	RestartEncoder(ctx context.Context, id string) error
	RemoveEncoder(ctx context.Context, id string) error
}

// Page is the Encoders page. Use New.
type Page struct {
	host     page.Host
	operator Operator

	mu      sync.Mutex // guards looking, which Prepare reads off the Fyne goroutine
	looking ask

	content *fyne.Container // one of list, empty and form
	list    *fyne.Container
	empty   *emptyPage
	form    *encoderform.Form
	edited  string // the id that form changes; empty for a new one

	summary *kit.Text
	filter  *page.Field
	order   *page.Choice
	create  *kit.Button
	tool    *kit.Banner
	notice  *fyne.Container
	table   *kit.LongTable
	detail  *detailView
	last    model
}

var _ page.Page = (*Page)(nil)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator) *Page {
	w := &Page{host: host, operator: operator}
	w.summary = kit.NewText(look.Body, "").Toned(look.ToneSoft)
	w.filter = page.NewField(words.T(textFilter))
	w.filter.OnChanged = func(s string) { w.look(func(a *ask) { a.filter = s }); w.host.Wake() }
	w.order = page.NewChoice([]string{words.T(textTrouble), words.T(textByPoint)}, []string{"encoders-trouble", "encoders-by-point"}, 0)
	w.order.Changed = func(i int) { w.look(func(a *ask) { a.byPoint = i == 1 }); w.host.Wake() }
	w.create = kit.NewButton(kit.ButtonPrimary, words.T(textNew), look.IconPlus, func() { w.Create("") })
	w.tool = kit.NewBanner(kit.Notice{})
	w.notice = page.Inset(w.tool, 0, 0, 0, look.Space3)
	w.notice.Hide()
	w.table = kit.NewLongTable(columns()...)
	w.table.Empty = words.T(textNoMatch)
	w.table.OnSelect = func(row int) { w.choose(w.last.ids[row]) }
	w.table.OnOpen = func(row int) { w.Edit(w.last.ids[row]) }
	w.table.OnKey = func(e *fyne.KeyEvent) { w.TypedKey(e) }
	w.detail = w.newDetailView()
	w.empty = newEmptyPage(host, w.Create)
	head := page.Edges(nil, nil, page.Row(look.Space4, kit.NewText(look.Heading, words.T(textHeading)), w.summary),
		page.Row(look.Space3, w.order.Object(), w.create), page.Inset(w.filter, look.Space4, 0, look.Space3, 0))
	w.list = page.Edges(page.Column(0, page.Inset(head, 0, 0, 0, look.Space3), w.notice), nil, nil, nil,
		container.New(&halves{rows: func() int { return w.table.Rows() }}, kit.NewPanel("", w.table).Flush(), w.detail.panel))
	w.empty.object.Hide()
	w.content = container.NewStack(w.list, w.empty.object)
	return w
}

// halves gives the table what its rows need, up to less than half, and the detail the rest.
type halves struct{ rows func() int }

const (
	tableLine  float32 = 30
	tableMore  float32 = 34 // head and borders
	leastLines         = 3
	tableShare float32 = 0.4
)

// MinSize is for Fyne.
func (h *halves) MinSize(o []fyne.CanvasObject) fyne.Size {
	top, rest := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(top.Width, rest.Width), leastLines*tableLine+tableMore+look.Space3+rest.Height)
}

// Layout is for Fyne.
func (h *halves) Layout(o []fyne.CanvasObject, size fyne.Size) {
	want := float32(max(leastLines, h.rows()))*tableLine + tableMore
	whole := float32(int((size.Height*tableShare-tableMore)/tableLine))*tableLine + tableMore
	high := min(want, max(leastLines*tableLine+tableMore, whole))
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(size.Width, high))
	o[1].Move(fyne.NewPos(0, high+look.Space3))
	o[1].Resize(fyne.NewSize(size.Width, max(0, size.Height-high-look.Space3)))
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	w.mu.Lock()
	a := w.looking
	w.mu.Unlock()
	m := newModel(s, w.operator, a)
	return func() { w.show(m) }
}

func (w *Page) look(change func(*ask)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.looking)
}

func (w *Page) asked() ask {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looking
}

// Show turns to an encoder; an empty id leaves the choice. The form is left.
func (w *Page) Show(id string) {
	w.leaveForm()
	if id != "" {
		w.choose(id)
	}
}

// choose shows an encoder whole.
func (w *Page) choose(id string) {
	if w.asked().id == id {
		return
	}
	w.look(func(a *ask) { a.id, a.seq = id, 0 })
	w.detail.turnTo(id)
	w.host.Wake()
}

func (w *Page) show(m model) {
	w.last.points, w.last.tool = m.points, m.tool
	if w.form != nil {
		w.showForm(m)
	}
	if m.ask != w.asked() {
		return // the operator has asked for something else since; the next update has it
	}
	w.last = m
	w.empty.show(m)
	none := m.all == 0
	page.SetHidden(w.empty.object, !none || w.form != nil)
	page.SetHidden(w.list, none || w.form != nil)
	w.summary.SetText(m.note)
	w.tool.Set(kit.Notice{Lamp: m.tool.Lamp, Sentence: m.tool.Sentence})
	page.SetHidden(w.notice, m.tool.Sentence == "")
	w.table.SetRows(m.rows)
	w.table.SetSelected(index(m.ids, m.detail.id))
	if m.detail.id != m.ask.id { // the first was taken, and stays while others come in front of it
		w.look(func(a *ask) { a.id, a.seq = m.detail.id, 0 })
		w.detail.turnTo(m.detail.id)
	}
	w.detail.show(m)
	w.look(func(a *ask) {
		if a.id == m.detail.id {
			a.seq = newest(m.lines, a.seq)
		}
	})
	w.list.Refresh()
}

func (w *Page) showForm(m model) {
	running := m.detail.id == w.edited && m.detail.run
	if w.edited != "" && m.detail.id == w.edited {
		w.form.SetRunning(running)
	}
}

func index(all []string, one string) int {
	for i, s := range all {
		if s == one && s != "" {
			return i
		}
	}
	return -1
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	if w.form != nil {
		return w.form.Controls()
	}
	if w.empty.object.Visible() {
		return w.empty.controls()
	}
	all := append([]page.Control{{Name: "encoders-filter", Text: w.filter.Text, Object: w.filter}}, w.order.Controls()...)
	all = append(all, page.ButtonControl("encoders-new", w.create), page.Control{Name: "encoders-summary", Text: w.last.note, Object: w.summary})
	if w.notice.Visible() {
		all = append(all, page.Control{Name: "encoders-tool", Text: w.last.tool.Sentence, Object: w.tool})
	}
	all = append(all, page.Control{Name: "encoders-table", Text: w.last.note, Object: w.table})
	for i, id := range w.last.ids {
		if line := w.table.Line(i); line != nil {
			cells := w.last.rows[i]
			all = append(all, page.Control{Name: "encoders-row-" + id, Text: cells[0].Text + "; " + cells[len(cells)-1].Text, Object: line})
		}
	}
	return append(all, w.detail.controls()...)
}

// TypedKey serves the page's keys, and reports whether it did: F5 restarts the chosen encoder once it
// was pressed twice, N makes a new one.
func (w *Page) TypedKey(e *fyne.KeyEvent) bool {
	if w.form != nil {
		return false
	}
	switch e.Name {
	case fyne.KeyF5:
		w.Restart()
	case fyne.KeyN:
		w.Create("")
	default:
		return false
	}
	return true
}

// Restart asks whether the chosen encoder shall be restarted, and restarts it when it was asked before.
func (w *Page) Restart() {
	if w.form == nil && w.detail.restart.Visible() && !w.detail.restart.Disabled() {
		w.detail.restart.Tapped(nil)
	}
}

// Back leaves the form, and reports whether there was one to leave.
func (w *Page) Back() bool {
	if w.form == nil {
		return false
	}
	w.leaveForm()
	return true
}

// Drop takes a file that was dropped on the window: the form sends it.
func (w *Page) Drop(path string) {
	if w.form == nil {
		w.Create("")
	}
	w.form.Drop(path)
}

// Create shows the form of a new encoder for a point, which may be empty.
func (w *Page) Create(point string) {
	w.openForm("", encoderform.Config{Spec: engine.EncoderSpec{Point: point}})
}

// Edit shows the form of an encoder there is.
func (w *Page) Edit(id string) {
	w.choose(id)
	if w.detail.last.id == id {
		w.openForm(id, encoderform.Config{Spec: w.detail.last.spec, Editing: true, Running: w.detail.last.run})
		return
	}
	w.detail.edit = true // as soon as it is known
}

// duplicate shows the form of a new encoder that is like the chosen one.
func (w *Page) duplicate() {
	spec := w.detail.last.spec
	spec.ID = ""
	w.openForm("", encoderform.Config{Spec: spec})
}

func (w *Page) openForm(id string, config encoderform.Config) {
	w.leaveForm()
	config.Points = w.last.points
	config.Close = func() { w.leaveForm() }
	config.Saved = func(id string) { w.Show(id); w.host.Wake() }
	w.edited = id
	w.form = encoderform.New(w.host, w.operator, config)
	w.list.Hide()
	w.empty.object.Hide()
	w.content.Objects = []fyne.CanvasObject{w.list, w.empty.object, w.form.Object()}
	w.content.Refresh()
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.content); c != nil {
		c.Focus(w.form.Focus())
	}
}

func (w *Page) leaveForm() {
	if w.form == nil {
		return
	}
	w.form.Gone()
	w.form, w.edited = nil, ""
	w.content.Objects = []fyne.CanvasObject{w.list, w.empty.object}
	page.SetHidden(w.empty.object, w.last.all != 0)
	page.SetHidden(w.list, w.last.all == 0)
	w.content.Refresh()
	w.host.Wake()
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.content); c != nil {
		c.Unfocus()
	}
}
