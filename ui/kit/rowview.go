package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

const (
	rowOneLine  float32 = 28 // of one line
	rowTwoLines float32 = 50 // of two
)

// RowCell is one field of a RowView.
type RowCell struct {
	Cell
	Below     string // second line; shown by tables of two lines
	BelowTone look.Tone
	Link      bool // a click on it leads elsewhere, see RowView.OnLink
}

// RowView is a table of any number of rows in a scroller of its own: no more rows are drawn than are in sight. Its
// head stays. One row can be chosen with the mouse or with the arrow keys and opened with a double click or Enter.
type RowView struct {
	widget.BaseWidget

	// OnSelect is told the row that the reader chose. Nil does nothing.
	OnSelect func(row int)
	// OnOpen is told the row that shall be opened. Nil does nothing.
	OnOpen func(row int)
	// OnLink is told the cell, one with Link set, that was clicked. Nil does nothing.
	OnLink func(row, column int)
	// OnScroll is told that the reader scrolled. Nil does nothing.
	OnScroll func()

	columns  []Column
	lines    int
	rows     [][]RowCell
	empty    *Text
	selected int
	hovered  int
	focused  bool
	widths   []float32
	scroll   *container.Scroll
	body     *rowBody
	moving   bool       // scrolled by the table itself
	slots    []*rowSlot // of the rows in sight
}

var (
	_ fyne.Focusable = (*RowView)(nil)
	_ fyne.Tabbable  = (*RowView)(nil)
)

// NewRowView makes a table without rows, whose rows have one line or two.
func NewRowView(lines int, columns ...Column) *RowView {
	t := &RowView{columns: columns, lines: lines, selected: -1, hovered: -1, widths: make([]float32, len(columns)),
		empty: NewText(look.Body, "").Toned(look.ToneFaint).Aligned(fyne.TextAlignCenter).Cutting(CutEnd)}
	t.body = &rowBody{table: t}
	t.body.ExtendBaseWidget(t.body)
	t.scroll = container.NewVScroll(t.body)
	t.scroll.OnScrolled = func(fyne.Position) {
		t.body.Refresh()
		if !t.moving {
			call(t.OnScroll)
		}
	}
	t.ExtendBaseWidget(t)
	return t
}

// AcceptsTab is for Fyne: Tab leads on.
func (t *RowView) AcceptsTab() bool { return false }

// SetEmpty sets the sentence shown while there are no rows.
func (t *RowView) SetEmpty(sentence string) { t.empty.SetText(sentence) }

// Empty is the sentence shown while there are no rows.
func (t *RowView) Empty() string { return t.empty.Text() }

// SetRows shows other rows, of which that one is chosen, or none for -1; nobody is told. Showing the same again costs
// nothing. A row may be shorter than the columns. The slices are kept.
func (t *RowView) SetRows(rows [][]RowCell, selected int) {
	if selected >= len(rows) {
		selected = -1
	}
	if selected == t.selected && slices.EqualFunc(rows, t.rows, slices.Equal[[]RowCell]) {
		return
	}
	fewer := len(rows) != len(t.rows)
	t.rows, t.selected = rows, selected
	if t.hovered >= len(rows) {
		t.hovered = -1
	}
	if fewer {
		t.moving = true
		t.scroll.Refresh() // the offset may lie behind the end now
		t.moving = false
	}
	t.empty.Hidden = len(rows) > 0
	t.empty.Refresh()
	t.body.Refresh()
}

// Len is the number of rows.
func (t *RowView) Len() int { return len(t.rows) }

// Selected is the chosen row, or -1.
func (t *RowView) Selected() int { return t.selected }

// Select chooses a row, brings it into sight and tells OnSelect; a number outside the rows chooses none and tells
// nobody.
func (t *RowView) Select(row int) {
	if row < 0 || row >= len(t.rows) {
		t.selected = -1
		t.body.Refresh()
		return
	}
	t.selected = row
	t.reveal(row)
	t.body.Refresh()
	if t.OnSelect != nil {
		t.OnSelect(row)
	}
}

// Row is what a row in sight stands on, or nil: for its place in the window.
func (t *RowView) Row(row int) fyne.CanvasObject {
	for _, s := range t.slots {
		if s.row == row {
			return s.ground
		}
	}
	return nil
}

// ToTop shows the first row.
func (t *RowView) ToTop() { t.toOffset(0) }

// Shift moves what is in sight down by that many rows, as when others have come in above them.
func (t *RowView) Shift(rows int) {
	t.toOffset(t.scroll.Offset.Y + float32(rows)*t.rowHeight())
}

// AtTop reports whether the first row is in sight.
func (t *RowView) AtTop() bool { return t.scroll.Offset.Y < t.rowHeight() }

func (t *RowView) toOffset(y float32) {
	t.moving = true
	t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(y, t.body.MinSize().Height-t.scroll.Size().Height))))
	t.moving = false
	t.body.Refresh()
}

// reveal scrolls as little as it takes to have a row in sight.
func (t *RowView) reveal(row int) {
	top := float32(row) * t.rowHeight()
	switch at, high := t.scroll.Offset.Y, t.scroll.Size().Height; {
	case top < at:
		t.toOffset(top)
	case top+t.rowHeight() > at+high && high > 0:
		t.toOffset(top + t.rowHeight() - high)
	}
}

func (t *RowView) rowHeight() float32 {
	if t.lines > 1 {
		return rowTwoLines
	}
	return rowOneLine
}

// inSight is how many whole rows there is room for.
func (t *RowView) inSight() int { return max(1, int(t.scroll.Size().Height/t.rowHeight())) }

// TypedKey is for Fyne.
func (t *RowView) TypedKey(e *fyne.KeyEvent) {
	last := len(t.rows) - 1
	switch e.Name {
	case fyne.KeyDown:
		t.Select(min(last, t.selected+1))
	case fyne.KeyUp:
		t.Select(max(min(0, last), t.selected-1))
	case fyne.KeyPageDown:
		t.Select(min(last, max(0, t.selected)+t.inSight()))
	case fyne.KeyPageUp:
		t.Select(max(min(0, last), t.selected-t.inSight()))
	case fyne.KeyHome:
		t.Select(min(0, last))
	case fyne.KeyEnd:
		t.Select(last)
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.selected >= 0 && t.OnOpen != nil {
			t.OnOpen(t.selected)
		}
	default:
		PassKey(t, e)
	}
}

// TypedRune is for Fyne.
func (t *RowView) TypedRune(r rune) { PassRune(t, r) }

// FocusGained is for Fyne.
func (t *RowView) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost is for Fyne.
func (t *RowView) FocusLost() { t.focused = false; t.Refresh() }

// CreateRenderer is for Fyne.
func (t *RowView) CreateRenderer() fyne.WidgetRenderer { return newRowViewRenderer(t) }
