package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
)

// rowViewRenderer draws what stays: the head, and the ring of the keyboard.
type rowViewRenderer struct {
	table   *RowView
	heads   []*Text
	line    *canvas.Rectangle
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func newRowViewRenderer(t *RowView) *rowViewRenderer {
	r := &rowViewRenderer{table: t, line: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil)}
	r.objects = append(r.objects, t.scroll, r.line)
	for _, c := range t.columns {
		head := NewText(look.Caption, c.Title).Toned(look.ToneFaint).Cutting(CutEnd).Aligned(c.align())
		r.heads = append(r.heads, head)
		r.objects = append(r.objects, head)
	}
	r.objects = append(r.objects, t.empty, r.ring)
	r.Refresh()
	return r
}

func (r *rowViewRenderer) Destroy()                     {}
func (r *rowViewRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *rowViewRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.table.leastWidth(), tableHead+2*r.table.rowHeight())
}

func (t *RowView) leastWidth() float32 {
	width := 2*look.Space3 + look.Space3*float32(max(0, len(t.columns)-1))
	for _, c := range t.columns {
		width += c.Width
	}
	return width
}

func (r *rowViewRenderer) Layout(size fyne.Size) {
	t := r.table
	left, grow := max(0, size.Width-t.leastWidth()), float32(0)
	for _, c := range t.columns {
		grow += c.Grow
	}
	x := look.Space3
	for i, c := range t.columns {
		t.widths[i] = c.Width
		if grow > 0 {
			t.widths[i] += left * c.Grow / grow
		}
		r.heads[i].Move(fyne.NewPos(x, 0))
		r.heads[i].Resize(fyne.NewSize(t.widths[i], tableHead))
		x += t.widths[i] + look.Space3
	}
	r.line.Move(fyne.NewPos(0, tableHead-look.Hair))
	r.line.Resize(fyne.NewSize(size.Width, look.Hair))
	t.scroll.Move(fyne.NewPos(0, tableHead))
	t.scroll.Resize(fyne.NewSize(size.Width, max(0, size.Height-tableHead)))
	t.empty.Move(fyne.NewPos(0, tableHead))
	t.empty.Resize(fyne.NewSize(size.Width, max(0, min(4*tableRow, size.Height-tableHead))))
	r.ring.Resize(size)
	t.body.Refresh()
}

func (r *rowViewRenderer) Refresh() {
	t, p := r.table, look.PaletteOf(r.table.Theme())
	r.line.FillColor = p.Hairline
	r.ring.FillColor, r.ring.StrokeColor = look.Fade(p.Panel, 0), p.Accent
	r.ring.StrokeWidth, r.ring.CornerRadius, r.ring.Hidden = look.FocusPen, look.Radius, !t.focused
	t.empty.Hidden = len(t.rows) > 0
	r.Layout(t.Size())
	canvas.Refresh(t)
}
