// Package point is the page of one publishing point: its state and the orders for it, every track
// with its bitrate over time, the encoders that send to it in two ledgers, and all of its links.
package point

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
	"pubpoint/ui/words"
)

// Operator is what the page asks for. Its methods may block and may be called from any goroutine.
type Operator interface {
	Points() []engine.PointStatus
	Encoders() []engine.EncoderStatus
	Links(point string) []engine.Link
	Series(q engine.Query) (engine.Series, error)
	EncoderLog(id string, after int64) ([]engine.LogLine, error)
	EncoderCommand(spec engine.EncoderSpec) (string, error)
	RecentEvents(limit int) []engine.Event

	CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	UpdatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	DeletePoint(ctx context.Context, name string, how engine.Deletion) error
	AddNote(ctx context.Context, point, text string) error
	StartPoint(ctx context.Context, name string) error
	StopPoint(ctx context.Context, name string) error
	ShutDownPoint(ctx context.Context, name string) error
	SignPlayback(ctx context.Context, point string, length time.Duration) ([]engine.Link, error)
	RotatePlaybackKey(ctx context.Context, point string) error
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
	StartEncoder(ctx context.Context, id string) error
	StopEncoder(ctx context.Context, id string) error
	RestartEncoder(ctx context.Context, id string) error
	RemoveEncoder(ctx context.Context, id string) error
}

// Page is the page of a publishing point. Use New, then Show.
type Page struct {
	host     page.Host
	operator Operator

	mu      sync.Mutex // guards looking, which Prepare reads off the Fyne goroutine
	looking ask

	content *fyne.Container
	head    *head
	sheet   *fyne.Container // head and columns
	gone    *gone
	columns *columns
	bare    *bare
	middle  *fyne.Container
	tracks  *kit.DataTable
	tracked *kit.Panel
	chart   *kit.Timeline
	span    *page.Choice
	whole   *kit.Button // leads to the timeline
	log     *kit.LogView
	logged  *kit.Panel
	logID   string // whose lines log holds

	links     *kit.Panel
	linkBox   *fyne.Container
	linkShown []engine.Link
	access    *kit.Button
	protected *kit.Paragraph // who may send and watch, where that is not everybody
	cardBox   *fyne.Container
	cards     map[string]*encoderCard
	cardIDs   []string
	outside   *kit.DataTable
	outsiders *kit.Panel
	refusals  *kit.DataTable
	refused   *kit.Panel
	sources   *fyne.Container
	findings  *findings

	last  model
	asked map[*kit.ConfirmButton]time.Time // since when a question stands
}

var _ page.Page = (*Page)(nil)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator) *Page {
	w := &Page{host: host, operator: operator, cards: map[string]*encoderCard{}, asked: map[*kit.ConfirmButton]time.Time{}}
	w.looking.span = spans()[defaultSpan]
	w.head = w.newHead()
	w.bare = w.newBare()
	w.buildMiddle()
	w.buildSides()
	w.columns = newColumns(w.links, container.NewStack(w.middle, w.bare.object), w.sources)
	w.gone = w.newGone()
	w.sheet = page.Edges(w.head.object, nil, nil, nil, w.columns.object())
	w.content = container.NewStack(w.sheet, w.gone.object)
	return w
}

// spans are how far back the timeline can reach.
func spans() []time.Duration {
	return []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
}

const defaultSpan = 1

func (w *Page) buildMiddle() {
	w.tracks = kit.NewDataTable(trackColumns()...)
	w.tracks.Empty = words.T(textNoTracks)
	w.tracked = kit.NewPanel(words.T(textTracks), w.tracks).Flush()
	w.chart = kit.NewTimeline(kit.TimelineConfig{Value: look.Bits, Tick: look.BitsTick, Empty: words.T(textNoTimeline)})
	w.span = page.NewChoice(textSpans(), []string{"span-1m", "span-2m", "span-5m", "span-15m", "span-1h"}, defaultSpan)
	w.span.Changed = func(i int) {
		w.look(func(a *ask) { a.span = spans()[i] })
		w.host.Wake()
	}
	w.whole = kit.NewButton(kit.ButtonPlain, words.T(textWhole), look.IconChart, func() { w.host.ShowTimeline(w.name()) })
	w.log = kit.NewLogView(2000, nil)
	w.logged = kit.NewPanel(words.T(textLog), w.log, kit.NewButton(kit.ButtonQuiet, "", look.IconCopy, func() { w.host.Copy(w.log.Text()) })).Flush()
	w.middle = container.New(stack{}, w.tracked, kit.NewPanel(words.T(textTimeline), w.chart, w.span.Object(), w.whole), w.logged)
}

func (w *Page) buildSides() {
	w.linkBox = page.Column(look.Space1)
	w.access = kit.NewButton(kit.ButtonQuiet, words.T(textAccess), "", w.askAccess)
	w.protected = kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)
	w.protected.Hide()
	w.links = kit.NewPanel(words.T(textLinks), page.Column(look.Space2, w.protected, w.linkBox), w.access)
	w.cardBox = page.Column(gutter)
	w.outside = kit.NewDataTable(outsideColumns()...)
	w.outsiders = kit.NewPanel(words.T(textOutside), w.outside).Flush()
	w.refusals = kit.NewDataTable(refusalColumns()...)
	w.refused = kit.NewPanel(words.T(textRefusals), w.refusals).Flush()
	w.findings = w.newFindings()
	w.sources = page.Column(gutter, w.findings.panel, w.bare.aside, w.cardBox, w.outsiders, w.refused)
}

