package kit

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func viewRows(n int) [][]RowCell {
	rows := make([][]RowCell, n)
	for i := range rows {
		rows[i] = []RowCell{{Cell: State(look.Warn, "row "+strconv.Itoa(i)), Below: "for 4 min", BelowTone: look.ToneSoft}, {Cell: Cell{Text: "oceans"}, Link: true}}
	}
	return rows
}

func view(t *testing.T, rows int) *RowView {
	themed(t)
	l := NewRowView(2, Column{Title: "State", Width: 100}, Column{Title: "Point", Width: 100, Grow: 1})
	l.SetEmpty("Nothing needs you.")
	shown(t, l, 400, 300)
	l.SetRows(viewRows(rows), -1)
	return l
}

func TestRowViewDrawsWhatIsInSight(t *testing.T) {
	l := view(t, 5000)
	r := test.WidgetRenderer(l.body).(*rowBodyRenderer)
	if len(r.slots) > 10 || len(r.objects) > 80 {
		t.Errorf("%d slots and %d objects for 5000 rows", len(r.slots), len(r.objects))
	}
	l.Select(4999)
	if got := l.scroll.Offset.Y; got != 5000*rowTwoLines-(300-tableHead) {
		t.Errorf("the last row is not in sight: %v", got)
	}
	if text := r.slots[4999%len(r.slots)].cells[0].lamp.word; text != "row 4999" {
		t.Errorf("its slot says %q", text)
	}
	l.SetRows(viewRows(3), -1)
	if l.scroll.Offset.Y != 0 || !l.AtTop() {
		t.Errorf("fewer rows, still at %v", l.scroll.Offset.Y)
	}
}

func TestRowViewKeys(t *testing.T) {
	l := view(t, 100)
	var chosen, opened []int
	var others []fyne.KeyName
	l.OnSelect = func(row int) { chosen = append(chosen, row) }
	l.OnOpen = func(row int) { opened = append(opened, row) }
	fyne.CurrentApp().Driver().CanvasForObject(l).SetOnTypedKey(func(e *fyne.KeyEvent) { others = append(others, e.Name) })
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyEnd, fyne.KeyHome, fyne.KeyReturn, fyne.KeyA} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	want := []int{0, 1, 0, 5, 0, 99, 0}
	for i := range want {
		if len(chosen) != len(want) || chosen[i] != want[i] {
			t.Fatalf("chosen %v, want %v", chosen, want)
		}
	}
	if len(opened) != 1 || opened[0] != 0 || len(others) != 1 || others[0] != fyne.KeyA {
		t.Errorf("opened %v, others %v", opened, others)
	}
	l.SetRows(nil, -1)
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyReturn} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if l.Selected() != -1 || l.empty.Hidden {
		t.Error("an empty table has a chosen row")
	}
}

func TestRowViewMouse(t *testing.T) {
	l := view(t, 100)
	var row, column int
	opened := -1
	l.OnLink = func(r, c int) { row, column = r, c }
	l.OnOpen = func(r int) { opened = r }
	at := fyne.NewPos(150, 2*rowTwoLines+4)
	l.body.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
	if l.Selected() != 2 || !l.focused {
		t.Errorf("chosen %d, keyboard %v", l.Selected(), l.focused)
	}
	l.body.Tapped(&fyne.PointEvent{Position: at})
	if row != 2 || column != 1 {
		t.Errorf("the link is that of %d, %d", row, column)
	}
	l.body.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
	if l.body.Cursor() != desktop.PointerCursor {
		t.Error("a link does not look like one")
	}
	l.body.MouseOut()
	if l.body.Cursor() != desktop.DefaultCursor {
		t.Error("the pointer stays")
	}
	l.body.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(20, 5)})
	if opened != 0 {
		t.Errorf("opened %d", opened)
	}
	l.body.Tapped(&fyne.PointEvent{Position: fyne.NewPos(20, 1e6)})
	if l.Selected() != 0 {
		t.Errorf("a click below the rows chooses %d", l.Selected())
	}
}

// Scrolling moves rows into other slots and makes no new objects.
func BenchmarkRowViewScroll(b *testing.B) {
	themed(b)
	l := NewRowView(2, Column{Width: 100}, Column{Width: 100, Grow: 1})
	shown(b, l, 1200, 600)
	l.SetRows(viewRows(1000), -1)
	for i := range b.N {
		l.toOffset(float32(i % 40000))
	}
}
