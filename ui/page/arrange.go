package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Inset puts margins of that width around o.
func Inset(o fyne.CanvasObject, left, top, right, bottom float32) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// Column stacks objects with a gap between those that are visible; a spacer takes what is left.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Row sets objects side by side at their own height, on one middle line, with a gap between those
// that are visible; spacers share what is left.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap: gap}, objects...)
}

// Fill is a spacer for Row and Column.
func Fill() fyne.CanvasObject { return layout.NewSpacer() }

type row struct{ gap float32 }

func fills(o fyne.CanvasObject) bool {
	s, ok := o.(layout.SpacerObject)
	return ok && s.ExpandHorizontal()
}

// MinSize is for Fyne.
func (r *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	count := 0
	for _, o := range objects {
		if !o.Visible() || fills(o) {
			continue
		}
		m := o.MinSize()
		size.Width += m.Width
		size.Height = max(size.Height, m.Height)
		count++
	}
	size.Width += r.gap * float32(max(0, count-1))
	return size
}

// Layout is for Fyne.
func (r *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	spacers := 0
	for _, o := range objects {
		if o.Visible() && fills(o) {
			spacers++
		}
	}
	spare := max(0, size.Width-r.MinSize(objects).Width) / float32(max(1, spacers))
	x, first := float32(0), true
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if fills(o) {
			x += spare
			continue
		}
		if !first {
			x += r.gap
		}
		first = false
		m := o.MinSize()
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		o.Resize(m)
		x += m.Width
	}
}

// Sized gives o at least that size.
func Sized(o fyne.CanvasObject, least fyne.Size) *fyne.Container {
	return container.New(sized{least}, o)
}

type sized struct{ least fyne.Size }

// MinSize is for Fyne.
func (s sized) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := s.least
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

// Layout is for Fyne.
func (s sized) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

// Edges puts objects along the edges of what is left in the middle, without any gaps; each but the
// middle may be nil.
func Edges(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	var all []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{middle, top, bottom, left, right} {
		if o != nil {
			all = append(all, o)
		}
	}
	return container.New(&edges{top, bottom, left, right}, all...)
}

type edges struct{ top, bottom, left, right fyne.CanvasObject }

func needs(o fyne.CanvasObject) fyne.Size {
	if o == nil || !o.Visible() {
		return fyne.Size{}
	}
	return o.MinSize()
}

// MinSize is for Fyne.
func (e *edges) MinSize(objects []fyne.CanvasObject) fyne.Size {
	middle, top, bottom, left, right := needs(objects[0]), needs(e.top), needs(e.bottom), needs(e.left), needs(e.right)
	return fyne.NewSize(max(left.Width+middle.Width+right.Width, top.Width, bottom.Width),
		top.Height+bottom.Height+max(left.Height, middle.Height, right.Height))
}

// Layout is for Fyne.
func (e *edges) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top, bottom, left, right := needs(e.top).Height, needs(e.bottom).Height, needs(e.left).Width, needs(e.right).Width
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		if o != nil {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(max(0, w), max(0, h)))
		}
	}
	high := size.Height - top - bottom
	place(e.top, 0, 0, size.Width, top)
	place(e.bottom, 0, size.Height-bottom, size.Width, bottom)
	place(e.left, 0, top, left, high)
	place(e.right, size.Width-right, top, right, high)
	place(objects[0], left, top, size.Width-left-right, high)
}

// Relayout lays containers out again after something in them asked for another size, the outer
// before the inner. It draws nothing by itself.
func Relayout(containers ...*fyne.Container) {
	for _, c := range containers {
		if c.Layout != nil {
			c.Layout.Layout(c.Objects, c.Size())
		}
	}
}
