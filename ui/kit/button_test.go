package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func TestButtonsLook(t *testing.T) {
	themed(t)
	off := NewButton(ButtonPlain, "Off", look.IconStop, nil)
	off.Disable()
	focused := NewButton(ButtonPlain, "Focused", "", nil)
	focused.FocusGained()
	row := container.NewHBox(
		NewButton(ButtonPrimary, "New point", look.IconPlus, nil), NewButton(ButtonPlain, "Preview", look.IconOpen, nil),
		NewButton(ButtonDanger, "Stop?", "", nil), NewButton(ButtonQuiet, "", look.IconCopy, nil), off, focused,
	)
	test.AssertRendersToImage(t, "buttons.png", shown(t, NewPanel("", row), 560, 56).Canvas())
}

func TestButtonWorksWithMouseAndKeys(t *testing.T) {
	themed(t)
	count := 0
	b := NewButton(ButtonPlain, "Go", "", func() { count++ })
	w := shown(t, b, 100, 40)
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 20))
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(b) {
		t.Fatal("Tab does not reach the button")
	}
	for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyA} {
		b.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if count != 4 {
		t.Errorf("done %d times, want 4", count)
	}
	b.Disable()
	test.Tap(b)
	if count != 4 {
		t.Error("a disabled button works")
	}
}
