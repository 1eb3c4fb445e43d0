package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// Who sets the way back, a heading, a state and a title side by side; the title may be nil. What is
// too long gives way, the title before the heading, which should be one that cuts: so the orders
// beside them stay in the window.
func Who(back *kit.Button, name *kit.Text, lamp *kit.Lamp, title *kit.Text) *fyne.Container {
	all := []fyne.CanvasObject{back, name, lamp}
	if title != nil {
		all = append(all, title)
	}
	return container.New(&who{back, name, title, lamp}, all...)
}

type who struct {
	back        *kit.Button
	name, title *kit.Text
	lamp        *kit.Lamp
}

// MinSize is for Fyne.
func (w *who) MinSize([]fyne.CanvasObject) fyne.Size {
	back, name, lamp := w.back.MinSize(), w.name.MinSize(), w.lamp.MinSize()
	return fyne.NewSize(back.Width+name.Width+lamp.Width+2*look.Space3, max(back.Height, name.Height, lamp.Height))
}

// Layout is for Fyne.
func (w *who) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	put := func(o fyne.CanvasObject, wide, gap float32) {
		high := o.MinSize().Height
		o.Move(fyne.NewPos(x, (size.Height-high)/2))
		o.Resize(fyne.NewSize(max(0, wide), high))
		x += wide + gap
	}
	back, lamp := w.back.MinSize().Width, w.lamp.MinSize().Width
	whole := fyne.MeasureText(w.name.Text(), look.Heading.Size(), look.Heading.Style()).Width + 1
	put(w.back, back, look.Space3)
	put(w.name, min(whole, size.Width-back-lamp-2*look.Space3), look.Space3)
	put(w.lamp, lamp, look.Space4)
	if w.title != nil {
		put(w.title, size.Width-x-look.Space4, 0)
	}
}
