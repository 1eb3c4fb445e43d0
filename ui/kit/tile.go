package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// TileSlots are the parts of a Tile from top to bottom. Any may be nil.
type TileSlots struct {
	Media  fyne.CanvasObject // a picture across the whole width, 16:9
	Head   fyne.CanvasObject // the name and the state
	Body   fyne.CanvasObject // figures; takes the room that is left
	Footer fyne.CanvasObject // what is read last
	Tight  bool              // narrower margins, for tiles that are all picture
}

// Tile is a card that stands for one thing and opens it: with a click, or with Enter or Space while it has the
// keyboard. A tile of a lamp that asks for attention carries that lamp's colour along its edge.
type Tile struct {
	widget.BaseWidget

	// OnTapped opens what the tile stands for. Nil does nothing.
	OnTapped func()
	// OnMenu is asked for more at a place on the window, by the other mouse button. Nil does nothing.
	OnMenu func(at fyne.Position)
	// OnKey is offered every key while the tile has the keyboard, and says whether it used it. Nil
	// uses none.
	OnKey func(key fyne.KeyName) bool
	// OnFocus is told that the tile has the keyboard now. Nil does nothing.
	OnFocus func()

	slots            TileSlots
	lamp             look.Lamp
	selected         bool
	hovered, focused bool
}

var (
	_ fyne.Focusable         = (*Tile)(nil)
	_ fyne.Tappable          = (*Tile)(nil)
	_ fyne.SecondaryTappable = (*Tile)(nil)
	_ desktop.Hoverable      = (*Tile)(nil)
	_ desktop.Cursorable     = (*Tile)(nil)
)

// NewTile makes a tile of those parts.
func NewTile(slots TileSlots, tapped func()) *Tile {
	t := &Tile{slots: slots, OnTapped: tapped}
	t.ExtendBaseWidget(t)
	return t
}

// SetLamp colours the edge: Warn and Bad stand out, the others stay quiet.
func (t *Tile) SetLamp(lamp look.Lamp) {
	if t.lamp != lamp {
		t.lamp = lamp
		t.Refresh()
	}
}

// SetSelected marks the tile as the one being looked at.
func (t *Tile) SetSelected(selected bool) {
	if t.selected != selected {
		t.selected = selected
		t.Refresh()
	}
}

// HeightFor is the height the tile needs at that width: its picture grows with it, its words do not.
func (t *Tile) HeightFor(width float32) float32 {
	least := t.MinSize()
	if t.slots.Media == nil {
		return least.Height
	}
	return least.Height + (width-least.Width)*9/16
}

// Tapped is for Fyne.
func (t *Tile) Tapped(*fyne.PointEvent) {
	call(t.OnTapped)
}

// TappedSecondary is for Fyne.
func (t *Tile) TappedSecondary(e *fyne.PointEvent) {
	if t.OnMenu != nil {
		t.OnMenu(e.AbsolutePosition)
	}
}

// TypedKey is for Fyne.
func (t *Tile) TypedKey(e *fyne.KeyEvent) {
	if t.OnKey != nil && t.OnKey(e.Name) {
		return
	}
	if isPress(e) {
		t.Tapped(nil)
		return
	}
	PassKey(t, e)
}

// TypedRune is for Fyne.
func (t *Tile) TypedRune(r rune) { PassRune(t, r) }

// FocusGained is for Fyne.
func (t *Tile) FocusGained() {
	t.focused = true
	t.Refresh()
	call(t.OnFocus)
}

// FocusLost is for Fyne.
func (t *Tile) FocusLost() { t.focused = false; t.Refresh() }

// MouseIn is for Fyne.
func (t *Tile) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.Refresh() }

// MouseMoved is for Fyne.
func (t *Tile) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (t *Tile) MouseOut() { t.hovered = false; t.Refresh() }

// Cursor is for Fyne.
func (t *Tile) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is for Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	r := &tileRenderer{tile: t, ground: canvas.NewRectangle(nil), stripe: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil)}
	r.objects = append(r.objects, r.ground)
	for _, o := range []fyne.CanvasObject{t.slots.Media, t.slots.Head, t.slots.Body, t.slots.Footer} {
		if o != nil {
			r.objects = append(r.objects, o)
		}
	}
	r.objects = append(r.objects, r.stripe, r.ring)
	r.Refresh()
	return r
}

const (
	leastMedia float32 = 160 // the least width of a tile whose picture still says something
	mediaInset float32 = 5   // between the tile's edge and its picture, so that the corners stay round
)