// Show turns the page to another publishing point.
func (w *Page) Show(name string) {
	if w.name() == name {
		return
	}
	w.look(func(a *ask) { *a = ask{name: name, span: a.span} })
	w.resetLog("")
	// A question that was asked of one point is not answered for another.
	w.head.stop.Reset()
	w.head.shutDown.Reset()
	w.last = model{name: name, known: true, word: look.Unknown}
	w.show(w.last)
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	w.mu.Lock()
	a := w.looking
	w.mu.Unlock()
	m := newModel(s, w.operator, a)
	return func() {
		// The operator may have turned to another point since.
		if m.name == w.name() {
			w.show(m)
		}
	}
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	if !w.last.known {
		return w.gone.controls()
	}
	all := w.headControls()
	all = append(all, w.findings.controls()...)
	all = append(all, w.bare.controls()...)
	if !w.last.bare {
		all = append(all, w.span.Controls()...)
		all = append(all, page.ButtonControl("open-timeline", w.whole))
		all = append(all, page.Control{Name: "tracks", Object: w.tracks}, page.Control{Name: "timeline", Object: w.chart}, page.Control{Name: "log", Object: w.log})
	}
	all = append(all, page.ButtonControl("access", w.access))
	if w.protected.Visible() {
		all = append(all, page.Control{Name: "access-say", Text: w.protected.Text(), Object: w.protected})
	}
	for i, o := range w.linkBox.Objects {
		if i < len(w.linkShown) {
			name := slug(w.linkShown[i].Label)
			all = append(all, page.Control{Name: "link-" + name, Text: w.linkShown[i].URL, Object: o})
			if row, ok := o.(*kit.LinkRow); ok {
				all = append(all, page.ButtonControl("code-"+name, row.CodeButton()))
			}
		}
	}
	return append(all, w.cardControls()...)
}

func (w *Page) name() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looking.name
}

func (w *Page) look(change func(*ask)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.looking)
}

func (w *Page) show(m model) {
	w.last = m
	w.gone.show(m)
	page.SetHidden(w.sheet, !m.known)
	if !m.known {
		return
	}
	w.head.show(m)
	w.bare.show(m)
	page.SetHidden(w.middle, m.bare)
	w.tracks.SetRows(m.tracks)
	w.tracked.SetNote(m.trackNote)
	w.showChart(m)
	w.showLinks(m.links, m.config)
	w.showCards(m)
	w.outside.SetRows(m.outside)
	page.SetHidden(w.outsiders, len(m.outside) == 0)
	w.refusals.SetRows(m.refusals)
	page.SetHidden(w.refused, len(m.refusals) == 0)
	w.findings.show(m.findings)
	page.SetHidden(w.sources, !m.vacant && len(m.findings)+len(m.cards)+len(m.outside)+len(m.refusals) == 0)
	page.SetHidden(w.cardBox, len(m.cards) == 0)
	page.SetHidden(w.logged, len(m.cards) == 0)
	w.showLog(m)
	page.Relayout(w.sheet, w.head.object, w.head.notice)
	w.columns.refresh()
	for _, id := range w.cardIDs {
		page.Relayout(w.cards[id].body)
	}
}

func (w *Page) showChart(m model) {
	p := look.PaletteOf(w.chart.Theme())
	lines := make([]kit.Series, len(m.series))
	for i, s := range m.series {
		lines[i] = kit.Series{Name: s.name, Colour: p.Track(i), Points: s.points}
	}
	w.chart.SetData(lines, m.from, m.to)
}

func (w *Page) showLog(m model) {
	if m.logID != w.logID {
		if w.chosenLog() != m.asked {
			return // the operator has chosen another since; the next update has it
		}
		w.resetLog(m.logID)
	}
	w.logged.SetNote(m.logID)
	lines := make([]kit.LogLine, 0, len(m.logLines))
	for _, l := range m.logLines {
		lines = append(lines, kit.LogLine{At: l.At, Level: level(l.Text), Text: l.Text})
	}
	w.log.Append(lines...)
	if n := len(m.logLines); n > 0 {
		w.look(func(a *ask) {
			if a.name == m.name && (a.logID == "" || a.logID == m.logID) {
				a.logID, a.seq = m.logID, m.logLines[n-1].Seq
			}
		})
	}
}

// chosenLog is whose log the next update will hold.
func (w *Page) chosenLog() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looking.logID
}

// chooseLog shows the log of another encoder of the point.
func (w *Page) chooseLog(id string) {
	if id != w.logID {
		w.resetLog(id)
		w.host.Wake()
	}
}

func (w *Page) resetLog(id string) {
	w.logID = id
	if w.log.Lines() > 0 {
		w.log.Clear()
	}
	w.look(func(a *ask) { a.logID, a.seq = id, 0 })
}
