package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// How the list of the palette looks.
const (
	paletteRows           = 11
	paletteRow    float32 = 30
	paletteWidth  float32 = 620
	paletteShape  float32 = 15
	paletteMargin float32 = 10
)

// paletteList shows what was found, of which one is selected. It shows paletteRows at a time.
type paletteList struct {
	widget.BaseWidget

	found    []page.Command
	selected int
	first    int // row on top
	chosen   func(int)
}

var (
	_ fyne.Tappable     = (*paletteList)(nil)
	_ fyne.Scrollable   = (*paletteList)(nil)
	_ desktop.Hoverable = (*paletteList)(nil)
)

func newPaletteList(chosen func(int)) *paletteList {
	l := &paletteList{chosen: chosen}
	l.ExtendBaseWidget(l)
	return l
}

// show lists other commands and selects the first.
func (l *paletteList) show(found []page.Command) {
	l.found, l.selected, l.first = found, 0, 0
	l.Refresh()
}

// move selects another, by so many rows.
func (l *paletteList) move(by int) {
	l.sel(l.selected + by)
	if l.selected < l.first {
		l.first = l.selected
	}
	l.first = max(l.first, l.selected-paletteRows+1)
	l.Refresh()
}

func (l *paletteList) sel(i int) { l.selected = max(0, min(i, len(l.found)-1)) }

// rows are the commands on view.
func (l *paletteList) rows() []page.Command {
	return l.found[l.first:min(len(l.found), l.first+paletteRows)]
}

func (l *paletteList) at(y float32) int { return l.first + int(y/paletteRow) }

// Tapped is for Fyne.
func (l *paletteList) Tapped(e *fyne.PointEvent) { l.chosen(l.at(e.Position.Y)) }

// Scrolled is for Fyne.
func (l *paletteList) Scrolled(e *fyne.ScrollEvent) {
	step := 1
	if e.Scrolled.DY > 0 {
		step = -1
	}
	l.first = max(0, min(l.first+step, len(l.found)-paletteRows))
	l.sel(max(l.first, min(l.selected, l.first+paletteRows-1)))
	l.Refresh()
}

// MouseIn is for Fyne.
func (l *paletteList) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (l *paletteList) MouseMoved(e *desktop.MouseEvent) {
	if i := l.at(e.Position.Y); i < len(l.found) && i != l.selected {
		l.selected = i
		l.Refresh()
	}
}

// MouseOut is for Fyne.
func (l *paletteList) MouseOut() {}

// CreateRenderer is for Fyne.
func (l *paletteList) CreateRenderer() fyne.WidgetRenderer {
	r := &paletteRenderer{list: l, ground: canvas.NewRectangle(nil),
		none: kit.NewText(look.Body, words.T(textPaletteNone)).Toned(look.ToneSoft)}
	r.objects = []fyne.CanvasObject{r.ground, r.none}
	for range paletteRows {
		line := &paletteLine{icon: &canvas.Image{FillMode: canvas.ImageFillContain}, name: kit.NewText(look.Body, "").Cutting(kit.CutEnd),
			note: kit.NewText(look.Caption, "").Toned(look.ToneFaint), keys: kit.NewText(look.Code, "").Toned(look.ToneSoft)}
		r.lines = append(r.lines, line)
		r.objects = append(r.objects, line.icon, line.name, line.note, line.keys)
	}
	r.Refresh()
	return r
}

// paletteLine is one row.
type paletteLine struct {
	icon             *canvas.Image
	name, note, keys *kit.Text
}

type paletteRenderer struct {
	list    *paletteList
	ground  *canvas.Rectangle
	none    *kit.Text
	lines   []*paletteLine
	objects []fyne.CanvasObject
}

func (r *paletteRenderer) Destroy()                     {}
func (r *paletteRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *paletteRenderer) MinSize() fyne.Size {
	return fyne.NewSize(paletteWidth, paletteRows*paletteRow)
}

func (r *paletteRenderer) Layout(size fyne.Size) {
	l := r.list
	r.ground.Move(fyne.NewPos(0, float32(l.selected-l.first)*paletteRow))
	r.ground.Resize(fyne.NewSize(size.Width, paletteRow))
	r.none.Move(fyne.NewPos(paletteMargin, 0))
	r.none.Resize(fyne.NewSize(size.Width-2*paletteMargin, paletteRow))
	for i, line := range r.lines {
		y := float32(i) * paletteRow
		right := size.Width - paletteMargin
		keys, note := line.keys.MinSize().Width, line.note.MinSize().Width
		line.icon.Move(fyne.NewPos(paletteMargin, y+(paletteRow-paletteShape)/2))
		line.icon.Resize(fyne.NewSquareSize(paletteShape))
		line.keys.Move(fyne.NewPos(right-keys, y))
		line.keys.Resize(fyne.NewSize(keys, paletteRow))
		if keys > 0 {
			right -= keys + look.Space4
		}
		left := paletteMargin + paletteShape + look.Space2 + 2
		name := min(fyne.MeasureText(line.name.Text(), look.Body.Size(), look.Body.Style()).Width, max(0, right-left-note-look.Space3))
		line.name.Move(fyne.NewPos(left, y))
		line.name.Resize(fyne.NewSize(name, paletteRow))
		line.note.Move(fyne.NewPos(left+name+look.Space3, y+0.5))
		line.note.Resize(fyne.NewSize(note, paletteRow))
	}
}

func (r *paletteRenderer) Refresh() {
	l, p := r.list, look.PaletteOf(r.list.Theme())
	r.ground.FillColor, r.ground.CornerRadius, r.ground.Hidden = look.Mix(p.Overlay, p.Accent, 0.24), look.Radius, len(l.found) == 0
	r.none.Hidden = len(l.found) > 0
	rows := l.rows()
	for i, line := range r.lines {
		shown := i < len(rows)
		line.icon.Hidden = !shown || rows[i].Icon == ""
		line.name.Hidden, line.note.Hidden, line.keys.Hidden = !shown, !shown, !shown
		if !shown {
			continue
		}
		c := rows[i]
		if c.Icon != "" {
			line.icon.Resource = look.IconIn(c.Icon, look.ColorSoft)
			line.icon.Refresh()
		}
		line.name.SetText(c.Name)
		line.note.SetText(c.Note)
		line.keys.SetText(c.Keys)
	}
	r.Layout(l.Size())
	canvas.Refresh(l)
}
