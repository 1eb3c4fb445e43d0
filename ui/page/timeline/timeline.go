// Package timeline is the page on which an operator looks at an event of a publishing point fragment by fragment, on
// air or afterwards: every track as a lane, what is missing, what was marked; and from which pieces are cut.
//
// What is shown is read off the Fyne goroutine, only as often as a difference could be seen, and not at all while the
// operator looks at a stretch that is over.
package timeline

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
	Fragments(q engine.FragmentQuery) (engine.FragmentMap, error)
	ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error)
	Recordings() []engine.Recording
	ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error)
	AddNote(ctx context.Context, point, text string) error
}

// focusedTick is how soon the lanes are brought up to date again while they have the keyboard.
const focusedTick = 250 * time.Millisecond

// Page is the timeline of one publishing point. Use New, then Show.
type Page struct {
	host     page.Host
	operator Operator
	later    kit.Later

	mu      sync.Mutex // guards looking, which Prepare reads off the Fyne goroutine
	looking ask
	reader  reader // used by Prepare alone

	content *fyne.Container
	sheet   *fyne.Container
	gone    fyne.CanvasObject
	back    *kit.Button
	name    *kit.Text
	lamp    *kit.Lamp
	events  *widget.Select
	note    *kit.Button
	export  *kit.Button
	span    *page.Choice
	tool    *page.Choice
	live    *kit.Button
	pause   *kit.Button
	lanes   *kit.Lanes
	panel   *kit.Panel
	failure *kit.Banner
	notice  *fyne.Container
	clip    *clipTray
	marking *noteTray
	writing *exportTray
	who     *fyne.Container
	first   *fyne.Container

	marks  engine.FragmentMap // what the lanes show
	last   model
	ids    []string // of the events in the list; the first is empty for the newest
	setup  bool     // the list of events is being filled
	ticked bool     // another tick was asked for already
}

var _ page.Page = (*Page)(nil)

// New makes the page. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator) *Page {
	w := &Page{host: host, operator: operator, later: host.Later}
	if w.later == nil {
		w.later = kit.AfterDo
	}
	w.reader.operator = operator
	w.looking = ask{span: spans()[1], live: true}
	w.build()
	return w
}

func (w *Page) build() {
	w.back = kit.NewButton(kit.ButtonQuiet, "", look.IconBack, w.leave)
	w.name = kit.NewText(look.Heading, "").Cutting(kit.CutMiddle)
	w.lamp = kit.NewLamp(kit.LampLarge, look.Quiet, "")
	w.events = widget.NewSelect(nil, nil)
	w.events.OnChanged = func(string) { w.chooseEvent(w.events.SelectedIndex()) }
	w.note = kit.NewButton(kit.ButtonPlain, words.T(textNote), look.IconPlus, func() { w.AskNote() })
	w.export = kit.NewButton(kit.ButtonPlain, words.T(textExport), look.IconOpen, w.askExport)
	w.span = page.NewChoice(textSpans(), spanNames(), 1)
	w.span.Changed = func(i int) { w.lanes.SetSpan(spans()[i]); w.moved() }
	w.tool = page.NewChoice([]string{words.T(textMove), words.T(textSelect)}, []string{"tool-move", "tool-select"}, 0)
	w.tool.Changed = func(i int) { w.lanes.SetPicking(i == 1) }
	w.live = kit.NewButton(kit.ButtonChosen, words.T(textLive), "", func() { w.setLive(true) })
	w.pause = kit.NewButton(kit.ButtonQuiet, words.T(textPause), "", func() { w.setLive(false) })
	w.lanes = kit.NewLanes(w.looking.span, kit.LanesConfig{
		Value: look.Bits, Tick: look.BitsTick, Length: textLength, Tell: w.tell, Moved: w.moved, Selected: w.selected, Key: w.key, Escape: w.leave,
		ClockName: words.T(textClockName), MediaName: words.T(textMediaName), Empty: words.T(textReading),
		Media: w.mediaAt,
		Fault: func(err error) { w.host.Report(err) },
	})
	w.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
	w.notice = page.Inset(w.failure, 0, 0, 0, look.Space3)
	w.notice.Hide()
	w.clip, w.marking, w.writing = w.newClipTray(), w.newNoteTray(), w.newExportTray()
	w.who = page.Who(w.back, w.name, w.lamp, nil)
	can := page.Row(look.Space2, page.Sized(w.events, fyne.NewSize(250, 0)), w.note, w.export)
	w.first = page.Edges(nil, nil, nil, can, page.Inset(w.who, 0, 0, look.Space3, 0))
	hint := page.Inset(kit.NewText(look.Caption, words.T(textHint)).Toned(look.ToneFaint).Cutting(kit.CutEnd), look.Space1, look.Space1, 0, 0)
	w.panel = kit.NewPanel(words.T(textTimeline), page.Edges(nil, hint, nil, nil, w.lanes),
		w.span.Object(), separation(), w.tool.Object(), separation(), w.live, w.pause)
	trays := page.Column(0, w.clip.object, w.marking.object, w.writing.object)
	w.sheet = page.Edges(page.Column(0, page.Inset(w.first, 0, 0, 0, look.Space3), w.notice), trays, nil, nil, w.panel)
	w.gone = kit.NewEmptyState(kit.EmptyConfig{Headline: words.T(textGone), Action: words.T(textToWall), OnAction: w.host.ShowWall})
	w.gone.Hide()
	w.content = container.NewStack(w.sheet, w.gone)
}

