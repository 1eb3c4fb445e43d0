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
