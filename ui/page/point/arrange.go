package point

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// columns lays out links, middle and sources. A wide window shows them side by side; a narrower one
// puts the links under the sources, where both scroll together.
type columns struct {
	links   fyne.CanvasObject
	sources *fyne.Container // cards and tables
	left    *container.Scroll
	middle  *container.Scroll
	right   *container.Scroll
	leftBox *fyne.Container // what the scrollers hold
	box     *fyne.Container
	wide    bool
}

const (
	threeColumns float32 = 2200 // the least width for three
	gutter               = look.Space3
	leastMiddle  float32 = 640
	leastSide    float32 = 380
)

func newColumns(links, middle fyne.CanvasObject, sources *fyne.Container) *columns {
	c := &columns{links: links, sources: sources, leftBox: page.Column(0), box: page.Column(gutter, sources, links)}
	c.left, c.middle, c.right = clearOf(c.leftBox), clearOf(middle), clearOf(c.box)
	return c
}

// clear keeps borders inside of the scrollers, which cut at their edges.
const clear float32 = 2

func clearOf(o fyne.CanvasObject) *container.Scroll {
	return container.NewVScroll(page.Inset(o, clear, clear, clear, clear))
}

// object is the container that columns lays out.
func (c *columns) object() *fyne.Container { return container.New(c, c.left, c.middle, c.right) }

// refresh lays everything out again after words or rows have come and gone.
func (c *columns) refresh() {
	for _, s := range []*container.Scroll{c.left, c.middle, c.right} {
		s.Refresh()
	}
}

// MinSize is for Fyne.
func (c *columns) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastMiddle+gutter+leastSide, 240)
}

// Layout is for Fyne.
func (c *columns) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if wide := size.Width >= threeColumns; wide != c.wide {
		c.wide = wide
		c.leftBox.Objects, c.box.Objects = nil, []fyne.CanvasObject{c.sources, c.links}
		if wide {
			c.leftBox.Objects, c.box.Objects = []fyne.CanvasObject{c.links}, []fyne.CanvasObject{c.sources}
		}
		defer c.refresh()
	}
	side := max(leastSide, min(560, size.Width*0.33))
	left := float32(0)
	if c.wide {
		side = max(leastSide, min(560, size.Width*0.24))
		left = max(leastSide, min(620, size.Width*0.24)) + gutter
	}
	place := func(o fyne.CanvasObject, x, w float32) {
		o.Move(fyne.NewPos(x-clear, -clear))
		o.Resize(fyne.NewSize(max(0, w)+2*clear, size.Height+2*clear))
	}
	place(c.left, 0, max(0, left-gutter))
	place(c.middle, left, size.Width-left-side-gutter)
	place(c.right, size.Width-side, side)
}

// stack lays out tracks, timeline and log: the table has its height, the other two share the rest.
type stack struct{}

const (
	leastPlot float32 = 176
	leastLog  float32 = 104
	mostLog   float32 = 420
)

// MinSize is for Fyne.
func (stack) MinSize(o []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(leastMiddle, o[0].MinSize().Height+gutter+leastPlot)
	if o[2].Visible() {
		size.Height += gutter + leastLog
	}
	return size
}

// Layout is for Fyne.
func (stack) Layout(o []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	place := func(o fyne.CanvasObject, h float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, max(0, h)))
		y += h + gutter
	}
	place(o[0], o[0].MinSize().Height)
	rest := size.Height - y
	if !o[2].Visible() {
		place(o[1], rest)
		return
	}
	log := max(leastLog, min((rest-gutter)*0.36, mostLog))
	place(o[1], rest-gutter-log)
	place(o[2], log)
}
