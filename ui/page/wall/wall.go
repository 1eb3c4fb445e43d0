// Package wall is the home page: a tile for every publishing point, with what it shows and how it
// sounds, and a first lesson while there is none.
//
// A tile stands where it stands for as long as nothing changes that an operator must know of: what
// is wrong comes first, all else goes by state and name, and no word in a tile moves another. Only
// tiles that can be seen are asked about in detail, and their figures, pictures and bars change
// together, once a second; what is pressing changes at once.
package wall

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Source is what the wall asks of the operator's side. Its methods may be called from any
// goroutine.
type Source interface {
	Series(q engine.Query) (engine.Series, error)
	Thumbnail(point string) (engine.Thumbnail, error)
	AudioLevel(point string) (engine.AudioLevel, error)
	EncoderCommand(spec engine.EncoderSpec) (string, error)
	Links(point string) []engine.Link
	StartPoint(ctx context.Context, name string) error
	StopPoint(ctx context.Context, name string) error
	Demo(ctx context.Context) error
}

// manyPoints is how many points there must be for a field to look for one.
const manyPoints = 8

// Page is the wall. Use New.
type Page struct {
	host    page.Host
	source  Source
	curator *curator

	content *fyne.Container
	empty   *emptyWall
	board   fyne.CanvasObject
	grid    *fyne.Container
	layout  *grid
	scroll  *container.Scroll
	calm    *kit.Text
	summary *kit.Text
	search  *page.Field
	filter  *page.Choice
	create  *kit.Button
	head    *fyne.Container
	field   *fyne.Container
	menu    *fyne.Menu // as it was last shown
	tiles   map[string]*tile
	shown   []string // names of the tiles in the grid
	last    *model
	taught  bool // the commands of the empty wall were asked for

	visible atomic.Pointer[map[string]bool] // names of the tiles that can be seen
	turned  atomic.Bool                     // other tiles can be seen than were asked about

	pressing string // Prepare's: what was pressing at the last model
	prepared *model // Prepare's
}

var _ page.Page = (*Page)(nil)

// New makes the wall; root is the document root, for the commands it teaches. It must be called on
// the Fyne goroutine.
func New(host page.Host, source Source, root string) *Page {
	w := &Page{host: host, source: source, curator: newCurator(source), tiles: map[string]*tile{}, last: &model{}, layout: &grid{}}
	w.visible.Store(&map[string]bool{})
	w.summary = kit.NewText(look.Body, "").Toned(look.ToneSoft)
	w.create = kit.NewButton(kit.ButtonPrimary, words.T(textNewPoint), look.IconPlus, host.NewPoint)
	w.filter = page.NewChoice([]string{words.T(textAll), words.T(textWrong)}, []string{"filter-all", "filter-wrong"}, 0)
	w.filter.Changed = func(int) { w.sort() }
	w.search = page.NewField(words.T(textSearch))
	w.search.OnChanged = func(string) { w.sort() }
	w.search.OnEscape = func() {
		w.search.SetText("")
		if c := fyne.CurrentApp().Driver().CanvasForObject(w.search); c != nil {
			c.Unfocus()
		}
	}
	w.field = page.Sized(w.search, fyne.NewSize(170, 0))
	w.field.Hide()
	w.grid = container.New(w.layout)
	w.scroll = container.NewVScroll(w.grid)
	w.scroll.OnScrolled = func(fyne.Position) { w.watch() }
	w.calm = kit.NewText(look.Body, words.T(textNoWrong)).Toned(look.ToneSoft).Aligned(fyne.TextAlignCenter)
	w.calm.Hide()
	w.head = page.Row(look.Space3, kit.NewText(look.Heading, words.T(textHeading)), w.summary, page.Fill(), w.field, w.filter.Object(), w.create)
	body := container.NewStack(page.Inset(w.scroll, -clear, -clear, -clear, -clear), w.calm)
	w.board = page.Edges(page.Inset(w.head, 0, 0, 0, look.Space3), nil, nil, nil, body)
	w.empty = newEmptyWall(host, source, root)
	w.empty.object.Hide()
	w.content = container.NewStack(w.board, w.empty.object)
	return w
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	m := w.curator.glance(s)
	m.blank = w.host.Elsewhere != "" && s.Addresses.Media == ""
	pressing := m.pressing()
	if last := w.prepared; last != nil && pressing == w.pressing && !w.turned.Swap(false) {
		// Figures change with the clock in the frame, so that both are drawn in one go.
		if s.Now.After(last.now) && s.Now.Unix() == last.now.Unix() {
			return func() {} // nothing that cannot wait
		}
	}
	w.curator.detail(m, s, *w.visible.Load())
	w.prepared, w.pressing = m, pressing
	return func() { w.show(m) }
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	if w.last != nil && w.last.blank {
		return nil
	}
	if w.empty.object.Visible() {
		return w.empty.controls()
	}
	all := append(w.filter.Controls(), page.ButtonControl("new-point", w.create))
	if w.field.Visible() {
		all = append(all, page.Control{Name: "search", Text: w.search.Text, Object: w.search})
	}
	for i := range w.last.tiles {
		m := &w.last.tiles[i]
		if t := w.tiles[m.name]; t != nil && slices.Contains(w.shown, m.name) {
			all = append(all, page.Control{Name: "tile-" + m.name, Text: m.name + " " + m.word, Object: t.card},
				page.Control{Name: "lamp-" + m.name, Text: m.word, Object: t.lamp},
				page.Control{Name: "picture-" + m.name, Text: t.sight.says(), Object: t.sight.object},
				page.Control{Name: "preview-" + m.name, Object: t.sight.preview})
		}
	}
	return all
}

