package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// rowBody is as high as all rows of its table, and has objects for those in sight alone.
type rowBody struct {
	widget.BaseWidget

	table  *RowView
	onLink bool // the pointer is over one
}

var (
	_ fyne.Tappable       = (*rowBody)(nil)
	_ fyne.DoubleTappable = (*rowBody)(nil)
	_ desktop.Hoverable   = (*rowBody)(nil)
	_ desktop.Mouseable   = (*rowBody)(nil)
	_ desktop.Cursorable  = (*rowBody)(nil)
)

// cellAt is the row and the column under a place; -1 where there is none.
func (b *rowBody) cellAt(at fyne.Position) (row, column int) {
	t := b.table
	row = int(at.Y / t.rowHeight())
	if at.Y < 0 || row >= len(t.rows) {
		return -1, -1
	}
	x := look.Space3
	for i, wide := range t.widths {
		if at.X >= x && at.X < x+wide {
			return row, i
		}
		x += wide + look.Space3
	}
	return row, -1
}

func (b *rowBody) linkAt(at fyne.Position) (row, column int, ok bool) {
	row, column = b.cellAt(at)
	ok = row >= 0 && column >= 0 && column < len(b.table.rows[row]) && b.table.rows[row][column].Link
	return row, column, ok
}

// MouseDown is for Fyne. It chooses at once, while a click waits for whether it becomes a double one.
func (b *rowBody) MouseDown(e *desktop.MouseEvent) { b.choose(e.Position) }

// MouseUp is for Fyne.
func (b *rowBody) MouseUp(*desktop.MouseEvent) {}

func (b *rowBody) choose(at fyne.Position) {
	row, _ := b.cellAt(at)
	if c := fyne.CurrentApp().Driver().CanvasForObject(b.table); c != nil && !b.table.focused {
		c.Focus(b.table)
	}
	if row >= 0 && row != b.table.selected {
		b.table.Select(row)
	}
}

// Tapped is for Fyne.
func (b *rowBody) Tapped(e *fyne.PointEvent) {
	b.choose(e.Position)
	if row, column, ok := b.linkAt(e.Position); ok && b.table.OnLink != nil {
		b.table.OnLink(row, column)
	}
}

// DoubleTapped is for Fyne.
func (b *rowBody) DoubleTapped(e *fyne.PointEvent) {
	b.choose(e.Position)
	if row, _ := b.cellAt(e.Position); row >= 0 && b.table.OnOpen != nil {
		b.table.OnOpen(row)
	}
}

// MouseIn is for Fyne.
func (b *rowBody) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

// MouseMoved is for Fyne.
func (b *rowBody) MouseMoved(e *desktop.MouseEvent) {
	row, _ := b.cellAt(e.Position)
	_, _, b.onLink = b.linkAt(e.Position)
	if row != b.table.hovered {
		b.table.hovered = row
		b.Refresh()
	}
}

// MouseOut is for Fyne.
func (b *rowBody) MouseOut() {
	b.table.hovered, b.onLink = -1, false
	b.Refresh()
}

