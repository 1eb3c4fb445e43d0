package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// What has the keyboard hands on the keys it does not use, and only those.
func TestUnusedKeysGoOn(t *testing.T) {
	test.NewTempApp(t)
	pressed := 0
	confirm := NewConfirmButton(ConfirmConfig{Text: "Stop", Ask: "Stop?", Do: func() {}})
	table := NewDataTable(Column{Title: "Name"})
	table.SetRows([][]Cell{{{Text: "a"}}, {{Text: "b"}}})
	all := []fyne.Focusable{NewButton(ButtonPlain, "Go", "", func() { pressed++ }), confirm, NewTile(TileSlots{Head: widget.NewLabel("x")}, nil), table}
	box := container.NewVBox()
	for _, o := range all {
		box.Add(o.(fyne.CanvasObject))
	}
	win := test.NewTempWindow(t, box)
	var keys []fyne.KeyName
	var runes []rune
	win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { keys = append(keys, e.Name) })
	win.Canvas().SetOnTypedRune(func(r rune) { runes = append(runes, r) })
	for i, o := range all {
		keys, runes = nil, nil
		for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyF5, fyne.KeyEscape, fyne.KeyM} {
			o.TypedKey(&fyne.KeyEvent{Name: k})
		}
		o.TypedRune('?')
		want := []fyne.KeyName{fyne.KeyF5, fyne.KeyEscape, fyne.KeyM}
		if o == fyne.Focusable(confirm) {
			want = []fyne.KeyName{fyne.KeyF5, fyne.KeyM} // Esc took the question back
		}
		if !slices.Equal(keys, want) || !slices.Equal(runes, []rune{'?'}) {
			t.Errorf("%d: %v and %q went on", i, keys, runes)
		}
	}
	if pressed != 1 {
		t.Errorf("Enter pressed the button %d times", pressed)
	}
	NewButton(ButtonPlain, "on no window", "", nil).TypedKey(&fyne.KeyEvent{Name: fyne.KeyM})
}

func TestBannerWithTwoButtons(t *testing.T) {
	test.NewTempApp(t)
	said := ""
	b := NewBanner(Notice{Sentence: "What now?", Action: "This", OnAction: func() { said += "1" }, Other: "That", OnOther: func() { said += "2" }})
	win := test.NewTempWindow(t, b)
	win.Resize(fyne.NewSize(500, 60))
	action, other := b.Buttons()
	test.Tap(action)
	test.Tap(other)
	if said != "12" || b.Sentence() != "What now?" {
		t.Errorf("%q, %q", said, b.Sentence())
	}
	if action.Position().X >= other.Position().X || other.Position().X+other.Size().Width > 500 {
		t.Errorf("the buttons stand at %v and %v", action.Position(), other.Position())
	}
}
