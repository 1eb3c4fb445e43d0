package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func confirm(t *testing.T) (*ConfirmButton, *later, *int) {
	t.Helper()
	themed(t)
	clock, done := &later{}, new(int)
	b := NewConfirmButton(ConfirmConfig{Text: "Stop", Ask: "Stop? Click again", Do: func() { *done++ }, Later: clock.after})
	shown(t, b, 200, 40)
	return b, clock, done
}

func TestConfirmAsksFirst(t *testing.T) {
	b, clock, done := confirm(t)
	before := b.MinSize()
	test.Tap(b)
	if *done != 0 || !b.Asking() || b.Text() != "Stop? Click again" {
		t.Fatalf("after one click: done %d times, asking %v, says %q", *done, b.Asking(), b.Text())
	}
	if b.MinSize() != before {
		t.Error("the question needs more room than the button kept")
	}
	if d := clock.pass(t); d != confirmPause {
		t.Fatalf("waits %v first", d)
	}
	test.Tap(b)
	if *done != 1 || b.Asking() {
		t.Errorf("after two clicks: done %d times, asking %v", *done, b.Asking())
	}
}

func TestConfirmIgnoresADoubleClick(t *testing.T) {
	b, _, done := confirm(t)
	test.Tap(b)
	test.Tap(b)
	if *done != 0 || !b.Asking() {
		t.Errorf("done %d times by a double click, asking %v", *done, b.Asking())
	}
}

func TestConfirmTakesTheQuestionBack(t *testing.T) {
	for name, leave := range map[string]func(*ConfirmButton, *later, *testing.T){
		"waiting": func(_ *ConfirmButton, l *later, t *testing.T) {
			if d := l.pass(t); d != 5*time.Second {
				t.Errorf("waits %v", d)
			}
		},
		"escape":   func(b *ConfirmButton, _ *later, _ *testing.T) { b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) },
		"leaving":  func(b *ConfirmButton, _ *later, _ *testing.T) { b.FocusLost() },
		"disabled": func(b *ConfirmButton, _ *later, _ *testing.T) { b.Disable(); b.Enable() },
	} {
		t.Run(name, func(t *testing.T) {
			b, clock, done := confirm(t)
			b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			clock.pass(t)
			leave(b, clock, t)
			if b.Asking() || b.Text() != "Stop" {
				t.Fatalf("still asking: %q", b.Text())
			}
			b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
			if *done != 0 {
				t.Error("the next click counts as the answer")
			}
		})
	}
}