// Cursor is for Fyne.
func (b *rowBody) Cursor() desktop.Cursor {
	if b.onLink {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer is for Fyne.
func (b *rowBody) CreateRenderer() fyne.WidgetRenderer {
	r := &rowBodyRenderer{body: b, hover: canvas.NewRectangle(nil), choice: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

// rowBodyRenderer has a slot for each row in sight; a row that comes into sight takes the slot of one that left.
type rowBodyRenderer struct {
	body          *rowBody
	slots         []*rowSlot
	hover, choice *canvas.Rectangle
	objects       []fyne.CanvasObject
}

type rowSlot struct {
	row    int
	ground *canvas.Rectangle // as large as the row
	line   *canvas.Rectangle
	cells  []rowPlace
}

type rowPlace struct {
	text, below *Text
	lamp        *Lamp // made when the place first shows a state
}

func (r *rowBodyRenderer) Destroy()                     {}
func (r *rowBodyRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *rowBodyRenderer) Layout(fyne.Size)             { r.Refresh() }

func (r *rowBodyRenderer) MinSize() fyne.Size {
	t := r.body.table
	return fyne.NewSize(t.leastWidth(), float32(len(t.rows))*t.rowHeight())
}

func (r *rowBodyRenderer) Refresh() {
	t, p := r.body.table, look.PaletteOf(r.body.table.Theme())
	height := t.rowHeight()
	first := max(0, int(t.scroll.Offset.Y/height))
	count := 0
	if high := t.scroll.Size().Height; high > 0 {
		count = int(high/height) + 2
	}
	last := min(len(t.rows), first+count)
	for len(r.slots) < count {
		r.slots = append(r.slots, newRowSlot(t.columns))
	}
	r.hover.FillColor, r.choice.FillColor = look.Fade(p.Text, 0.04), look.Fade(p.Accent, 0.16)
	r.objects = append(r.objects[:0], r.hover, r.choice)
	t.slots = r.slots[:0:0]
	r.mark(r.hover, t.hovered)
	r.mark(r.choice, t.selected)
	for i := first; i < last; i++ {
		slot := r.slots[i%len(r.slots)]
		slot.line.FillColor = p.Hairline
		slot.fill(t, i)
		t.slots = append(t.slots, slot)
		r.objects = slot.appendTo(r.objects)
	}
	canvas.Refresh(r.body)
}

func (r *rowBodyRenderer) mark(box *canvas.Rectangle, row int) {
	t := r.body.table
	box.Hidden = row < 0
	box.Move(fyne.NewPos(0, float32(row)*t.rowHeight()))
	box.Resize(fyne.NewSize(r.body.Size().Width, t.rowHeight()-look.Hair))
}

func newRowSlot(columns []Column) *rowSlot {
	s := &rowSlot{row: -1, ground: canvas.NewRectangle(color.Transparent), line: canvas.NewRectangle(nil), cells: make([]rowPlace, len(columns))}
	for i, c := range columns {
		role := look.Body
		if c.Code {
			role = look.Code
		}
		s.cells[i].text = NewText(role, "").Cutting(CutEnd).Aligned(c.align())
		s.cells[i].below = NewText(look.Body, "").Cutting(CutEnd).Aligned(c.align())
	}
	return s
}

// fill shows row i of t, at its place.
func (s *rowSlot) fill(t *RowView, i int) {
	height := t.rowHeight()
	top, x := float32(i)*height, look.Space3
	above := height
	if t.lines > 1 {
		above = height/2 + 2
	}
	for c := range s.cells {
		var cell RowCell
		if c < len(t.rows[i]) {
			cell = t.rows[i][c]
		}
		place := &s.cells[c]
		place.show(cell, t.lines > 1)
		for _, o := range []fyne.CanvasObject{place.text, place.lampObject()} {
			if o != nil {
				o.Move(fyne.NewPos(x, top))
				o.Resize(fyne.NewSize(t.widths[c], above))
			}
		}
		place.below.Move(fyne.NewPos(x, top+height/2-3))
		place.below.Resize(fyne.NewSize(t.widths[c], height/2))
		x += t.widths[c] + look.Space3
	}
	s.row = i
	s.ground.Move(fyne.NewPos(0, top))
	s.ground.Resize(fyne.NewSize(t.scroll.Size().Width, height))
	s.line.Move(fyne.NewPos(0, top+height-look.Hair))
	s.line.Resize(fyne.NewSize(t.scroll.Size().Width, look.Hair))
}

func (p *rowPlace) lampObject() fyne.CanvasObject {
	if p.lamp == nil {
		return nil
	}
	return p.lamp
}

func (p *rowPlace) show(cell RowCell, two bool) {
	if cell.Lit && p.lamp == nil {
		p.lamp = NewLamp(LampNormal, cell.Lamp, cell.Text)
		p.lamp.cut = true
	}
	if p.lamp != nil {
		p.lamp.Hidden = !cell.Lit
		if cell.Lit {
			p.lamp.Set(cell.Lamp, cell.Text)
		}
	}
	tone := cell.Tone
	if cell.Link && tone == look.ToneText {
		tone = look.ToneAccent
	}
	p.text.Hidden = cell.Lit
	p.text.Set(cell.Text, tone)
	p.below.Hidden = !two
	p.below.Set(cell.Below, cell.BelowTone)
}

func (s *rowSlot) appendTo(objects []fyne.CanvasObject) []fyne.CanvasObject {
	objects = append(objects, s.ground, s.line)
	for _, p := range s.cells {
		objects = append(objects, p.text, p.below)
		if p.lamp != nil {
			objects = append(objects, p.lamp)
		}
	}
	return objects
}
