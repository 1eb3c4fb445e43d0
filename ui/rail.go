package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	leastNav  float32 = 60
	navHeight float32 = 56
)

// newRail puts the navigation's items on a ground of their own, with a line towards the page.
func newRail(items ...*navItem) fyne.CanvasObject {
	column := container.New(layout.NewCustomPaddedVBoxLayout(look.Space1))
	for _, item := range items {
		column.Add(item)
	}
	inside := container.New(layout.NewCustomPaddedLayout(look.Space2, look.Space2, look.Space1, look.Space1), column)
	return container.NewStack(newGround(panelColour), page.Edges(nil, nil, nil, newGround(lineColour), inside))
}

// navItem leads to a page: an icon over a word, with a mark while its page is shown.
type navItem struct {
	widget.BaseWidget

	word                      string
	icon                      look.IconName
	badge                     int
	tapped                    func()
	current, hovered, focused bool
}

var (
	_ fyne.Focusable     = (*navItem)(nil)
	_ fyne.Tappable      = (*navItem)(nil)
	_ desktop.Hoverable  = (*navItem)(nil)
	_ desktop.Cursorable = (*navItem)(nil)
)

func newNavItem(icon look.IconName, word string, tapped func()) *navItem {
	n := &navItem{word: word, icon: icon, tapped: tapped}
	n.ExtendBaseWidget(n)
	return n
}

func (n *navItem) setCurrent(current bool) {
	if n.current != current {
		n.current = current
		n.Refresh()
	}
}

// setBadge shows a number on the item; 0 shows none.
func (n *navItem) setBadge(number int) {
	if n.badge != number {
		n.badge = number
		n.Refresh()
	}
}

// Tapped is for Fyne.
func (n *navItem) Tapped(*fyne.PointEvent) { n.tapped() }

// TypedKey is for Fyne.
func (n *navItem) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		n.tapped()
		return
	}
	kit.PassKey(n, e)
}

// TypedRune is for Fyne.
func (n *navItem) TypedRune(r rune) { kit.PassRune(n, r) }

// FocusGained is for Fyne.
func (n *navItem) FocusGained() { n.focused = true; n.Refresh() }

// FocusLost is for Fyne.
func (n *navItem) FocusLost() { n.focused = false; n.Refresh() }

// MouseIn is for Fyne.
func (n *navItem) MouseIn(*desktop.MouseEvent) { n.hovered = true; n.Refresh() }

// MouseMoved is for Fyne.
func (n *navItem) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (n *navItem) MouseOut() { n.hovered = false; n.Refresh() }

// Cursor is for Fyne.
func (n *navItem) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is for Fyne.
func (n *navItem) CreateRenderer() fyne.WidgetRenderer {
	r := &navRenderer{item: n, ground: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil),
		icon: &canvas.Image{FillMode: canvas.ImageFillContain}, word: canvas.NewText(n.word, nil),
		pill: canvas.NewRectangle(nil), count: canvas.NewText("", nil)}
	r.word.Alignment, r.word.TextSize = fyne.TextAlignCenter, look.Caption.Size()
	r.count.Alignment, r.count.TextSize, r.count.TextStyle = fyne.TextAlignCenter, 10, look.Strong.Style()
	r.objects = []fyne.CanvasObject{r.ground, r.mark, r.icon, r.word, r.pill, r.count}
	r.Refresh()
	return r
}

type navRenderer struct {
	item         *navItem
	ground, mark *canvas.Rectangle
	icon         *canvas.Image
	word         *canvas.Text
	pill         *canvas.Rectangle
	count        *canvas.Text
	objects      []fyne.CanvasObject
}

func (r *navRenderer) Destroy()                     {}
func (r *navRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *navRenderer) MinSize() fyne.Size {
	word := fyne.MeasureText(r.item.word, look.Caption.Size(), look.Caption.Style()).Width
	return fyne.NewSize(max(leastNav, word+2*look.Space2), navHeight)
}

func (r *navRenderer) Layout(size fyne.Size) {
	const icon float32 = 20
	r.ground.Resize(size)
	r.mark.Move(fyne.NewPos(0, size.Height/2-10))
	r.mark.Resize(fyne.NewSize(3, 20))
	word := r.word.MinSize()
	top := (size.Height - icon - look.Space1 - word.Height) / 2
	r.icon.Move(fyne.NewPos((size.Width-icon)/2, top))
	r.icon.Resize(fyne.NewSquareSize(icon))
	r.word.Move(fyne.NewPos(0, top+icon+look.Space1))
	r.word.Resize(fyne.NewSize(size.Width, word.Height))
	count := r.count.MinSize()
	pill := fyne.NewSize(max(15, count.Width+8), 15)
	r.pill.Move(fyne.NewPos((size.Width+icon)/2-5, top-4))
	r.pill.Resize(pill)
	r.count.Move(r.pill.Position().AddXY((pill.Width-count.Width)/2, (pill.Height-count.Height)/2))
	r.count.Resize(count)
}

// badgeText is a number on an item, which has little room.
func badgeText(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

func (r *navRenderer) Refresh() {
	n, p := r.item, look.PaletteOf(r.item.Theme())
	ink := look.ColorSoft
	r.word.Color = p.Soft
	r.ground.FillColor, r.ground.CornerRadius = look.Fade(p.Raised, 0), look.Radius
	r.mark.FillColor, r.mark.CornerRadius, r.mark.Hidden = p.Accent, 1.5, !n.current
	switch {
	case n.current:
		r.ground.FillColor, r.word.Color, ink = look.Mix(p.Panel, p.Accent, 0.14), p.Text, "foreground"
	case n.hovered:
		r.ground.FillColor = look.Mix(p.Panel, p.Raised, 0.8)
	}
	r.ground.StrokeWidth, r.ground.StrokeColor = 0, look.Fade(p.Accent, 0)
	if n.focused {
		r.ground.StrokeWidth, r.ground.StrokeColor = look.FocusPen, p.Accent
	}
	r.icon.Resource = look.IconIn(n.icon, ink)
	r.icon.Refresh()
	r.pill.FillColor, r.pill.CornerRadius, r.pill.Hidden = p.Bad, 7.5, n.badge == 0
	r.count.Text, r.count.Color, r.count.Hidden = badgeText(n.badge), p.OnAccent, n.badge == 0
	r.Layout(n.Size())
	canvas.Refresh(n)
}
