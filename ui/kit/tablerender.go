package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
)

// tableRenderer keeps one Text and, where a state was shown, one Lamp for each place of the table.
type tableRenderer struct {
	table         *DataTable
	heads         []*Text
	cells         [][]tableCell // by row, then column
	lines         []*canvas.Rectangle
	hover, choice *canvas.Rectangle
	ring          *canvas.Rectangle
	empty         *Text
	widths        []float32
	objects       []fyne.CanvasObject
}

type tableCell struct {
	text *Text
	lamp *Lamp // made when the place first shows a state
}

func newTableRenderer(t *DataTable) *tableRenderer {
	r := &tableRenderer{
		table: t, hover: canvas.NewRectangle(nil), choice: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
		empty:  NewText(look.Body, "").Toned(look.ToneFaint).Aligned(fyne.TextAlignCenter).Cutting(CutEnd),
		widths: make([]float32, len(t.columns)),
	}
	for _, c := range t.columns {
		r.heads = append(r.heads, NewText(look.Caption, c.Title).Toned(look.ToneFaint).Cutting(CutEnd).Aligned(c.align()))
	}
	r.Refresh()
	return r
}

func (c Column) align() fyne.TextAlign {
	if c.Right {
		return fyne.TextAlignTrailing
	}
	return fyne.TextAlignLeading
}

func (r *tableRenderer) Destroy()                     {}
func (r *tableRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *tableRenderer) MinSize() fyne.Size {
	width := 2*look.Space3 + look.Space3*float32(max(0, len(r.table.columns)-1))
	for _, c := range r.table.columns {
		width += c.Width
	}
	return fyne.NewSize(width, tableHead+tableRow*float32(max(1, len(r.table.rows))))
}

func (r *tableRenderer) Layout(size fyne.Size) {
	t := r.table
	r.measure(size.Width)
	r.place(size.Width, 0, tableHead, func(c int) fyne.CanvasObject { return r.heads[c] })
	for i := range t.rows {
		y := tableHead + float32(i)*tableRow
		r.place(size.Width, y, tableRow, func(c int) fyne.CanvasObject {
			cell := r.cells[i][c]
			if cell.lamp != nil && !cell.lamp.Hidden {
				return cell.lamp
			}
			return cell.text
		})
		r.lines[i].Move(fyne.NewPos(0, y))
		r.lines[i].Resize(fyne.NewSize(size.Width, look.Hair))
	}
	r.mark(r.hover, t.hovered, size.Width)
	r.mark(r.choice, t.selected, size.Width)
	r.ring.Resize(size)
	r.empty.Move(fyne.NewPos(0, tableHead))
	r.empty.Resize(fyne.NewSize(size.Width, max(tableRow, min(4*tableRow, size.Height-tableHead))))
}

// measure shares the width out among the columns.
func (r *tableRenderer) measure(width float32) {
	left, grow := width-r.MinSize().Width, float32(0)
	for _, c := range r.table.columns {
		grow += c.Grow
	}
	for i, c := range r.table.columns {
		r.widths[i] = c.Width
		if left > 0 && grow > 0 {
			r.widths[i] += left * c.Grow / grow
		}
	}
}

func (r *tableRenderer) place(_, y, height float32, object func(column int) fyne.CanvasObject) {
	x := look.Space3
	for c, wide := range r.widths {
		o := object(c)
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(wide, height))
		x += wide + look.Space3
	}
}

func (r *tableRenderer) mark(box *canvas.Rectangle, row int, width float32) {
	box.Hidden = row < 0
	box.Move(fyne.NewPos(0, tableHead+float32(row)*tableRow+look.Hair))
	box.Resize(fyne.NewSize(width, tableRow-look.Hair))
}

func (r *tableRenderer) Refresh() {
	t, p := r.table, look.PaletteOf(r.table.Theme())
	for len(r.cells) < len(t.rows) {
		row := make([]tableCell, len(t.columns))
		for c, column := range t.columns {
			role := look.Body
			if column.Code {
				role = look.Code
			}
			row[c].text = NewText(role, "").Cutting(CutEnd).Aligned(column.align())
		}
		r.cells = append(r.cells, row)
		r.lines = append(r.lines, canvas.NewRectangle(nil))
	}
	for i := range r.cells {
		r.lines[i].FillColor, r.lines[i].Hidden = p.Hairline, i >= len(t.rows)
		for c := range r.cells[i] {
			r.fill(&r.cells[i][c], i, c)
		}
	}
	r.hover.FillColor = look.Fade(p.Text, 0.04)
	r.choice.FillColor = look.Fade(p.Accent, 0.16)
	r.ring.FillColor, r.ring.StrokeColor = look.Fade(p.Panel, 0), p.Accent
	r.ring.StrokeWidth, r.ring.CornerRadius, r.ring.Hidden = look.FocusPen, look.Radius, !t.focused
	r.empty.SetText(t.Empty)
	r.empty.Hidden = len(t.rows) > 0
	r.collect()
	r.Layout(t.Size())
	canvas.Refresh(t)
}

// fill puts what the table says at row i, column c into its place.
func (r *tableRenderer) fill(place *tableCell, i, c int) {
	var cell Cell
	shown := i < len(r.table.rows)
	if shown && c < len(r.table.rows[i]) {
		cell = r.table.rows[i][c]
	}
	if cell.Lit && place.lamp == nil {
		place.lamp = NewLamp(LampNormal, cell.Lamp, cell.Text)
		place.lamp.cut = true
	}
	if place.lamp != nil {
		place.lamp.Hidden = !cell.Lit || !shown
		if cell.Lit {
			place.lamp.Set(cell.Lamp, cell.Text)
		}
	}
	place.text.Hidden = cell.Lit || !shown
	place.text.Set(cell.Text, cell.Tone)
}

func (r *tableRenderer) collect() {
	r.objects = append(r.objects[:0], r.hover, r.choice)
	for _, h := range r.heads {
		r.objects = append(r.objects, h)
	}
	for i := range r.cells {
		r.objects = append(r.objects, r.lines[i])
		for _, cell := range r.cells[i] {
			r.objects = append(r.objects, cell.text)
			if cell.lamp != nil {
				r.objects = append(r.objects, cell.lamp)
			}
		}
	}
	r.objects = append(r.objects, r.empty, r.ring)
}
