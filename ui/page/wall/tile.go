package wall

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// tile is the card of one publishing point. It is made once and shows model after model.
type tile struct {
	card  *kit.Tile
	name  *kit.Text
	title *kit.Text
	lamp  *kit.Lamp
	names *fyne.Container
	head  *fyne.Container
	sight *sight
	spark *kit.Spark
	face  *face
	body  *fyne.Container
	wide  string // the texts that decide how wide what is, as they were laid out
}

// deeds are what a tile can be asked for.
type deeds struct {
	open, preview func()
	menu          func(at fyne.Position)
	key           func(fyne.KeyName) bool
	focused       func()
}

func newTileCard(do deeds) *tile {
	// The palette is that of the window: pages are made anew when it changes.
	p := look.PaletteOf(fyne.CurrentApp().Settings().Theme())
	figure := func(align fyne.TextAlign) sized {
		return sized{large: kit.NewText(look.Figure, "").Aligned(align), small: kit.NewText(look.Strong, "").Cutting(kit.CutEnd)}
	}
	caption := func() *kit.Text { return kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd) }
	t := &tile{
		name:  kit.NewText(look.Strong, "").Cutting(kit.CutMiddle),
		title: kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd),
		lamp:  kit.NewLamp(kit.LampNormal, look.Quiet, ""),
		sight: newSight(p, do.preview),
		spark: kit.NewSpark(),
	}
	t.names = container.New(nameLine{}, t.name, t.title)
	t.head = page.Edges(nil, nil, nil, page.Inset(t.lamp, look.Space2, 0, 0, 0), t.names)
	t.face = &face{head: t.head, sight: t.sight.object, spark: t.spark, rate: figure(fyne.TextAlignLeading), clock: figure(fyne.TextAlignLeading),
		lines: [3]*kit.Text{caption(), caption(), caption()}, rec: recording()}
	t.body = container.New(t.face, t.face.objects()...)
	t.card = kit.NewTile(kit.TileSlots{Body: t.body, Tight: true}, do.open)
	t.card.OnMenu, t.card.OnKey, t.card.OnFocus = do.menu, do.key, do.focused
	return t
}

func (t *tile) show(m tileModel, from, to time.Time) {
	p := look.PaletteOf(t.card.Theme())
	t.name.SetText(m.name)
	t.title.SetText(m.title)
	t.lamp.Set(m.lamp, m.word)
	t.face.rate.set(m.rate, toneOf(m.live))
	t.face.clock.set(m.clock, toneOf(m.live))
	for i, line := range t.face.lines {
		line.SetText(m.lines[i])
	}
	setHidden(t.face.rec, !m.recording)
	setHidden(t.spark, !m.live)
	if m.live {
		colour := p.Track(0)
		if m.lamp == look.Bad || m.lamp == look.Warn {
			colour = m.lamp.Colour(p)
		}
		t.spark.SetData(m.spark, from, to, colour)
	}
	t.sight.show(m, p)
	t.card.SetLamp(look.Worst(m.lamp, m.problem.Lamp))
	if wide := m.name + "\n" + m.title + "\n" + m.word + "\n" + m.rate + "\n" + m.clock + "\n" + m.lines[0] + "\n" + m.lines[1] + "\n" + m.lines[2]; wide != t.wide {
		t.wide = wide
		page.Relayout(t.body, t.head, t.names)
	}
}

func toneOf(live bool) look.Tone {
	if live {
		return look.ToneText
	}
	return look.ToneFaint
}

// setHidden shows or hides o, and reports whether that changed anything.
func setHidden(o fyne.CanvasObject, hidden bool) bool {
	if o.Visible() != hidden {
		return false
	}
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
	return true
}
