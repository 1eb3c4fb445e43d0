package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// topBar shows what matters whatever page is open: is everything on air, and what time is it.
type topBar struct {
	object    fyne.CanvasObject
	onAir     *kit.Stat
	arriving  *kit.Stat
	viewers   *kit.Stat
	tool      *kit.Lamp
	local     *kit.Stat
	utc       *kit.Stat
	chips     []*kit.Lamp
	chipCells *fyne.Container
	inside    *fyne.Container
	left      *fyne.Container
	right     *fyne.Container
}

// chipSlots is how many conditions are counted in the bar; the most pressing come first.
const chipSlots = 8

func newTopBar(title string) *topBar {
	b := &topBar{
		onAir:    kit.NewStat(textOnAir).Wide("00 of 00"),
		arriving: kit.NewStat(textArriving).Wide("00.0 Mbit/s"),
		viewers:  kit.NewStat(textViewers).Wide("00 000"),
		tool:     kit.NewLamp(kit.LampSmall, look.Busy, textToolLooking),
		local:    kit.NewStat(textLocal).Wide("00:00:00"),
		utc:      kit.NewStat(textUTC).Wide("00:00:00"),
	}
	b.chipCells = container.New(chipLayout{})
	for range chipSlots {
		lamp := kit.NewLamp(kit.LampSmall, look.Quiet, "")
		lamp.Hide()
		b.chips = append(b.chips, lamp)
		b.chipCells.Add(lamp)
	}
	b.left = page.Row(look.Space6, kit.NewText(look.Heading, title), b.onAir, b.arriving, b.viewers, b.chipCells)
	b.right = page.Row(look.Space6, b.tool, b.local, b.utc)
	b.inside = page.Edges(nil, nil, nil, b.right, b.left)
	inside := page.Inset(b.inside, look.Space4, look.Space2, look.Space4, look.Space2)
	b.object = container.NewStack(newGround(panelColour), page.Edges(nil, newGround(lineColour), nil, nil, inside))
	return b
}

func (b *topBar) show(m frameModel) {
	b.onAir.SetValue(textOf(m.onAir, m.points), onAirTone(m))
	b.arriving.SetValue(look.Bits(m.arriving), look.ToneText)
	b.viewers.SetValue(look.Count(int64(m.viewers)), look.ToneText)
	b.tool.Set(m.tool.lamp, m.tool.text)
	b.local.SetValue(m.local, look.ToneText)
	b.utc.SetValue(m.utc, look.ToneSoft)
	for i, lamp := range b.chips {
		if i < len(m.chips) {
			lamp.Set(m.chips[i].lamp, m.chips[i].text)
			lamp.Show()
		} else {
			lamp.Hide()
		}
	}
	page.Relayout(b.inside, b.left, b.right, b.chipCells)
}

func onAirTone(m frameModel) look.Tone {
	switch {
	case m.worst == look.Bad:
		return look.ToneBad
	case m.worst == look.Warn:
		return look.ToneWarn
	case m.onAir > 0:
		return look.ToneGood
	}
	return look.ToneSoft
}

// chipLayout sets its objects in columns of two, each as wide as its wider one.
type chipLayout struct{}

const chipGap float32 = 3

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, o := range objects {
		if o.Visible() {
			out = append(out, o)
		}
	}
	return out
}

// MinSize is for Fyne.
func (chipLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	cells := visible(objects)
	for i := 0; i < len(cells); i += 2 {
		m, height := cells[i].MinSize(), cells[i].MinSize().Height
		if i+1 < len(cells) {
			below := cells[i+1].MinSize()
			m.Width, height = max(m.Width, below.Width), height+chipGap+below.Height
		}
		if i > 0 {
			size.Width += look.Space4
		}
		size.Width += m.Width
		size.Height = max(size.Height, height)
	}
	return size
}

// Layout is for Fyne.
func (chipLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	cells := visible(objects)
	x := float32(0)
	for i := 0; i < len(cells); i += 2 {
		pair := cells[i:min(i+2, len(cells))]
		wide, high := float32(0), float32(0)
		for j, o := range pair {
			m := o.MinSize()
			wide = max(wide, m.Width)
			if j > 0 {
				high += chipGap
			}
			high += m.Height
		}
		y := (size.Height - high) / 2
		for _, o := range pair {
			m := o.MinSize()
			o.Move(fyne.NewPos(x, y))
			o.Resize(m)
			y += m.Height + chipGap
		}
		x += wide + look.Space4
	}
}

// statusBar says where the origin listens.
type statusBar struct {
	object fyne.CanvasObject
	line   *kit.Text
	tool   *kit.Text
	inside *fyne.Container
}

func newStatusBar() *statusBar {
	s := &statusBar{
		line: kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd),
		tool: kit.NewText(look.Caption, "").Toned(look.ToneFaint),
	}
	s.inside = page.Edges(nil, nil, nil, s.tool, s.line)
	inside := page.Inset(s.inside, look.Space4, 5, look.Space4, 5)
	s.object = container.NewStack(newGround(panelColour), page.Edges(newGround(lineColour), nil, nil, nil, inside))
	return s
}

func (s *statusBar) show(line, tool string) {
	s.line.SetText(line)
	s.tool.SetText(tool)
	page.Relayout(s.inside)
}
