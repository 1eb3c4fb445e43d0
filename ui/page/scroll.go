package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// bleed is how far what scrolls reaches beyond its place, so that frames at its edges are drawn whole.
const bleed float32 = 4

// Scrolled is a place in which o scrolls up and down when it is higher, and the scroll to move it by.
// The frames of o are drawn whole at its edges.
func Scrolled(o fyne.CanvasObject) (*fyne.Container, *container.Scroll) {
	scroll := container.NewVScroll(Inset(o, bleed, bleed, bleed, bleed))
	return Inset(scroll, -bleed, -bleed, -bleed, -bleed), scroll
}
