package kit

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func longTable(t testing.TB, rows int) *LongTable {
	t.Helper()
	themed(t)
	table := NewLongTable(Column{Title: "State", Width: 90}, Column{Title: "Name", Width: 120, Grow: 1}, Column{Title: "Speed", Width: 60, Right: true})
	shown(t, table, 420, 300)
	table.SetRows(manyRows(rows))
	return table
}

func manyRows(n int) [][]Cell {
	var rows [][]Cell
	for i := range n {
		rows = append(rows, []Cell{State(look.Good, "Running"), {Text: fmt.Sprintf("encoder-%03d", i)}, {Text: "1.00x"}})
	}
	return rows
}

func TestLongTableUsesItsRowsAgain(t *testing.T) {
	table := longTable(t, 1000)
	made := 0
	create := table.list.CreateItem
	table.list.CreateItem = func() fyne.CanvasObject { made++; return create() }
	for y := float32(0); y < 28_000; y += 90 {
		table.list.ScrollToOffset(y)
	}
	// A thousand come into sight. The pool that keeps rows drops some of them under the race detector.
	if made > 600 {
		t.Errorf("%d rows were made to scroll through a thousand", made)
	}
	if table.Line(0) != nil {
		t.Error("the first row is said to be in sight")
	}
	table.Select(999)
	if table.Line(999) == nil {
		t.Error("the chosen row is not in sight")
	}
}

func TestLongTableByKeyboard(t *testing.T) {
	table := longTable(t, 100)
	var chosen, opened []int
	var other []fyne.KeyName
	table.OnSelect = func(row int) { chosen = append(chosen, row) }
	table.OnOpen = func(row int) { opened = append(opened, row) }
	table.OnKey = func(e *fyne.KeyEvent) { other = append(other, e.Name) }
	c := fyne.CurrentApp().Driver().CanvasForObject(table)
	c.Focus(table.Focusable())
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyReturn, fyne.KeyEnd, fyne.KeyHome, fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyF5} {
		table.list.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if fmt.Sprint(chosen) != "[0 1 0 99 0 8 0]" || fmt.Sprint(opened) != "[0]" || fmt.Sprint(other) != "[F5]" {
		t.Errorf("chosen %v, opened %v, left %v", chosen, opened, other)
	}
	c.Unfocus()
	test.Tap(table.Line(3).(fyne.Tappable))
	if table.Selected() != 3 || c.Focused() != table.Focusable() {
		t.Error("a click does not choose the row")
	}
}

func TestLongTableKeepsItsChoice(t *testing.T) {
	table := longTable(t, 10)
	told := 0
	table.OnSelect = func(int) { told++ }
	table.SetSelected(4)
	table.SetRows(manyRows(4))
	if table.Selected() != -1 || told != 0 {
		t.Errorf("row %d is chosen, and %d were told", table.Selected(), told)
	}
	table.SetRows(nil)
	table.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if table.Selected() != -1 {
		t.Error("a row is chosen where there is none")
	}
}

// A tick of hundreds of rows fills in those in sight alone.
func BenchmarkLongTableTick(b *testing.B) {
	table := longTable(b, 200)
	for b.Loop() {
		table.SetRows(manyRows(200))
	}
}

func BenchmarkLongTableScroll(b *testing.B) {
	table := longTable(b, 200)
	y := float32(0)
	for b.Loop() {
		y += 25
		if y > 5500 {
			y = 0
		}
		table.list.ScrollToOffset(y)
	}
}
