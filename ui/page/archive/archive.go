// Package archive is the page of what has been recorded: the events of each publishing point, the
// recordings, and what can be done with them: play, clip, check, export, delete.
//
// Reading an archive reads directories, so it is asked for off the ticks: when the page is shown,
// when something has changed, and every few seconds. Long orders are Jobs, which run beside the
// page; a form acts on what was chosen when it was opened, and goes away when something else is.
package archive

import (
	"context"
	"maps"
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
	ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error)
	PurgeArchive(ctx context.Context, point string, what engine.Purge) (engine.Purged, error)
	VerifyArchive(ctx context.Context, point, event string, progress func(done, total int64)) (engine.Verification, error)
	ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error)
	OpenExport(ctx context.Context, req engine.ExportRequest) (*engine.Export, error)
	Recordings() []engine.Recording
	DeleteRecording(ctx context.Context, name string) error
	DeletePoint(ctx context.Context, name string, how engine.Deletion) error
}

// Page is the page of what has been recorded. Use New.
type Page struct {
	host     page.Host
	operator Operator
	jobs     *Jobs

	mu    sync.Mutex // guards what Prepare uses off the Fyne goroutine
	point string     // whose events the operator wants to see
	lists map[string]listing

	content    *fyne.Container
	sheet      *fyne.Container
	head       *fyne.Container
	nothing    fyne.CanvasObject
	figures    [3]*kit.Stat
	points     *widget.Select
	purge      *kit.Button
	remove     *kit.Button
	events     *kit.RowView
	recordings *kit.RowView
	listed     *kit.Panel
	recorded   *kit.Panel
	failure    *kit.Banner
	notice     *fyne.Container // holds failure
	detail     *detail
	strip      *strip

	last     model
	chosen   subject
	form     form // open now, else nil
	reading  bool
	surveyed time.Time // when all points were read last
	changes  int       // of jobs, when the lists were read last
}

var _ page.Page = (*Page)(nil)

// New makes the page; jobs is the list that it works with, which outlives it. It must be called on
// the Fyne goroutine.
func New(host page.Host, operator Operator, jobs *Jobs) *Page {
	w := &Page{host: host, operator: operator, jobs: jobs, lists: map[string]listing{}, changes: -1}
	w.buildHead()
	w.buildTables()
	w.detail = newDetail(w)
	w.strip = newStrip(w)
	w.head = page.Row(look.Space6, kit.NewText(look.Heading, words.T(textHeading)), page.Fill(), w.figures[0], w.figures[1], w.figures[2])
	left := container.New(shares{}, w.listed, w.recorded)
	middle := page.Edges(nil, nil, nil, page.Inset(w.detail.object, look.Space3, 0, 0, 0), left)
	w.sheet = container.NewBorder(page.Inset(page.Column(look.Space2, w.head, w.notice), 0, 0, 0, look.Space3), w.strip.object, nil, nil, middle)
	w.nothing = kit.NewEmptyState(kit.EmptyConfig{Icon: look.IconArchive, Headline: words.T(textEmptyHead), Hint: words.T(textEmptyHint),
		Action: words.T(textNewPoint), OnAction: host.NewPoint})
	w.nothing.Hide()
	w.content = container.NewStack(w.sheet, w.nothing)
	w.detail.show()
	return w
}

func (w *Page) buildHead() {
	for i, caption := range []string{textOnDisk, textFree, textLasts} {
		w.figures[i] = kit.NewStat(words.T(caption))
	}
	w.points = widget.NewSelect(nil, nil)
	w.points.OnChanged = func(name string) { w.Show(name) }
	w.purge = kit.NewButton(kit.ButtonQuiet, words.T(textPurgeUntil), "", func() { w.open(newPurgeForm(w, w.last.point)) })
	w.remove = kit.NewButton(kit.ButtonQuiet, words.T(textDelete), look.IconTrash, func() { w.open(newDeleteForm(w, subject{point: w.last.point})) })
	w.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad, Action: words.T(textAgain)})
	w.notice = container.NewStack(w.failure)
	w.notice.Hide()
}