type tileRenderer struct {
	tile                 *Tile
	ground, stripe, ring *canvas.Rectangle
	objects              []fyne.CanvasObject
}

func (r *tileRenderer) Destroy()                     {}
func (r *tileRenderer) Objects() []fyne.CanvasObject { return r.objects }

// margin is the distance of the words to the edge.
func (r *tileRenderer) margin() float32 {
	if r.tile.slots.Tight {
		return look.Space2
	}
	return look.Space3
}

// rows are the slots under the media, in order.
func (r *tileRenderer) rows() [3]fyne.CanvasObject {
	return [3]fyne.CanvasObject{r.tile.slots.Head, r.tile.slots.Body, r.tile.slots.Footer}
}

func (r *tileRenderer) MinSize() fyne.Size {
	size, count := fyne.NewSize(0, 0), 0
	for _, o := range r.rows() {
		if o != nil {
			m := o.MinSize()
			size.Width, size.Height, count = max(size.Width, m.Width), size.Height+m.Height, count+1
		}
	}
	size.Width += 2 * r.margin()
	size.Height += 2*r.margin() + float32(max(0, count-1))*look.Space2
	if r.tile.slots.Media != nil {
		size.Width = max(size.Width, leastMedia)
	}
	if media := r.mediaHeight(size.Width); media > 0 {
		size.Height += media - look.Space1
	}
	return size
}

// mediaHeight is the height of the picture in a tile of that width.
func (r *tileRenderer) mediaHeight(width float32) float32 {
	if r.tile.slots.Media == nil {
		return 0
	}
	return (width-2*mediaInset)*9/16 + mediaInset
}

func (r *tileRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.ring.Resize(size)
	r.stripe.Move(fyne.NewPos(0, look.Radius))
	r.stripe.Resize(fyne.NewSize(3, max(0, size.Height-2*look.Radius)))
	top := float32(0)
	if m := r.tile.slots.Media; m != nil {
		// In a tile that is too low the picture gives way, not the words.
		words := r.MinSize()
		height := max(0, min(r.mediaHeight(size.Width), size.Height-(words.Height-r.mediaHeight(words.Width))))
		m.Move(fyne.NewPos(mediaInset, mediaInset))
		m.Resize(fyne.NewSize(max(0, size.Width-2*mediaInset), max(0, height-mediaInset)))
		top = height - look.Space1
	}
	top += r.margin()
	bottom := size.Height - r.margin()
	wide := max(0, size.Width-2*r.margin())
	place := func(o fyne.CanvasObject, y, height float32) {
		o.Move(fyne.NewPos(r.margin(), y))
		o.Resize(fyne.NewSize(wide, max(0, height)))
	}
	if o := r.tile.slots.Head; o != nil {
		h := o.MinSize().Height
		place(o, top, h)
		top += h + look.Space2
	}
	if o := r.tile.slots.Footer; o != nil {
		h := o.MinSize().Height
		place(o, bottom-h, h)
		bottom -= h + look.Space2
	}
	if o := r.tile.slots.Body; o != nil {
		place(o, top, bottom-top)
	}
}

func (r *tileRenderer) Refresh() {
	t, p := r.tile, look.PaletteOf(r.tile.Theme())
	r.ground.FillColor, r.ground.CornerRadius = p.Panel, look.Radius
	if t.hovered {
		r.ground.FillColor = look.Mix(p.Panel, p.Raised, 0.7)
	}
	r.ring.FillColor, r.ring.CornerRadius = look.Fade(p.Panel, 0), look.Radius
	r.ring.StrokeColor, r.ring.StrokeWidth = p.Hairline, look.Hair
	loud := t.lamp == look.Warn || t.lamp == look.Bad
	r.stripe.FillColor, r.stripe.CornerRadius, r.stripe.Hidden = t.lamp.Colour(p), 1.5, !loud
	switch {
	case t.focused:
		r.ring.StrokeColor, r.ring.StrokeWidth = p.Accent, look.FocusPen
	case t.selected:
		r.ring.StrokeColor = p.Accent
	case loud:
		r.ring.StrokeColor = look.Mix(p.Panel, t.lamp.Colour(p), 0.55)
	case t.hovered:
		r.ring.StrokeColor = p.Border
	}
	r.Layout(t.Size())
	// Refreshing the tile itself would make Fyne draw its picture and its charts anew.
	r.ground.Refresh()
	r.stripe.Refresh()
	r.ring.Refresh()
}
