package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// ground is a plain surface that follows the theme.
type ground struct {
	widget.BaseWidget

	colour func(look.Palette) color.NRGBA
}

func newGround(colour func(look.Palette) color.NRGBA) *ground {
	g := &ground{colour: colour}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer is for Fyne.
func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	r := &groundRenderer{ground: g, fill: canvas.NewRectangle(nil)}
	r.objects = []fyne.CanvasObject{r.fill}
	r.Refresh()
	return r
}

type groundRenderer struct {
	ground  *ground
	fill    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *groundRenderer) Destroy()                     {}
func (r *groundRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *groundRenderer) MinSize() fyne.Size           { return fyne.NewSize(1, 1) }
func (r *groundRenderer) Layout(size fyne.Size)        { r.fill.Resize(size) }

func (r *groundRenderer) Refresh() {
	r.fill.FillColor = r.ground.colour(look.PaletteOf(r.ground.Theme()))
	r.fill.Refresh()
}

func panelColour(p look.Palette) color.NRGBA { return p.Panel }
func lineColour(p look.Palette) color.NRGBA  { return p.Hairline }
