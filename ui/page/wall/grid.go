package wall

import (
	"math"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// grid lays tiles out so that they fill the page: a few tiles are large, many are small, rows are
// full where they can be, and no tile is smaller than its words need.
type grid struct{ width float32 } // at the last layout, because the least height follows from it

const (
	leastTile float32 = 276
	mostTile  float32 = 584
	mostHigh  float32 = 300
	tallest   float32 = 0.95 // height of a tile to its width, at most and at least
	flattest  float32 = 0.42
	tileGap           = look.Space3
	// clear keeps the tiles' borders inside of the scroller, which cuts at its edge.
	clear float32 = 2
)

// rowsOf is how many rows n tiles make in that many columns.
func rowsOf(n, columns int) int { return max(1, (n+columns-1)/columns) }

// most is how many columns fit.
func most(width float32) int { return max(1, int((width+tileGap)/(leastTile+tileGap))) }

// cell is the size of a tile of n in that many columns, in a page of that size.
func cell(n, columns int, page fyne.Size) fyne.Size {
	rows := rowsOf(n, columns)
	wide := max(leastTile, min(mostTile, (page.Width-float32(columns-1)*tileGap)/float32(columns)))
	high := min(mostHigh, tallest*wide, (page.Height-float32(rows-1)*tileGap)/float32(rows))
	return fyne.NewSize(float32(math.Floor(float64(wide))), float32(math.Floor(float64(high))))
}

// shape is how many columns n tiles, which need that height, make in a page of that size: those
// that give the largest tiles, where a row that is not full counts against them. Where they cannot
// all be seen at once, it is as many columns as fit.
func shape(n int, least float32, page fyne.Size) int {
	best, score := min(max(1, n), most(page.Width)), float32(0)
	for columns := best; columns >= 1; columns-- {
		size := cell(n, columns, page)
		if size.Height < least || size.Height < flattest*size.Width && columns < best {
			continue
		}
		full := float32(n) / float32(columns*rowsOf(n, columns))
		if s := size.Width * size.Height * full * full; s > score {
			best, score = columns, s
		}
	}
	return best
}

// leastHeight is what the words of the tallest tile need.
func leastHeight(objects []fyne.CanvasObject) float32 {
	least := float32(0)
	for _, o := range objects {
		least = max(least, o.MinSize().Height)
	}
	return float32(math.Ceil(float64(least)))
}

// MinSize is for Fyne.
func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.NewSize(leastTile, 0)
	}
	rows := float32(rowsOf(len(objects), max(1, min(len(objects), most(g.width)))))
	return fyne.NewSize(leastTile+2*clear, rows*(leastHeight(objects)+tileGap)-tileGap+2*clear)
}

// Layout is for Fyne.
func (g *grid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width - 2*clear
	if len(objects) == 0 {
		return
	}
	inside, least := fyne.NewSize(g.width, size.Height-2*clear), leastHeight(objects)
	columns := shape(len(objects), least, inside)
	tile := cell(len(objects), columns, inside)
	tile.Height = max(tile.Height, least)
	for i, o := range objects {
		o.Move(fyne.NewPos(clear+float32(i%columns)*(tile.Width+tileGap), clear+float32(i/columns)*(tile.Height+tileGap)))
		o.Resize(tile)
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
