package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// grab is what a drag holds.
type grab uint8

const (
	grabNothing grab = iota
	grabView
	grabNew  // a new selection
	grabFrom // the left handle of the selection
	grabTo   // the right one
)

// reach is how near the pointer must be to a handle or a flag, in units.
const reach float32 = 7

// MouseIn is for Fyne.
func (l *Lanes) MouseIn(e *desktop.MouseEvent) { l.point(e.Position) }

// MouseMoved is for Fyne.
func (l *Lanes) MouseMoved(e *desktop.MouseEvent) { l.point(e.Position) }

// MouseOut is for Fyne.
func (l *Lanes) MouseOut() {
	l.hovered = false
	l.Refresh()
}

func (l *Lanes) point(at fyne.Position) {
	l.hovered, l.pointer = true, at
	l.Refresh()
}

// Cursor is for Fyne.
func (l *Lanes) Cursor() desktop.Cursor {
	switch {
	case l.hovered && l.handleAt(l.pointer.X) != grabNothing:
		return desktop.HResizeCursor
	case l.picking:
		return desktop.CrosshairCursor
	}
	return desktop.DefaultCursor
}

// MouseDown is for Fyne.
func (l *Lanes) MouseDown(e *desktop.MouseEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l)
	}
	if e.Button == desktop.MouseButtonSecondary {
		return
	}
	l.grab = l.handleAt(e.Position.X)
	switch {
	case l.grab != grabNothing:
	case l.picking || e.Modifier&fyne.KeyModifierShift != 0:
		l.grab = grabNew
		at := l.timeAt(e.Position.X)
		l.selected.from, l.selected.to, l.selected.there = at, at, false
		l.Refresh()
	default:
		l.grab = grabView
	}
}

// MouseUp is for Fyne.
func (l *Lanes) MouseUp(*desktop.MouseEvent) { l.release() }

// Dragged is for Fyne.
func (l *Lanes) Dragged(e *fyne.DragEvent) {
	l.hovered, l.pointer = true, e.Position
	at := l.timeAt(e.Position.X)
	switch l.grab {
	case grabNew:
		l.selected.to, l.selected.there = at, true
	case grabTo:
		l.selected.to = at
	case grabFrom:
		l.selected.from = at
	default:
		l.pan(-float64(e.Dragged.DX) * l.perUnit())
		l.moved()
		return
	}
	l.Refresh()
	call(l.config.Selected)
}

// DragEnd is for Fyne.
func (l *Lanes) DragEnd() { l.release() }

// release lets go of what a drag held. A selection that is as good as nothing is none.
func (l *Lanes) release() {
	held := l.grab
	l.grab = grabNothing
	if held != grabNew && held != grabFrom && held != grabTo {
		return
	}
	s := &l.selected
	s.from, s.to = min(s.from, s.to), max(s.from, s.to)
	if s.to-s.from < 3*l.perUnit() {
		s.there = false
	}
	l.Refresh()
	call(l.config.Selected)
}

// Scrolled is for Fyne: the wheel zooms where the pointer is, and moves with Shift or sideways.
func (l *Lanes) Scrolled(e *fyne.ScrollEvent) {
	if math.Abs(float64(e.Scrolled.DX)) > math.Abs(float64(e.Scrolled.DY)) {
		l.pan(-float64(e.Scrolled.DX) * l.perUnit() * 4)
	} else {
		l.zoomTo(l.span()*math.Pow(1.2, -float64(max(-30, min(30, e.Scrolled.DY)))/10), l.timeAt(e.Position.X))
	}
	l.moved()
}

// DoubleTapped is for Fyne: it zooms to a third around the pointer.
func (l *Lanes) DoubleTapped(e *fyne.PointEvent) {
	at := l.timeAt(e.Position.X)
	l.live = l.live && at > l.edge()-l.span()/6
	l.zoomTo(l.span()/3, at)
	l.moved()
}

// FocusGained is for Fyne.
func (l *Lanes) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost is for Fyne.
func (l *Lanes) FocusLost() { l.focused = false; l.Refresh() }

// Focused reports whether the lanes have the keyboard.
func (l *Lanes) Focused() bool { return l.focused }

// TypedKey is for Fyne: arrows and pages move, Home and End go to the ends, Esc takes the selection away.
func (l *Lanes) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		l.pan(-l.span() / 10)
	case fyne.KeyRight:
		l.pan(l.span() / 10)
	case fyne.KeyPageUp:
		l.pan(-l.span() * 0.9)
	case fyne.KeyPageDown:
		l.pan(l.span() * 0.9)
	case fyne.KeyUp:
		l.zoomTo(l.span()/1.5, l.cursor())
	case fyne.KeyDown:
		l.zoomTo(l.span()*1.5, l.cursor())
	case fyne.KeyHome:
		l.live = false
		l.place(float64(l.data.First)-l.span()*0.02, l.span())
	case fyne.KeyEnd:
		l.live = true
		l.place(l.edge()-l.span(), l.span())
	case fyne.KeyEscape:
		l.escape()
		return
	default:
		return
	}
	l.moved()
}

// TypedRune is for Fyne: + and - zoom, I and O begin and end a selection.
func (l *Lanes) TypedRune(r rune) {
	switch r {
	case '+', '=':
		l.zoomTo(l.span()/1.5, l.cursor())
		l.moved()
	case '-', '_':
		l.zoomTo(l.span()*1.5, l.cursor())
		l.moved()
	case 'i', 'I':
		l.pick(l.cursor(), max(l.selected.to, l.cursor()))
	case 'o', 'O':
		l.pick(min(l.selected.from, l.cursor()), l.cursor())
	default:
		if l.config.Key != nil {
			l.config.Key(r)
		}
	}
}

// pick selects from one moment to another by key. Without a selection before it one end of it is that of the stretch.
func (l *Lanes) pick(from, to float64) {
	if !l.selected.there {
		from, to = max(from, l.from), min(to, l.to)
		if to <= from {
			to = l.to
		}
	}
	l.selected.from, l.selected.to, l.selected.there = from, to, to > from
	l.Refresh()
	call(l.config.Selected)
}

func (l *Lanes) escape() {
	switch {
	case l.selected.there:
		l.selected.there = false
		l.Refresh()
		call(l.config.Selected)
	case l.config.Escape != nil:
		l.config.Escape()
	default:
		if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
			c.Unfocus()
		}
	}
}

// cursor is the moment that keys are about: under the pointer, else the middle.
func (l *Lanes) cursor() float64 {
	if left, right := l.plotEnds(); l.hovered && l.pointer.X >= left && l.pointer.X <= right {
		return l.timeAt(l.pointer.X)
	}
	return (l.from + l.to) / 2
}
