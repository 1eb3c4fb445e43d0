package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// topBar shows what matters whatever page is open: is everything on air, what is wrong, what will go
// wrong next, and what time it is. Its numbers keep their widths; the sentence about the worst alarm
// and the counts take what is left.
type topBar struct {
	object   fyne.CanvasObject
	onAir    *kit.Stat
	arriving *kit.Stat
	viewers  *kit.Stat
	disk     *kit.Stat
	cpu      *kit.Stat
	local    *kit.Stat
	utc      *kit.Stat
	alarm    *alarmLine
	chips    []*kit.Lamp
	cells    *fyne.Container
	left     *fyne.Container
	middle   *fyne.Container
	right    *fyne.Container
	inside   *fyne.Container
}

// chipSlots is how many conditions are counted in the bar; the most pressing come first.
const chipSlots = 8

func newTopBar(title string, tapped func()) *topBar {
	b := &topBar{
		onAir:    kit.NewStat(words.T(textOnAir)).Wide(textOf(88, 88)),
		arriving: kit.NewStat(words.T(textArriving)).Wide("88.8 Mbit/s"),
		viewers:  kit.NewStat(words.T(textViewers)).Wide("8 888"),
		disk:     kit.NewStat(words.T(textDisk)).Wide("888 GB"),
		cpu:      kit.NewStat(words.T(textCPU)).Wide("88 %"),
		local:    kit.NewStat(words.T(textLocal)).Wide("00:00:00"),
		utc:      kit.NewStat(words.T(textUTC)).Wide("00:00:00"),
		alarm:    newAlarmLine(tapped),
	}
	b.cells = container.New(chipLayout{})
	for range chipSlots {
		lamp := kit.NewLamp(kit.LampSmall, look.Quiet, "")
		b.chips = append(b.chips, lamp)
	}
	b.left = page.Row(look.Space4+2, kit.NewText(look.Heading, title), b.onAir, b.arriving, b.viewers, b.disk, b.cpu)
	b.middle = container.New(barMiddle{}, b.alarm, b.cells)
	b.right = page.Row(look.Space4+2, b.local, b.utc)
	b.inside = page.Edges(nil, nil, b.left, b.right, page.Inset(b.middle, look.Space4, 0, look.Space4, 0))
	inside := page.Inset(b.inside, look.Space4, look.Space2, look.Space4, look.Space2)
	b.object = container.NewStack(newGround(panelColour), page.Edges(nil, newGround(lineColour), nil, nil, inside))
	return b
}

func (b *topBar) show(m frameModel) {
	b.onAir.SetValue(textOf(m.onAir, m.points), onAirTone(m))
	b.arriving.SetValue(look.Bits(m.arriving), look.ToneText)
	b.viewers.SetValue(look.Count(int64(m.viewers)), look.ToneText)
	b.disk.SetValue(m.disk.text, m.disk.tone)
	b.cpu.SetValue(m.cpu.text, m.cpu.tone)
	b.local.SetValue(m.local, look.ToneText)
	b.utc.SetValue(m.utc, look.ToneSoft)
	b.alarm.set(m.alarm)
	var shown []fyne.CanvasObject
	for i, c := range m.chips[:min(len(m.chips), chipSlots)] {
		b.chips[i].Set(c.lamp, c.text)
		shown = append(shown, b.chips[i])
	}
	b.cells.Objects = shown
	page.Relayout(b.inside, b.left, b.right, b.middle, b.cells)
}

func onAirTone(m frameModel) look.Tone {
	switch {
	case m.old:
		return look.ToneSoft
	case m.worst == look.Bad:
		return look.ToneBad
	case m.worst == look.Warn:
		return look.ToneWarn
	case m.onAir > 0:
		return look.ToneGood
	}
	return look.ToneSoft
}

// barMiddle sets the alarm over the counts.
type barMiddle struct{}

const (
	leastMiddle float32 = 220
	middleGap   float32 = 3
	leastChips  float32 = 15
)

// MinSize is for Fyne.
func (barMiddle) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastMiddle, objects[0].MinSize().Height+middleGap+leastChips)
}

// Layout is for Fyne.
func (barMiddle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	alarm, cells, gap := objects[0].MinSize().Height, objects[1].MinSize().Height, middleGap
	if cells == 0 {
		gap = 0
	}
	top := (size.Height - alarm - gap - cells) / 2
	objects[0].Move(fyne.NewPos(0, top))
	objects[0].Resize(fyne.NewSize(size.Width, alarm))
	objects[1].Move(fyne.NewPos(alarmInset, top+alarm+gap))
	objects[1].Resize(fyne.NewSize(max(0, size.Width-alarmInset), cells))
}

// chipLayout sets its objects in a row and hides those at the end that do not fit whole.
type chipLayout struct{}

// MinSize is for Fyne.
func (chipLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	height := float32(0)
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return fyne.NewSize(0, height)
}

// Layout is for Fyne.
func (chipLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	full := false
	for _, o := range objects {
		m := o.MinSize()
		full = full || x+m.Width > size.Width
		if full != !o.Visible() {
			if full {
				o.Hide()
			} else {
				o.Show()
			}
		}
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		o.Resize(m)
		x += m.Width + look.Space4
	}
}

// statusBar says where the origin listens and which ffmpeg there is.
type statusBar struct {
	object fyne.CanvasObject
	line   *kit.Text
	tool   *kit.Lamp
	path   *kit.Text
	right  *fyne.Container
	inside *fyne.Container
}

func newStatusBar() *statusBar {
	s := &statusBar{
		line: kit.NewText(look.Caption, "").Toned(look.ToneSoft).Cutting(kit.CutEnd),
		tool: kit.NewLamp(kit.LampSmall, look.Busy, words.T(textToolLooking)),
		path: kit.NewText(look.Caption, "").Toned(look.ToneFaint),
	}
	s.right = page.Row(look.Space3, s.tool, s.path)
	s.inside = page.Edges(nil, nil, nil, s.right, s.line)
	inside := page.Inset(s.inside, look.Space4, 5, look.Space4, 5)
	s.object = container.NewStack(newGround(panelColour), page.Edges(newGround(lineColour), nil, nil, nil, inside))
	return s
}

func (s *statusBar) show(m frameModel, path string) {
	s.line.SetText(m.status)
	s.tool.Set(m.tool.lamp, m.tool.text)
	s.path.SetText(shortPath(path))
	page.Relayout(s.inside, s.right)
}

// shortPath keeps a long path from pushing the addresses away; its end tells most.
func shortPath(path string) string {
	const most = 48
	runes := []rune(path)
	if len(runes) <= most {
		return path
	}
	return "…" + string(runes[len(runes)-most:])
}