func (w *Page) buildTables() {
	w.events = kit.NewRowView(1, eventColumns()...)
	w.events.OnSelect = func(row int) { w.choose(subject{point: w.last.point, event: w.last.list.events[row].ID}) }
	w.events.OnOpen = func(int) { w.detail.playIt() }
	w.recordings = kit.NewRowView(1, recordingColumns()...)
	w.recordings.SetEmpty(words.T(textNoRecordings))
	w.recordings.OnSelect = func(row int) { w.choose(subject{point: w.last.recordings[row].Name, recording: true}) }
	w.recordings.OnOpen = func(int) { w.detail.playIt() }
	w.listed = kit.NewPanel(words.T(textEvents), w.events, page.Sized(w.points, fyne.NewSize(170, 0)), w.purge, w.remove).Flush()
	w.recorded = kit.NewPanel(words.T(textRecordings), w.recordings).Flush()
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Show lists the events of another publishing point.
func (w *Page) Show(point string) {
	w.mu.Lock()
	other := w.point != point
	w.point = point
	w.mu.Unlock()
	if other && point != "" {
		w.choose(subject{})
		w.open(nil)
		w.host.Wake()
	}
}

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	w.mu.Lock()
	point, lists := w.point, maps.Clone(w.lists)
	w.mu.Unlock()
	views, checks := w.jobs.snapshot()
	m := newModel(s, w.operator.Recordings(), lists, point, views, checks)
	return func() {
		w.mu.Lock()
		same := w.point == point
		w.mu.Unlock()
		if same { // the operator may have turned to another since
			w.show(m)
		}
	}
}

func (w *Page) show(m model) {
	w.last = m
	page.SetHidden(w.nothing, !m.nothing)
	page.SetHidden(w.sheet, m.nothing)
	if m.nothing {
		w.strip.show()
		return
	}
	w.figures[0].SetValue(m.recorded, look.ToneText)
	w.figures[1].SetValue(m.free.text, m.free.tone)
	w.figures[2].SetValue(m.lasts.text, m.lasts.tone)
	page.Relayout(w.head)
	w.showPoints(m)
	w.showFailure(m)
	w.events.SetEmpty(m.empty)
	w.events.SetRows(m.eventRows, slices.IndexFunc(m.list.events, func(e engine.ArchivedEvent) bool {
		return w.chosen == subject{point: m.point, event: e.ID}
	}))
	w.recordings.SetRows(m.recordRows, slices.IndexFunc(m.recordings, func(r engine.Recording) bool {
		return w.chosen == subject{point: r.Name, recording: true}
	}))
	w.listed.SetNote(m.note)
	w.recorded.SetNote(m.recordNote)
	w.detail.show()
	w.strip.show()
	w.refresh()
}

func (w *Page) showPoints(m model) {
	if !slices.Equal(w.points.Options, m.names) {
		w.points.SetOptions(m.names)
	}
	if w.points.Selected != m.point {
		changed := w.points.OnChanged
		w.points.OnChanged = nil
		if m.point == "" {
			w.points.ClearSelected()
		} else {
			w.points.SetSelected(m.point)
		}
		w.points.OnChanged = changed
	}
	page.SetEnabled(w.purge, len(m.list.events) > 0)
	page.SetEnabled(w.remove, m.point != "")
}

func (w *Page) showFailure(m model) {
	failed := m.list.failed
	if failed == w.failure.Sentence() && w.notice.Visible() == (failed != "") {
		return
	}
	if failed != "" {
		w.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: failed, Action: words.T(textAgain), OnAction: w.again})
	}
	page.SetHidden(w.notice, failed == "")
	w.sheet.Refresh()
}

// choose turns to another event or recording; a form that is open was about the one before.
func (w *Page) choose(about subject) {
	if about != w.chosen {
		w.detail.purge.Reset() // what was asked of one is not answered for another
		w.open(nil)
	}
	w.chosen = about
	if about.recording {
		w.events.Select(-1)
	} else {
		w.recordings.Select(-1)
	}
	w.detail.show()
}

// open shows a form in the place of the one that is shown, or none for nil.
func (w *Page) open(f form) {
	w.form = f
	w.detail.showForm()
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	if w.nothing.Visible() {
		return append([]page.Control{{Name: "archive-empty", Object: w.nothing}}, w.strip.controls()...)
	}
	all := []page.Control{
		{Name: "archive-point", Text: w.points.Selected, Object: w.points},
		page.ButtonControl("archive-purge-before", w.purge), page.ButtonControl("archive-delete-point", w.remove),
		{Name: "archive-events", Text: w.eventsSay(), Object: w.events},
		{Name: "archive-recordings", Text: w.recordings.Empty(), Object: w.recordings},
	}
	for i, e := range w.last.list.events {
		if o := w.events.Row(i); o != nil {
			all = append(all, page.Control{Name: "archive-row-" + e.ID, Text: w.last.eventRows[i][6].Text, Object: o})
		}
	}
	for i, r := range w.last.recordings {
		if o := w.recordings.Row(i); o != nil {
			all = append(all, page.Control{Name: "archive-recording-" + r.Name, Text: r.Name, Object: o})
		}
	}
	if w.notice.Visible() {
		all = append(all, page.Control{Name: "archive-failure", Text: w.failure.Sentence(), Object: w.failure})
	}
	return append(append(all, w.detail.controls()...), w.strip.controls()...)
}

func (w *Page) eventsSay() string {
	if len(w.last.eventRows) == 0 {
		return w.events.Empty()
	}
	return w.last.note
}
