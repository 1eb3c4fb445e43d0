package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	tableHead float32 = 28
	tableRow  float32 = 30
)

// Column is one column of a DataTable.
type Column struct {
	Title string
	Width float32 // least width
	Grow  float32 // share of the room that is left; 0 keeps the least width
	Right bool    // aligned to the right, for numbers
	Code  bool    // in the monospace font
}

// Cell is one field of a DataTable.
type Cell struct {
	Text string
	Tone look.Tone
	Lamp look.Lamp
	Lit  bool // show Lamp before Text, in the lamp's colour
}

// State is a cell that shows a lamp and its word.
func State(lamp look.Lamp, word string) Cell { return Cell{Text: word, Lamp: lamp, Lit: true} }

// DataTable is a table of few rows, some hundreds at most: every row is laid out, so put it into a scroller when it may
// grow. One row can be chosen with the mouse or with the arrow keys and opened with a double click or Enter.
type DataTable struct {
	widget.BaseWidget

	// OnSelect is told the row that was chosen. Nil does nothing.
	OnSelect func(row int)
	// OnOpen is told the row that shall be opened. Nil does nothing.
	OnOpen func(row int)
	// Empty is the sentence shown while there are no rows.
	Empty string

	columns  []Column
	rows     [][]Cell
	selected int
	hovered  int
	focused  bool
}

var (
	_ fyne.Focusable         = (*DataTable)(nil)
	_ fyne.Tappable          = (*DataTable)(nil)
	_ fyne.DoubleTappable    = (*DataTable)(nil)
	_ desktop.Hoverable      = (*DataTable)(nil)
	_ fyne.CanvasObject      = (*DataTable)(nil)
	_ fyne.SecondaryTappable = (*DataTable)(nil)
)

// NewDataTable makes a table without rows.
func NewDataTable(columns ...Column) *DataTable {
	t := &DataTable{columns: columns, selected: -1, hovered: -1, Empty: words.T(textNothingHere)}
	t.ExtendBaseWidget(t)
	return t
}

// SetRows shows other rows; the chosen row stays the one with the same number. A row may be shorter than the columns.
// The slices are kept.
func (t *DataTable) SetRows(rows [][]Cell) {
	t.rows = rows
	if t.selected >= len(rows) {
		t.selected = -1
	}
	if t.hovered >= len(rows) {
		t.hovered = -1
	}
	t.Refresh()
}

// Selected is the chosen row, or -1.
func (t *DataTable) Selected() int { return t.selected }

// Select chooses a row and tells OnSelect; a number outside the rows, such as -1, chooses none and tells nobody.
func (t *DataTable) Select(row int) {
	if row < 0 || row >= len(t.rows) {
		t.selected = -1
		t.Refresh()
		return
	}
	t.selected = row
	t.Refresh()
	if t.OnSelect != nil {
		t.OnSelect(row)
	}
}

// rowAt is the row under y, or -1.
func (t *DataTable) rowAt(y float32) int {
	row := int((y - tableHead) / tableRow)
	if y < tableHead || row >= len(t.rows) {
		return -1
	}
	return row
}

// Tapped is for Fyne.
func (t *DataTable) Tapped(e *fyne.PointEvent) {
	if row := t.rowAt(e.Position.Y); row >= 0 {
		t.Select(row)
	}
}

// TappedSecondary is for Fyne.
func (t *DataTable) TappedSecondary(e *fyne.PointEvent) { t.Tapped(e) }

// DoubleTapped is for Fyne.
func (t *DataTable) DoubleTapped(e *fyne.PointEvent) {
	if row := t.rowAt(e.Position.Y); row >= 0 {
		t.Select(row)
		t.open()
	}
}

func (t *DataTable) open() {
	if t.selected >= 0 && t.OnOpen != nil {
		t.OnOpen(t.selected)
	}
}

// TypedKey is for Fyne.
func (t *DataTable) TypedKey(e *fyne.KeyEvent) {
	last := len(t.rows) - 1
	switch e.Name {
	case fyne.KeyDown:
		t.Select(min(last, t.selected+1))
	case fyne.KeyUp:
		t.Select(max(min(0, last), t.selected-1))
	case fyne.KeyHome:
		t.Select(min(0, last))
	case fyne.KeyEnd:
		t.Select(last)
	case fyne.KeyReturn, fyne.KeyEnter:
		t.open()
	default:
		PassKey(t, e)
	}
}

// TypedRune is for Fyne.
func (t *DataTable) TypedRune(r rune) { PassRune(t, r) }

// FocusGained is for Fyne.
func (t *DataTable) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost is for Fyne.
func (t *DataTable) FocusLost() { t.focused = false; t.Refresh() }

// MouseIn is for Fyne.
func (t *DataTable) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved is for Fyne.
func (t *DataTable) MouseMoved(e *desktop.MouseEvent) {
	if row := t.rowAt(e.Position.Y); row != t.hovered {
		t.hovered = row
		t.Refresh()
	}
}

// MouseOut is for Fyne.
func (t *DataTable) MouseOut() {
	t.hovered = -1
	t.Refresh()
}

// CreateRenderer is for Fyne.
func (t *DataTable) CreateRenderer() fyne.WidgetRenderer { return newTableRenderer(t) }
