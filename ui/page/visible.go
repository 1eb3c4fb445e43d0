package page

import "fyne.io/fyne/v2"

// SetHidden shows or hides o, and does nothing when it is so already.
func SetHidden(o fyne.CanvasObject, hidden bool) {
	if o.Visible() != hidden {
		return
	}
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
}

// Focus gives the keyboard to o, which is in shown: something that has been drawn already, while o
// itself may just have been added to it.
func Focus(shown fyne.CanvasObject, o fyne.Focusable) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(shown); c != nil {
		c.Focus(o)
	}
}

// SetEnabled lets o be used or not, and does nothing when it is so already.
func SetEnabled(o fyne.Disableable, enabled bool) {
	if o.Disabled() != enabled {
		return
	}
	if enabled {
		o.Enable()
	} else {
		o.Disable()
	}
}

// SetDisabled is SetEnabled the other way round.
func SetDisabled(o fyne.Disableable, disabled bool) { SetEnabled(o, !disabled) }
