package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// longRow is the height of a row of a LongTable; Fyne's list adds its padding between two rows.
const longRow = tableRow - look.Space1

// LongTable is a table of any number of rows that scrolls under its head: only the rows in sight are laid out, and they
// are used again as the table scrolls. A row is chosen with the mouse or with the arrow keys, Home and End, and opened
// with Enter.
type LongTable struct {
	widget.BaseWidget

	// OnSelect is told the row that the reader chose. Nil does nothing.
	OnSelect func(row int)
	// OnOpen is told the row that shall be opened. Nil does nothing.
	OnOpen func(row int)
	// OnKey is told the keys that the table has no use for. Nil does nothing.
	OnKey func(e *fyne.KeyEvent)
	// Empty is the sentence shown while there are no rows.
	Empty string

	columns  []Column
	rows     [][]Cell
	selected int
	focused  bool
	list     *longList
	lines    map[int]*longLine // by row, since all were filled in; some may have been scrolled away
}

// NewLongTable makes a table without rows.
func NewLongTable(columns ...Column) *LongTable {
	t := &LongTable{columns: columns, selected: -1, lines: map[int]*longLine{}}
	t.list = &longList{table: t}
	t.list.Length = func() int { return len(t.rows) }
	t.list.CreateItem = func() fyne.CanvasObject { return newLongLine(t) }
	t.list.UpdateItem = func(row widget.ListItemID, o fyne.CanvasObject) {
		line := o.(*longLine)
		line.set(row)
		t.lines[row] = line
	}
	t.list.OnSelected = func(row widget.ListItemID) { t.choose(row) }
	t.list.ExtendBaseWidget(t.list)
	t.ExtendBaseWidget(t)
	return t
}

// SetRows shows other rows. The chosen row stays the one with the same number; SetSelected moves it. The slices are kept.
func (t *LongTable) SetRows(rows [][]Cell) {
	t.rows = rows
	if t.selected >= len(rows) {
		t.SetSelected(-1)
	}
	t.Refresh()
}

// Rows is how many rows there are.
func (t *LongTable) Rows() int { return len(t.rows) }

// Selected is the chosen row, or -1.
func (t *LongTable) Selected() int { return t.selected }

// SetSelected marks another row as chosen, or none with -1, without telling anybody and without scrolling.
func (t *LongTable) SetSelected(row int) {
	if t.selected != row {
		t.selected = row
		t.fill()
	}
}

// fill fills in all rows in sight.
func (t *LongTable) fill() {
	clear(t.lines)
	t.list.Refresh()
}

// Select chooses a row as the reader would: it is brought into sight, and OnSelect is told.
func (t *LongTable) Select(row int) {
	if row < 0 || row >= len(t.rows) {
		return
	}
	t.list.ScrollTo(row)
	t.choose(row)
}

// Line is what shows a row, or nil while the row is out of sight.
func (t *LongTable) Line(row int) fyne.CanvasObject {
	line, top := t.lines[row], float32(row)*(longRow+t.Theme().Size(theme.SizeNamePadding))-t.list.GetScrollOffset()
	if line == nil || line.row != row || top+longRow/2 < 0 || top+longRow/2 > t.list.Size().Height {
		return nil
	}
	return line
}

// Focusable is what has the keyboard when the table has it.
func (t *LongTable) Focusable() fyne.Focusable { return t.list }

func (t *LongTable) choose(row int) {
	t.list.UnselectAll() // the list's own mark would stay at its number while rows move
	t.selected = row
	t.fill()
	if t.OnSelect != nil {
		t.OnSelect(row)
	}
}

func (t *LongTable) typed(e *fyne.KeyEvent) {
	last := len(t.rows) - 1
	page := max(1, int(t.list.Size().Height/tableRow)-1)
	switch e.Name {
	case fyne.KeyDown:
		t.Select(min(last, t.selected+1))
	case fyne.KeyUp:
		t.Select(max(min(0, last), t.selected-1))
	case fyne.KeyPageDown:
		t.Select(min(last, t.selected+page))
	case fyne.KeyPageUp:
		t.Select(max(min(0, last), t.selected-page))
	case fyne.KeyHome:
		t.Select(min(0, last))
	case fyne.KeyEnd:
		t.Select(last)
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.selected >= 0 && t.OnOpen != nil {
			t.OnOpen(t.selected)
		}
	default:
		if t.OnKey != nil {
			t.OnKey(e)
		}
	}
}

// CreateRenderer is for Fyne.
func (t *LongTable) CreateRenderer() fyne.WidgetRenderer {
	r := &longRenderer{table: t, line: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
		empty: NewText(look.Body, "").Toned(look.ToneFaint).Aligned(fyne.TextAlignCenter).Cutting(CutEnd)}
	r.objects = []fyne.CanvasObject{t.list, r.line, r.empty}
	for _, c := range t.columns {
		h := NewText(look.Caption, c.Title).Toned(look.ToneFaint).Cutting(CutEnd).Aligned(c.align())
		r.heads = append(r.heads, h)
		r.objects = append(r.objects, h)
	}
	r.objects = append(r.objects, r.ring)
	r.Refresh()
	return r
}

// leastWidth is what columns need, with their gaps and margins.
func leastWidth(columns []Column) float32 {
	width := 2*look.Space3 + look.Space3*float32(max(0, len(columns)-1))
	for _, c := range columns {
		width += c.Width
	}
	return width
}

// placeColumns lays one object a column out in a line of that size.
func placeColumns(columns []Column, size fyne.Size, object func(column int) fyne.CanvasObject) {
	left, grow := max(0, size.Width-leastWidth(columns)), float32(0)
	for _, c := range columns {
		grow += c.Grow
	}
	x := look.Space3
	for i, c := range columns {
		wide := c.Width
		if grow > 0 {
			wide += left * c.Grow / grow
		}
		o := object(i)
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(wide, size.Height))
		x += wide + look.Space3
	}
}

