package choosefile

const (
	textTitle     = "Choose a file"
	textCancel    = "Cancel"
	textTake      = "Open"
	textMedia     = "Media"
	textAll       = "All files"
	textReading   = "Reading…"
	textNothing   = "No media here. Choose All files to see everything."
	textHint      = "Enter opens, Backspace goes up. A path can be typed above."
	textGone      = "There is no such file or directory; choose another."
	textForbidden = "This cannot be read by the user that runs Pubpoint; choose another."

	columnName    = "Name"
	columnSize    = "Size"
	columnChanged = "Changed"

	formatFailed = "It cannot be read: %v."
)
