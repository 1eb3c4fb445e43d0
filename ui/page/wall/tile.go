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
	card    *kit.Tile
	name    *kit.Text
	title   *kit.Text
	lamp    *kit.Lamp
	rate    *kit.Text
	clock   *kit.Text
	spark   *kit.Spark
	hint    *kit.Paragraph
	facts   *kit.Text
	rec     *fyne.Container
	problem *kit.Paragraph
	names   *fyne.Container
	head    *fyne.Container
	figures *fyne.Container
}

// sparkHeight is the least height of the plot in a tile.
const sparkHeight float32 = 56

func newTileCard(open func()) *tile {
	t := &tile{
		name:    kit.NewText(look.Strong, "").Cutting(kit.CutMiddle),
		title:   kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd),
		lamp:    kit.NewLamp(kit.LampNormal, look.Quiet, ""),
		rate:    kit.NewText(look.Figure, look.Unknown),
		clock:   kit.NewText(look.Figure, look.Unknown).Aligned(fyne.TextAlignTrailing),
		spark:   kit.NewSpark(),
		hint:    kit.NewParagraph("", look.ToneFaint, fyne.TextAlignLeading),
		facts:   kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd),
		rec:     page.Recording(),
		problem: kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading).AtMost(2),
	}
	t.names = container.New(nameLine{}, t.name, t.title)
	t.head = page.Edges(nil, nil, nil, page.Inset(t.lamp, look.Space2, 0, 0, 0), t.names)
	t.figures = page.Row(look.Space2, t.rate, page.Fill(), t.clock)
	plot := page.Sized(container.NewStack(t.spark, t.hint), fyne.NewSize(0, sparkHeight))
	foot := page.Column(look.Space1, container.NewBorder(nil, nil, nil, t.rec, t.facts), t.problem)
	t.card = kit.NewTile(kit.TileSlots{
		Head:   t.head,
		Body:   page.Edges(t.figures, nil, nil, nil, page.Inset(plot, 0, look.Space1, 0, 0)),
		Footer: foot,
	}, open)
	return t
}

func (t *tile) show(m tileModel, from, to time.Time) {
	t.name.SetText(m.name)
	t.title.SetText(m.title)
	t.lamp.Set(m.lamp, m.word)
	t.rate.Set(m.rate, toneOf(m.live))
	t.clock.Set(m.clock, toneOf(m.live))
	t.facts.SetText(m.facts)
	setHidden(t.rate, m.rate == "")
	setHidden(t.clock, m.clock == "")
	setHidden(t.figures, m.rate == "" && m.clock == "")
	setHidden(t.rec, !m.recording)
	setHidden(t.spark, !m.live)
	setHidden(t.hint, m.live)
	t.hint.SetText(m.hint)
	if m.live {
		p := look.PaletteOf(t.card.Theme())
		colour := p.Track(0)
		if m.lamp == look.Bad || m.lamp == look.Warn {
			colour = m.lamp.Colour(p)
		}
		t.spark.SetData(m.spark, from, to, colour)
	}
	page.Relayout(t.head, t.names, t.figures)
	setHidden(t.problem, m.problem.Sentence == "")
	t.problem.SetText(m.problem.Sentence + " " + m.problem.Action)
	t.card.SetLamp(look.Worst(m.lamp, m.problem.Lamp))
}

func toneOf(live bool) look.Tone {
	if live {
		return look.ToneText
	}
	return look.ToneFaint
}

// setHidden shows or hides o, and does nothing when it is so already.
func setHidden(o fyne.CanvasObject, hidden bool) {
	if o.Visible() != hidden {
		return
	}
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
}