type longRenderer struct {
	table   *LongTable
	heads   []*Text
	line    *canvas.Rectangle
	ring    *canvas.Rectangle
	empty   *Text
	objects []fyne.CanvasObject
}

func (r *longRenderer) Destroy()                     {}
func (r *longRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *longRenderer) MinSize() fyne.Size {
	return fyne.NewSize(leastWidth(r.table.columns), tableHead+2*tableRow)
}

func (r *longRenderer) Layout(size fyne.Size) {
	placeColumns(r.table.columns, fyne.NewSize(size.Width, tableHead), func(c int) fyne.CanvasObject { return r.heads[c] })
	r.line.Move(fyne.NewPos(0, tableHead))
	r.line.Resize(fyne.NewSize(size.Width, look.Hair))
	body := fyne.NewSize(size.Width, max(0, size.Height-tableHead-look.Hair))
	r.table.list.Move(fyne.NewPos(0, tableHead+look.Hair))
	r.table.list.Resize(body)
	r.empty.Move(fyne.NewPos(0, tableHead))
	r.empty.Resize(fyne.NewSize(size.Width, min(4*tableRow, body.Height)))
	r.ring.Resize(size)
}

func (r *longRenderer) Refresh() {
	t, p := r.table, look.PaletteOf(r.table.Theme())
	r.line.FillColor = p.Hairline
	r.ring.FillColor, r.ring.StrokeColor = look.Fade(p.Panel, 0), p.Accent
	r.ring.StrokeWidth, r.ring.CornerRadius, r.ring.Hidden = look.FocusPen, look.Radius, !t.focused
	r.empty.SetText(t.Empty)
	r.empty.Hidden = len(t.rows) > 0
	r.Layout(t.Size())
	t.fill()
	r.line.Refresh()
	r.ring.Refresh()
}

// longList is Fyne's list with the keys of a table.
type longList struct {
	widget.List

	table *LongTable
}

// TypedKey is for Fyne.
func (l *longList) TypedKey(e *fyne.KeyEvent) { l.table.typed(e) }

// FocusGained is for Fyne.
func (l *longList) FocusGained() { l.table.focused = true; l.table.Refresh() }

// FocusLost is for Fyne.
func (l *longList) FocusLost() { l.table.focused = false; l.table.Refresh() }

// longLine shows one row, and another one later.
type longLine struct {
	widget.BaseWidget

	table  *LongTable
	row    int
	cells  []tableCell
	choice *canvas.Rectangle
}

func newLongLine(t *LongTable) *longLine {
	l := &longLine{table: t, row: -1, cells: make([]tableCell, len(t.columns)), choice: canvas.NewRectangle(nil)}
	for i, c := range t.columns {
		role := look.Body
		if c.Code {
			role = look.Code
		}
		l.cells[i].text = NewText(role, "").Cutting(CutEnd).Aligned(c.align())
	}
	l.ExtendBaseWidget(l)
	return l
}

// Tapped is for Fyne.
func (l *longLine) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.table.list); c != nil {
		c.Focus(l.table.list)
	}
	l.table.choose(l.row)
}

func (l *longLine) set(row int) {
	l.row = row
	if row < len(l.table.rows) {
		l.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (l *longLine) CreateRenderer() fyne.WidgetRenderer {
	r := &longLineRenderer{line: l}
	r.Refresh()
	return r
}

type longLineRenderer struct {
	line    *longLine
	objects []fyne.CanvasObject
}

func (r *longLineRenderer) Destroy()                     {}
func (r *longLineRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *longLineRenderer) MinSize() fyne.Size {
	return fyne.NewSize(leastWidth(r.line.table.columns), longRow)
}

func (r *longLineRenderer) Layout(size fyne.Size) {
	l := r.line
	// The list leaves its padding free between two rows; the mark covers it.
	pad := l.Theme().Size(theme.SizeNamePadding)
	l.choice.Move(fyne.NewPos(0, -pad/2))
	l.choice.Resize(fyne.NewSize(size.Width, size.Height+pad))
	placeColumns(l.table.columns, size, func(c int) fyne.CanvasObject {
		if cell := l.cells[c]; cell.lamp != nil && !cell.lamp.Hidden {
			return cell.lamp
		}
		return l.cells[c].text
	})
}

func (r *longLineRenderer) Refresh() {
	l := r.line
	var row []Cell
	if l.row >= 0 && l.row < len(l.table.rows) {
		row = l.table.rows[l.row]
	}
	r.objects = append(r.objects[:0], l.choice)
	for i := range l.cells {
		var cell Cell
		if i < len(row) {
			cell = row[i]
		}
		l.cells[i].show(cell)
		r.objects = append(r.objects, l.cells[i].text)
		if l.cells[i].lamp != nil {
			r.objects = append(r.objects, l.cells[i].lamp)
		}
	}
	l.choice.FillColor = look.Fade(look.PaletteOf(l.Theme()).Accent, 0.16)
	l.choice.Hidden = l.row != l.table.selected || l.row < 0
	r.Layout(l.Size())
	l.choice.Refresh()
	canvas.Refresh(l)
}

// show puts a cell into its place.
func (c *tableCell) show(cell Cell) {
	if cell.Lit && c.lamp == nil {
		c.lamp = NewLamp(LampNormal, cell.Lamp, cell.Text)
		c.lamp.cut = true
	}
	if c.lamp != nil {
		c.lamp.Hidden = !cell.Lit
		if cell.Lit {
			c.lamp.Set(cell.Lamp, cell.Text)
		}
	}
	c.text.Hidden = cell.Lit
	c.text.Set(cell.Text, cell.Tone)
}
