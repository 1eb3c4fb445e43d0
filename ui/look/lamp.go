package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Lamp is how a thing is doing, whatever the thing: pages map their own states onto it and bring the word. Each lamp
// has its own colour and its own shape, so that it is read without colour too.
type Lamp uint8

// The lamps, in the order of the attention they ask for.
const (
	Quiet Lamp = iota // grey square: nothing is wanted, nothing happens
	Done              // grey disc with a hole: it is over and kept
	Good              // green disc: as wanted
	Busy              // blue hourglass: on its way
	Warn              // amber triangle: works, needs a look
	Bad               // red cross: does not work
)

// Lamps lists all lamps in order.
func Lamps() []Lamp { return []Lamp{Quiet, Done, Good, Busy, Warn, Bad} }

// String is the lamp's plain word, for when a page has no better one.
func (l Lamp) String() string {
	switch l {
	case Done:
		return "Done"
	case Good:
		return "Good"
	case Busy:
		return "Busy"
	case Warn:
		return "Warning"
	case Bad:
		return "Error"
	default:
		return "Quiet"
	}
}

// Colour is the lamp's colour in p.
func (l Lamp) Colour(p Palette) color.NRGBA {
	switch l {
	case Good:
		return p.Good
	case Busy:
		return p.Busy
	case Warn:
		return p.Warn
	case Bad:
		return p.Bad
	default:
		return p.Quiet
	}
}

// ColorName is the theme's name for the lamp's colour.
func (l Lamp) ColorName() fyne.ThemeColorName {
	switch l {
	case Good:
		return theme.ColorNameSuccess
	case Busy:
		return ColorBusy
	case Warn:
		return theme.ColorNameWarning
	case Bad:
		return theme.ColorNameError
	default:
		return ColorQuiet
	}
}

// Shape is the lamp's filled shape in its colour.
func (l Lamp) Shape() fyne.Resource {
	return theme.NewColoredResource(drawing("lamp-"+l.name()), l.ColorName())
}

// name is the end of the name of the lamp's drawing.
func (l Lamp) name() string {
	switch l {
	case Done:
		return "done"
	case Good:
		return "good"
	case Busy:
		return "busy"
	case Warn:
		return "warn"
	case Bad:
		return "bad"
	default:
		return "quiet"
	}
}

// Worst is the lamp of a and b that asks for more attention.
func Worst(a, b Lamp) Lamp { return max(a, b) }
