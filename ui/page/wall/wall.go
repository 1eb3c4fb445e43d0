// Package wall is the home page: a tile for every publishing point, and a first lesson while there
// is none.
package wall

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// Source is what the wall asks of the operator's side. Its methods may be called from any
// goroutine.
type Source interface {
	Series(q engine.Query) (engine.Series, error)
	EncoderCommand(spec engine.EncoderSpec) (string, error)
}

// Page is the wall. Use New.
type Page struct {
	host   page.Host
	source Source

	content *fyne.Container
	empty   *emptyWall
	board   fyne.CanvasObject
	grid    *fyne.Container
	scroll  *container.Scroll
	calm    *kit.Text
	summary *kit.Text
	filter  *page.Choice
	create  *kit.Button
	head    *fyne.Container
	tiles   map[string]*tile
	shown   []string // names of the tiles in the grid
	last    model
	taught  bool // the commands of the empty wall were asked for
}

var _ page.Page = (*Page)(nil)

// New makes the wall; root is the document root, for the commands it teaches. It must be called on
// the Fyne goroutine.
func New(host page.Host, source Source, root string) *Page {
	w := &Page{host: host, source: source, tiles: map[string]*tile{}}
	w.summary = kit.NewText(look.Body, "").Toned(look.ToneSoft)
	w.create = kit.NewButton(kit.ButtonPrimary, textNewPoint, look.IconPlus, host.NewPoint)
	w.filter = page.NewChoice([]string{textAll, textWrong}, []string{"filter-all", "filter-wrong"}, 0)
	w.filter.Changed = func(int) { w.show(w.last) }
	w.grid = container.New(&grid{})
	w.scroll = container.NewVScroll(w.grid)
	w.calm = kit.NewText(look.Body, textNoWrong).Toned(look.ToneSoft).Aligned(fyne.TextAlignCenter)
	w.calm.Hide()
	w.head = page.Row(look.Space3, kit.NewText(look.Heading, textHeading), w.summary, page.Fill(), w.filter.Object(), w.create)
	body := container.NewStack(page.Inset(w.scroll, -clear, -clear, -clear, -clear), w.calm)
	w.board = page.Edges(page.Inset(w.head, 0, 0, 0, look.Space3), nil, nil, nil, body)
	w.empty = newEmptyWall(host, root)
	w.empty.object.Hide()
	w.content = container.NewStack(w.board, w.empty.object)
	return w
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	m := newModel(s, w.source)
	return func() { w.show(m) }
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	if w.empty.object.Visible() {
		return w.empty.controls()
	}
	all := append(w.filter.Controls(), page.ButtonControl("new-point", w.create))
	for _, m := range w.last.tiles {
		if t := w.tiles[m.name]; t != nil && slices.Contains(w.shown, m.name) {
			all = append(all, page.Control{Name: "tile-" + m.name, Text: m.name + " " + m.word, Object: t.card},
				page.Control{Name: "lamp-" + m.name, Text: m.word, Object: t.lamp})
		}
	}
	return all
}

func (w *Page) show(m model) {
	w.last = m
	none := len(m.tiles) == 0
	setHidden(w.empty.object, !none)
	setHidden(w.board, none)
	if none {
		w.teach()
	}
	w.summary.SetText(m.summary)
	page.Relayout(w.head)
	var names []string
	for _, t := range m.tiles {
		if w.filter.Index() == 0 || t.wrong {
			names = append(names, t.name)
		}
	}
	w.arrange(names)
	setHidden(w.calm, none || len(names) > 0)
	for _, t := range m.tiles {
		if card := w.tiles[t.name]; card != nil {
			card.show(t, m.now.Add(-span), m.now)
		}
	}
	// The height of a row follows from its tiles' words.
	w.scroll.Refresh()
}

// arrange puts those tiles into the grid, keeping the ones that stay.
func (w *Page) arrange(names []string) {
	if slices.Equal(names, w.shown) {
		return
	}
	kept := make(map[string]*tile, len(names))
	objects := make([]fyne.CanvasObject, 0, len(names))
	for _, name := range names {
		t := w.tiles[name]
		if t == nil {
			t = newTileCard(func() { w.host.ShowPoint(name) })
		}
		kept[name] = t
		objects = append(objects, t.card)
	}
	w.tiles, w.shown = kept, names
	w.grid.Objects = objects
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
