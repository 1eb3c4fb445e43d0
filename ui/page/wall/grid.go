package wall

import (
	"math"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// grid lays tiles out so that all can be seen at once and their pictures are as large as they can
// be: a few tiles are large, many are small, rows are full where they can be. Where they cannot all
// be seen, they are as small as they may be and the page scrolls. Where a tile stands follows from
// their number and the size of the page alone.
type grid struct {
	width   float32 // at the last layout, because the least height follows from it
	columns int
}

const (
	leastTile float32 = 276
	mostTile  float32 = 584 // on a small page; a large one allows more
	greatTile float32 = 780 // pictures are no larger than this makes them
	margins           = 2 * look.Space2
	leastHigh         = leastFace + margins
	tileGap           = look.Space3
	// clear keeps the tiles' borders inside of the scroller, which cuts at its edge.
	clear float32 = 2
)

// rowsOf is how many rows n tiles make in that many columns.
func rowsOf(n, columns int) int { return max(1, (n+columns-1)/columns) }

// most is how many columns fit.
func most(width float32) int { return max(1, int((width+tileGap)/(leastTile+tileGap))) }

// cell is the size of a tile of n in that many columns, in a page of that size: no wider than a
// picture of its size wants, and no higher than a picture over its figures needs.
func cell(n, columns int, page fyne.Size) fyne.Size {
	rows := rowsOf(n, columns)
	widest := max(mostTile, min(greatTile, page.Width*0.3))
	wide := max(leastTile, min(widest, (page.Width-float32(columns-1)*tileGap)/float32(columns)))
	highest := (wide-margins-meterRoom)*9/16 + headHigh + 2*faceGap + belowHigh + margins
	high := min(highest, (page.Height-float32(rows-1)*tileGap)/float32(rows))
	return fyne.NewSize(float32(math.Floor(float64(wide))), float32(math.Floor(float64(high))))
}

// shape is how many columns n tiles make in a page of that size: those that give the largest
// pictures, where a row that is not full counts against them. Where they cannot all be seen at once,
// it is as many columns as fit.
func shape(n int, page fyne.Size) int {
	columns, score := min(max(1, n), most(page.Width)), float32(0)
	for c := columns; c >= 1; c-- {
		size := cell(n, c, page)
		if size.Height < leastHigh {
			continue
		}
		place, _ := best(size.SubtractWidthHeight(margins, margins))
		picture := pictureIn(place)
		full := float32(n) / float32(c*rowsOf(n, c))
		if s := picture.Width * picture.Height * full * full; s > score*1.02 {
			columns, score = c, s
		}
	}
	return columns
}

// MinSize is for Fyne.
func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.NewSize(leastTile, 0)
	}
	rows := float32(rowsOf(len(objects), max(1, min(len(objects), most(g.width)))))
	return fyne.NewSize(leastTile+2*clear, rows*(leastHigh+tileGap)-tileGap+2*clear)
}

// Layout is for Fyne.
func (g *grid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width - 2*clear
	if len(objects) == 0 {
		return
	}
	inside := fyne.NewSize(g.width, size.Height-2*clear)
	g.columns = shape(len(objects), inside)
	tile := cell(len(objects), g.columns, inside)
	tile.Height = max(tile.Height, leastHigh)
	for i, o := range objects {
		o.Move(fyne.NewPos(clear+float32(i%g.columns)*(tile.Width+tileGap), clear+float32(i/g.columns)*(tile.Height+tileGap)))
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
