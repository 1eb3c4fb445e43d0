package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func orchard() *DataTable {
	t := NewDataTable(Column{Title: "Tree", Width: 80, Grow: 1}, Column{Title: "Apples", Width: 60, Right: true},
		Column{Title: "Code", Width: 50, Code: true}, Column{Title: "State", Width: 80})
	t.SetRows([][]Cell{
		{{Text: "Boskoop"}, {Text: "1208"}, {Text: "b-1"}, State(look.Good, "Ripe")},
		{{Text: "Cox with a very long name that is cut"}, {Text: "97", Tone: look.ToneWarn}, {Text: "c-2"}, State(look.Warn, "Late")},
		{{Text: "Topaz"}, {Text: look.Unknown}},
	})
	return t
}

func TestTableLooks(t *testing.T) {
	themed(t)
	table := orchard()
	w := shown(t, NewPanel("Trees", table).Flush(), 400, 170)
	table.Select(1)
	test.AssertRendersToImage(t, "table.png", w.Canvas())
}

func TestTableChoosesWithMouseAndKeys(t *testing.T) {
	themed(t)
	table := orchard()
	var chosen, opened []int
	table.OnSelect = func(row int) { chosen = append(chosen, row) }
	table.OnOpen = func(row int) { opened = append(opened, row) }
	w := shown(t, table, 400, 150)
	at := func(row int) *fyne.PointEvent {
		return &fyne.PointEvent{Position: fyne.NewPos(20, tableHead+tableRow*float32(row)+5)}
	}
	table.Tapped(at(2))
	table.Tapped(&fyne.PointEvent{Position: fyne.NewPos(20, 5)})
	table.Tapped(at(9))
	table.DoubleTapped(at(0))
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(table) {
		t.Fatal("Tab does not reach the table")
	}
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyHome, fyne.KeyUp, fyne.KeyEnd, fyne.KeyReturn} {
		table.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if got, want := chosen, []int{2, 0, 1, 2, 2, 1, 0, 0, 2}; !equal(got, want) {
		t.Errorf("chosen %v, want %v", got, want)
	}
	if !equal(opened, []int{0, 2}) {
		t.Errorf("opened %v", opened)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestTableWithoutRows(t *testing.T) {
	themed(t)
	table := NewDataTable(Column{Title: "Tree", Width: 80})
	table.Empty = "No trees"
	shown(t, table, 300, 100)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyHome, fyne.KeyReturn} {
		table.TypedKey(&fyne.KeyEvent{Name: key})
	}
	r := test.WidgetRenderer(table).(*tableRenderer)
	if table.Selected() != -1 || !r.empty.Visible() || r.empty.Text() != "No trees" {
		t.Errorf("chosen %d, says %q", table.Selected(), r.empty.Text())
	}
}

func TestTableReusesItsPlaces(t *testing.T) {
	themed(t)
	table := orchard()
	shown(t, table, 400, 150)
	r := test.WidgetRenderer(table).(*tableRenderer)
	first := r.cells[0][0].text
	table.Select(2)
	table.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(5, tableHead+2*tableRow+3)}})
	table.SetRows([][]Cell{{{Text: "Elstar"}, {}, {}, {Text: "plain"}}})
	if r.cells[0][0].text != first || first.Text() != "Elstar" {
		t.Error("a new place was made for an old one")
	}
	if table.Selected() != -1 || table.hovered != -1 || r.cells[1][0].text.Visible() || r.cells[0][3].lamp.Visible() {
		t.Error("what is gone is still marked or shown")
	}
	table.MouseOut()
}