func (w *Page) show(m *model) {
	w.last = m
	none := len(m.tiles) == 0
	setHidden(w.empty.object, !none || m.blank)
	setHidden(w.board, none)
	if none && !m.blank {
		w.teach()
	}
	w.summary.SetText(m.summary)
	if setHidden(w.field, len(m.tiles) <= manyPoints) && !w.field.Visible() {
		w.search.SetText("")
	}
	page.Relayout(w.head)
	w.sort()
	w.watch()
	for i := range m.tiles {
		w.draw(&m.tiles[i])
	}
}

// draw shows a tile as it is, if it can be seen.
func (w *Page) draw(m *tileModel) {
	if t := w.tiles[m.name]; t != nil && (*w.visible.Load())[m.name] {
		t.show(*m, w.last.now.Add(-span), w.last.now)
	}
}

// sort puts the tiles into the grid that the operator wants to see.
func (w *Page) sort() {
	search := strings.ToLower(strings.TrimSpace(w.search.Text))
	var names []string
	for i := range w.last.tiles {
		t := &w.last.tiles[i]
		if (w.filter.Index() == 0 || t.wrong) && t.found(search) {
			names = append(names, t.name)
		}
	}
	if search != "" {
		w.calm.SetText(words.T(textNotFound))
	} else {
		w.calm.SetText(words.T(textNoWrong))
	}
	setHidden(w.calm, len(w.last.tiles) == 0 || len(names) > 0)
	w.arrange(names)
}

// arrange puts those tiles into the grid, keeping the ones that stay.
func (w *Page) arrange(names []string) {
	if slices.Equal(names, w.shown) {
		return
	}
	known := make(map[string]bool, len(w.last.tiles))
	for i := range w.last.tiles {
		known[w.last.tiles[i].name] = true
	}
	for name := range w.tiles {
		if !known[name] {
			delete(w.tiles, name)
		}
	}
	objects := make([]fyne.CanvasObject, 0, len(names))
	for _, name := range names {
		t := w.tiles[name]
		if t == nil {
			t = newTileCard(w.deedsOf(name))
			w.tiles[name] = t
		}
		objects = append(objects, t.card)
	}
	w.shown = names
	w.grid.Objects = objects
	w.scroll.Refresh() // lays out: how high the grid is follows from how many there are
	w.watch()
}

// watch notes which tiles can be seen, and shows those that could not be.
func (w *Page) watch() {
	before, now := *w.visible.Load(), map[string]bool{}
	top, bottom := w.scroll.Offset.Y, w.scroll.Offset.Y+w.scroll.Size().Height
	fresh := false
	for _, name := range w.shown {
		card := w.tiles[name].card
		if y := card.Position().Y; y < bottom && y+card.Size().Height > top {
			now[name] = true
			fresh = fresh || !before[name]
		}
	}
	w.visible.Store(&now)
	if !fresh {
		return
	}
	for i := range w.last.tiles {
		if m := &w.last.tiles[i]; now[m.name] && !before[m.name] {
			w.draw(m)
		}
	}
	w.turned.Store(true)
	w.host.Wake()
}

// teach asks once for the command that an empty wall shows.
func (w *Page) teach() {
	if w.taught {
		return
	}
	w.taught = true
	var command string
	w.host.Do(func(context.Context) error {
		var err error
		command, err = w.source.EncoderCommand(exampleSpec())
		return err
	}, func(err error) {
		if err != nil {
			command = engine.Sentence(err)
		}
		w.empty.send.SetText(command)
	})
}

func exampleSpec() engine.EncoderSpec {
	return engine.EncoderSpec{Point: examplePoint, Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.DemoLadder(), AudioBitrate: 64_000}
}
