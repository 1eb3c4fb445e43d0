package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/look"
)

// NewTileGrid lays tiles out in rows: as many columns as fit at that least width, all equally wide, all as high as the
// highest. Put it into a vertical scroller. Add and Remove on the container work as usual; objects that are not tiles
// count with their least height.
func NewTileGrid(leastWidth float32, tiles ...fyne.CanvasObject) *fyne.Container {
	return container.New(&tileGrid{least: max(1, leastWidth)}, tiles...)
}

// tileGrid remembers the width it was last given, because a row's height follows from it.
type tileGrid struct{ least, width float32 }

const tileGap = look.Space3

func (g *tileGrid) columns() int {
	return max(1, int((g.width+tileGap)/(g.least+tileGap)))
}

// cell is the size of every tile at the present width.
func (g *tileGrid) cell(objects []fyne.CanvasObject) fyne.Size {
	n := float32(g.columns())
	width := max(g.least, float32(math.Floor(float64((g.width-(n-1)*tileGap)/n))))
	height := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if t, ok := o.(*Tile); ok {
			height = max(height, t.HeightFor(width))
		} else {
			height = max(height, o.MinSize().Height)
		}
	}
	return fyne.NewSize(width, height)
}

// MinSize is for Fyne.
func (g *tileGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	count := 0
	for _, o := range objects {
		if o.Visible() {
			count++
		}
	}
	rows := float32((count + g.columns() - 1) / g.columns())
	return fyne.NewSize(g.least, max(0, rows*(g.cell(objects).Height+tileGap)-tileGap))
}

// Layout is for Fyne.
func (g *tileGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width
	cell, n, i := g.cell(objects), g.columns(), 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Move(fyne.NewPos(float32(i%n)*(cell.Width+tileGap), float32(i/n)*(cell.Height+tileGap)))
		o.Resize(cell)
		i++
	}
}
