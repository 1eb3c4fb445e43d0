package look

import "fyne.io/fyne/v2"

// Distances and sizes in Fyne's device-independent units. Everything in the window is a multiple of Space1.
const (
	Space1 float32 = 4  // between parts of one thing
	Space2 float32 = 8  // between things
	Space3 float32 = 12 // inside panels
	Space4 float32 = 16 // between groups
	Space6 float32 = 24 // around empty states

	Radius   float32 = 6 // corners of panels, fields and buttons
	Hair     float32 = 1 // separators and quiet borders
	FocusPen float32 = 2 // the ring around what has the keyboard
	IconSize float32 = 16
)

// Role is what a piece of text is for; it decides size and style.
type Role uint8

// The type scale.
const (
	Body    Role = iota // 13: what is read
	Strong              // 13 semi-bold: names
	Caption             // 11: labels, units, axis
	Title               // 13 semi-bold in panels' heads
	Heading             // 19 semi-bold: the page's name
	Figure              // 19 semi-bold: one number that matters
	Code                // 12 monospace: URLs, commands, logs
)

// Size is the role's text size.
func (r Role) Size() float32 {
	switch r {
	case Caption:
		return 11
	case Heading, Figure:
		return 19
	case Code:
		return 12
	default:
		return 13
	}
}

// Style is the role's text style.
func (r Role) Style() fyne.TextStyle {
	switch r {
	case Strong, Title, Heading, Figure:
		return fyne.TextStyle{Bold: true}
	case Code:
		return fyne.TextStyle{Monospace: true}
	default:
		return fyne.TextStyle{}
	}
}
