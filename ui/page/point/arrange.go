package point

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// columns lays out links, middle and sources. A wide window shows them side by side; a narrower one
// puts the links under the sources, which give way by scrolling.
type columns struct{}

const (
	threeColumns float32 = 1760 // the least width for three
	gutter               = look.Space3
	leastMiddle  float32 = 640
	leastSide    float32 = 372
)

// MinSize is for Fyne.
func (columns) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastMiddle+gutter+leastSide, 380)
}

// Layout is for Fyne.
func (columns) Layout(o []fyne.CanvasObject, size fyne.Size) {
	links, middle, sources := o[0], o[1], o[2]
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(0, w), max(0, h)))
	}
	if size.Width >= threeColumns {
		side := min(560, max(leastSide, size.Width*0.24))
		left := min(480, max(340, size.Width*0.2))
		place(links, 0, 0, left, links.MinSize().Height)
		place(middle, left+gutter, 0, size.Width-left-side-2*gutter, size.Height)
		place(sources, size.Width-side, 0, side, size.Height)
		return
	}
	side := max(leastSide, min(440, size.Width*0.31))
	x := size.Width - side
	place(middle, 0, 0, x-gutter, size.Height)
	high := links.MinSize().Height
	top := size.Height - high - gutter
	if !sources.Visible() {
		place(links, x, 0, side, high)
		return
	}
	place(sources, x, 0, side, top)
	place(links, x, min(top+gutter, sources.MinSize().Height+gutter), side, high)
}

// stack lays out tracks, timeline and log: the table has its height, the other two share the rest.
type stack struct{}

const (
	leastPlot float32 = 170
	leastLog  float32 = 96
)

// MinSize is for Fyne.
func (stack) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastMiddle, o[0].MinSize().Height+leastPlot+leastLog+2*gutter)
}

// Layout is for Fyne.
func (stack) Layout(o []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	place := func(o fyne.CanvasObject, h float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, max(0, h)))
		y += h + gutter
	}
	table := o[0].MinSize().Height
	rest := size.Height - table - 2*gutter
	place(o[0], table)
	if !o[2].Visible() {
		place(o[1], rest+gutter)
		return
	}
	log := max(leastLog, min(rest*0.34, 420))
	place(o[1], rest-log)
	place(o[2], log)
}
