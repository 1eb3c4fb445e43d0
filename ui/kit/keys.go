package kit

import "fyne.io/fyne/v2"

// PassKey hands a key that o, which has the keyboard, does not use to the window, as if nothing had
// the keyboard. Without it a click on a button would end the shortcuts without modifiers.
func PassKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := canvasOf(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// PassRune does the same with a character, such as "?".
func PassRune(o fyne.CanvasObject, r rune) {
	if c := canvasOf(o); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	return app.Driver().CanvasForObject(o)
}
