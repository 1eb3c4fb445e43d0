package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// ButtonKind is how much a button stands out.
type ButtonKind uint8

// The kinds.
const (
	ButtonPlain   ButtonKind = iota // one of several things to do
	ButtonPrimary                   // the next step; at most one on a page
	ButtonDanger                    // about to end something
	ButtonQuiet                     // without ground, for rows and heads
	ButtonChosen                    // the one of several that is chosen
)

const buttonHeight float32 = 30

// Button is a button of word, icon or both. It works with the mouse and with Enter and Space, and shows a ring while it
// has the keyboard.
type Button struct {
	widget.DisableableWidget

	// OnTapped does what the button says. Nil does nothing.
	OnTapped func()

	text                      string
	icon                      look.IconName // empty for none
	iconTone                  fyne.ThemeColorName
	kind                      ButtonKind
	hovered, pressed, focused bool
}

var (
	_ fyne.Focusable    = (*Button)(nil)
	_ fyne.Tappable     = (*Button)(nil)
	_ fyne.Disableable  = (*Button)(nil)
	_ desktop.Hoverable = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
)

// NewButton makes a button. Either text or icon may be empty.
func NewButton(kind ButtonKind, text string, icon look.IconName, tapped func()) *Button {
	b := &Button{kind: kind, text: text, icon: icon, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// Text is the button's word.
func (b *Button) Text() string { return b.text }

// SetText shows another word.
func (b *Button) SetText(text string) {
	if b.text != text {
		b.text = text
		b.Refresh()
	}
}

// SetIcon shows another icon in the theme's colour of that name; an empty colour suits the button's kind.
func (b *Button) SetIcon(icon look.IconName, colour fyne.ThemeColorName) {
	if b.icon != icon || b.iconTone != colour {
		b.icon, b.iconTone = icon, colour
		b.Refresh()
	}
}

// SetKind draws the button as another kind.
func (b *Button) SetKind(kind ButtonKind) {
	if b.kind != kind {
		b.kind = kind
		b.Refresh()
	}
}

// Tapped is for Fyne.
func (b *Button) Tapped(*fyne.PointEvent) {
	if !b.Disabled() {
		call(b.OnTapped)
	}
}

// TypedKey is for Fyne.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if isPress(e) {
		b.Tapped(nil)
		return
	}
	PassKey(b, e)
}

// TypedRune is for Fyne.
func (b *Button) TypedRune(r rune) { PassRune(b, r) }

// FocusGained is for Fyne.
func (b *Button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost is for Fyne.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// MouseIn is for Fyne.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is for Fyne.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (b *Button) MouseOut() { b.hovered, b.pressed = false, false; b.Refresh() }

// MouseDown is for Fyne.
func (b *Button) MouseDown(*desktop.MouseEvent) { b.pressed = true; b.Refresh() }

// MouseUp is for Fyne.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.Refresh() }

// CreateRenderer is for Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{button: b, ground: canvas.NewRectangle(nil), word: canvas.NewText("", nil), icon: &canvas.Image{}}
	r.icon.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.ground, r.icon, r.word}
	r.Refresh()
	return r
}

// isPress reports whether a key uses what has the keyboard.
func isPress(e *fyne.KeyEvent) bool {
	return e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
}

func call(f func()) {
	if f != nil {
		f()
	}
}

type buttonRenderer struct {
	button  *Button
	ground  *canvas.Rectangle
	icon    *canvas.Image
	word    *canvas.Text
	objects []fyne.CanvasObject
}

func (r *buttonRenderer) Destroy()                     {}
func (r *buttonRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *buttonRenderer) MinSize() fyne.Size {
	return fyne.NewSize(buttonWidth(r.button.text, r.button.icon != ""), buttonHeight)
}

// buttonWidth is the width a button of that word needs.
func buttonWidth(text string, icon bool) float32 {
	if text == "" {
		return buttonHeight
	}
	width := fyne.MeasureText(text, look.Strong.Size(), look.Strong.Style()).Width + 2*look.Space3
	if icon {
		width += look.IconSize + 6 - 2
	}
	return width
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	word := r.word.MinSize()
	if r.button.text == "" {
		word.Width = 0
	}
	wide := word.Width
	if r.button.icon != "" {
		wide += look.IconSize
		if word.Width > 0 {
			wide += 6
		}
	}
	x := (size.Width - wide) / 2
	if r.button.icon != "" {
		r.icon.Resize(fyne.NewSquareSize(look.IconSize))
		r.icon.Move(fyne.NewPos(x, (size.Height-look.IconSize)/2))
		x += look.IconSize + 6
	}
	r.word.Resize(word)
	r.word.Move(fyne.NewPos(x, (size.Height-word.Height)/2))
}

func (r *buttonRenderer) Refresh() {
	b, p := r.button, look.PaletteOf(r.button.Theme())
	ground, border, ink, name := buttonColours(b.kind, p)
	switch {
	case b.Disabled():
		ink, name = look.Mix(p.Panel, p.Faint, 0.6), theme.ColorNameDisabled
		if b.kind != ButtonQuiet {
			ground, border = look.Mix(p.Panel, p.Raised, 0.5), p.Hairline
		}
	case b.pressed:
		ground = over(ground, p.Text, 0.20)
	case b.hovered:
		ground = over(ground, p.Text, 0.09)
	}
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth, r.ground.CornerRadius = ground, border, look.Hair, look.Radius
	if b.focused {
		r.ground.StrokeColor, r.ground.StrokeWidth = p.Accent, look.FocusPen
		if b.kind == ButtonPrimary {
			r.ground.StrokeColor = p.Text
		}
	}
	r.word.Text, r.word.Color, r.word.TextSize, r.word.TextStyle = b.text, ink, look.Strong.Size(), look.Strong.Style()
	r.icon.Hidden = b.icon == ""
	if b.icon != "" {
		if b.iconTone != "" && !b.Disabled() {
			name = b.iconTone
		}
		r.icon.Resource = look.IconIn(b.icon, name)
		r.icon.Refresh()
	}
	r.Layout(b.Size())
	canvas.Refresh(b)
}

// buttonColours are ground, border and ink of a kind at rest, and the theme's name for the ink.
func buttonColours(kind ButtonKind, p look.Palette) (ground, border, ink color.NRGBA, name fyne.ThemeColorName) {
	switch kind {
	case ButtonPrimary:
		return p.Accent, look.Fade(p.Accent, 0), p.OnAccent, theme.ColorNameForegroundOnPrimary
	case ButtonDanger:
		return p.Bad, look.Fade(p.Bad, 0), p.OnAccent, theme.ColorNameForegroundOnError
	case ButtonQuiet:
		return look.Fade(p.Raised, 0), look.Fade(p.Border, 0), p.Text, look.ColorSoft
	case ButtonChosen:
		return look.Mix(p.Panel, p.Accent, 0.24), look.Mix(p.Panel, p.Accent, 0.75), p.Text, theme.ColorNameForeground
	default:
		return p.Raised, look.Mix(p.Raised, p.Border, 0.55), p.Text, theme.ColorNameForeground
	}
}

// over lays a share of ink over ground, which may be transparent.
func over(ground, ink color.NRGBA, share float64) color.NRGBA {
	if ground.A == 0 {
		return look.Fade(ink, share)
	}
	return look.Mix(ground, ink, share)
}
