package wall

import (
	"math"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// grid lays tiles out in balanced rows that fill the page: a few tiles are large, many are small,
// and no tile is smaller than its words need.
type grid struct{ width float32 }

const (
	leastTile float32 = 276
	mostTile  float32 = 760
	mostHigh  float32 = 400
	tileGap           = look.Space3
	// clear keeps the tiles' borders inside of the scroller, which cuts at its edge.
	clear float32 = 2
)

// shape is how many columns and rows n tiles make in that width.
func shape(n int, width float32) (columns, rows int) {
	most := max(1, int((width+tileGap)/(leastTile+tileGap)))
	rows = max(1, (n+most-1)/most)
	return max(1, (n+rows-1)/rows), rows
}

// cell is the size of every tile, in a page of that height.
func (g *grid) cell(objects []fyne.CanvasObject, width, height float32) (size fyne.Size, columns int) {
	columns, rows := shape(len(objects), width)
	size.Width = float32(math.Floor(float64((width - float32(columns-1)*tileGap) / float32(columns))))
	size.Width = max(leastTile, min(mostTile, size.Width))
	least := float32(0)
	for _, o := range objects {
		least = max(least, o.MinSize().Height)
	}
	share := (height - float32(rows-1)*tileGap) / float32(rows)
	size.Height = max(least, min(mostHigh, float32(math.Floor(float64(min(share, max(240, 0.95*size.Width)))))))
	return size, columns
}

// MinSize is for Fyne.
func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.NewSize(leastTile, 0)
	}
	cell, _ := g.cell(objects, g.width, 0)
	_, rows := shape(len(objects), g.width)
	return fyne.NewSize(leastTile+2*clear, float32(rows)*(cell.Height+tileGap)-tileGap+2*clear)
}

// Layout is for Fyne.
func (g *grid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width - 2*clear
	if len(objects) == 0 {
		return
	}
	cell, columns := g.cell(objects, g.width, size.Height-2*clear)
	for i, o := range objects {
		o.Move(fyne.NewPos(clear+float32(i%columns)*(cell.Width+tileGap), clear+float32(i/columns)*(cell.Height+tileGap)))
		o.Resize(cell)
	}
}

// nameLine sets a name and, in what room is left, its title.
type nameLine struct{}

// MinSize is for Fyne.
func (nameLine) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// Layout is for Fyne.
func (nameLine) Layout(o []fyne.CanvasObject, size fyne.Size) {
	name, title := o[0], o[1]
	whole := fyne.MeasureText(textOf(name), look.Strong.Size(), look.Strong.Style()).Width + 1
	wide := min(whole, size.Width)
	name.Resize(fyne.NewSize(wide, size.Height))
	name.Move(fyne.NewPos(0, 0))
	left := min(size.Width, wide+look.Space2)
	title.Move(fyne.NewPos(left, 0.5))
	title.Resize(fyne.NewSize(size.Width-left, size.Height))
}

func textOf(o fyne.CanvasObject) string {
	if t, ok := o.(interface{ Text() string }); ok {
		return t.Text()
	}
	return ""
}
