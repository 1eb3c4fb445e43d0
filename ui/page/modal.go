package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// Modal is a card over the page that the operator asked for and answers. The window shows one at a
// time; the machine itself never raises any.
type Modal struct {
	Title    string
	Body     fyne.CanvasObject
	Buttons  []fyne.CanvasObject // the most careful first
	Focus    fyne.Focusable      // what has the keyboard first; may be nil
	Controls func() []Control
	Closed   func() // told once it is gone, by Esc or otherwise; may be nil
}

// Card is what the window puts over the page.
func (m Modal) Card() fyne.CanvasObject {
	buttons := append([]fyne.CanvasObject{Fill()}, m.Buttons...)
	head := Inset(kit.NewText(look.Heading, m.Title), 0, 0, 0, look.Space3)
	foot := Inset(Row(look.Space2, buttons...), 0, look.Space4, 0, 0)
	return Inset(container.NewBorder(head, foot, nil, nil, m.Body), look.Space6, look.Space4, look.Space6, look.Space4)
}