func separation() fyne.CanvasObject {
	return page.Sized(kit.NewText(look.Body, ""), fyne.NewSize(look.Space4, 0))
}

// Show turns the page to another publishing point, to its newest event and its present.
func (w *Page) Show(point string) {
	if w.asked().point == point {
		return
	}
	w.look(func(a *ask) { *a = ask{point: point, span: a.span, live: true} })
	w.last, w.marks, w.ids = model{}, engine.FragmentMap{}, nil
	w.name.SetText(point)
	w.lamp.Set(look.Quiet, "")
	w.clip.close()
	w.marking.close()
	w.writing.close()
	w.fail(nil)
	w.setup = true
	w.events.SetOptions(nil)
	w.events.ClearSelected()
	w.setup = false
	w.lanes.SetEmpty(words.T(textReading))
	w.lanes.SetData(kit.LanesData{})
	w.lanes.SetLive(true)
	w.showLive(true)
	page.Relayout(w.first, w.who)
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(ctx context.Context, s page.Snapshot) func() {
	a := w.asked()
	m := w.reader.read(ctx, s, a)
	return func() {
		// The operator may have turned to another point or event since.
		if now := w.asked(); now.point == a.point && now.event == a.event {
			w.show(m)
		} else {
			w.host.Wake()
		}
	}
}

func (w *Page) show(m model) {
	w.last.known, w.last.lamp, w.last.word, w.last.onAir, w.last.taken = m.known, m.lamp, m.word, m.onAir, m.taken
	page.SetHidden(w.gone, m.known)
	page.SetHidden(w.sheet, !m.known)
	if !m.known {
		return
	}
	w.lamp.Set(m.lamp, m.word)
	w.showEvents(m)
	w.showLive(m.onAir)
	w.clip.judge()
	page.SetDisabled(w.note, m.ask.event != "") // the present is not in what is shown
	if !m.fresh && m.onAir && !m.ask.live {
		w.lanes.SetNow(m.now.UnixMilli())
	}
	if m.fresh {
		w.fail(m.failure)
		if m.failure == nil {
			w.showLanes(m)
		} else {
			w.lanes.SetEmpty(words.T(textUnread))
		}
	}
	page.Relayout(w.first, w.who)
	w.tickSoon()
}

// showLanes draws what was read.
func (w *Page) showLanes(m model) {
	w.marks = m.marks
	p := look.PaletteOf(w.lanes.Theme())
	for i := range m.data.Lanes {
		m.data.Lanes[i].Colour = p.Track(i)
	}
	empty := textNothing
	if m.ask.event != "" {
		empty = textNoEvent
	}
	w.lanes.SetEmpty(words.T(empty))
	w.lanes.SetData(m.data)
	w.showRange()
}

// tickSoon asks for another update before the window's own tick while the lanes have the keyboard.
func (w *Page) tickSoon() {
	if _, _, live := w.lanes.View(); w.ticked || !live || !w.last.onAir || !w.lanes.Focused() {
		return
	}
	w.ticked = true
	w.later(focusedTick, func() {
		w.ticked = false
		if w.lanes.Focused() {
			w.host.Wake()
		}
	})
}

// showEvents fills the list of events.
func (w *Page) showEvents(m model) {
	ids, options, chosen := []string{}, []string{}, 0
	for _, e := range m.events {
		id := e.ID
		if e.Current {
			id = ""
		}
		if id == m.ask.event {
			chosen = len(ids)
		}
		ids, options = append(ids, id), append(options, textOfEvent(e, time.Local))
	}
	page.SetHidden(w.events, len(options) == 0)
	if slices.Equal(ids, w.ids) && slices.Equal(options, w.events.Options) && w.events.SelectedIndex() == min(chosen, len(ids)-1) {
		return
	}
	w.setup = true
	w.ids = ids
	w.events.SetOptions(options)
	if len(options) > 0 {
		w.events.SetSelectedIndex(chosen)
	}
	w.setup = false
}

// ChooseEvent turns to an event of the point by its id. Nothing happens when it is not in the list. It must be called
// on the Fyne goroutine.
func (w *Page) ChooseEvent(id string) {
	if i := slices.Index(w.ids, id); i >= 0 {
		w.events.SetSelectedIndex(i)
	}
}

// chooseEvent turns to another event, to its end.
func (w *Page) chooseEvent(i int) {
	if w.setup || i < 0 || i >= len(w.ids) || w.ids[i] == w.asked().event {
		return
	}
	w.look(func(a *ask) { a.event, a.live = w.ids[i], true })
	w.clip.close()
	w.marks = engine.FragmentMap{}
	w.lanes.SetEmpty(words.T(textReading))
	w.lanes.SetData(kit.LanesData{})
	w.lanes.SetLive(true)
	w.host.Wake()
}

func (w *Page) fail(err error) {
	if err != nil {
		w.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(engine.Sentence(err))})
	}
	if w.notice.Visible() != (err != nil) {
		page.SetHidden(w.notice, err == nil)
		w.sheet.Refresh()
	}
}

func (w *Page) asked() ask {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looking
}

func (w *Page) look(change func(*ask)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.looking)
}
