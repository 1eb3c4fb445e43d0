package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// palette finds everything that can be done by its name.
type palette struct {
	all   []page.Command
	field *paletteField
	list  *paletteList
	run   func(page.Command)
}

// newPalette offers all; run is told which was chosen, close that none was.
func newPalette(all []page.Command, run func(page.Command), close func()) *palette {
	p := &palette{all: all, run: run}
	p.field = &paletteField{}
	p.field.PlaceHolder = words.T(textPaletteHint)
	p.field.ExtendBaseWidget(p.field)
	p.list = newPaletteList(p.choose)
	p.field.OnChanged = p.find
	p.field.key = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape:
			close()
		case fyne.KeyUp:
			p.list.move(-1)
		case fyne.KeyDown:
			p.list.move(1)
		case fyne.KeyPageUp:
			p.list.move(-paletteRows)
		case fyne.KeyPageDown:
			p.list.move(paletteRows)
		case fyne.KeyReturn, fyne.KeyEnter:
			p.choose(p.list.selected)
		default:
			return false
		}
		return true
	}
	p.find("")
	return p
}

func (p *palette) find(query string) { p.list.show(findCommands(p.all, query)) }

func (p *palette) choose(i int) {
	if i >= 0 && i < len(p.list.found) {
		p.run(p.list.found[i])
	}
}

func (p *palette) modal() page.Modal {
	return page.Modal{
		Title: words.T(textPalette),
		Body:  page.Edges(page.Inset(p.field, 0, 0, 0, look.Space2), nil, nil, nil, p.list),
		Focus: p.field,
		Controls: func() []page.Control {
			all := []page.Control{{Name: "palette-field", Text: p.field.Text, Object: p.field}}
			for i, c := range p.list.rows() {
				all = append(all, page.Control{Name: "palette-" + strconv.Itoa(i), Text: c.Name, Object: p.list})
			}
			return all
		},
	}
}

// paletteField is an entry whose keys go to the list first.
type paletteField struct {
	widget.Entry

	key func(*fyne.KeyEvent) bool
}

// TypedKey is for Fyne.
func (f *paletteField) TypedKey(e *fyne.KeyEvent) {
	if !f.key(e) {
		f.Entry.TypedKey(e)
	}
}

// ShowPalette offers everything that can be done, by its name. Fyne goroutine.
func (w *Window) ShowPalette() {
	p := newPalette(w.commands(), func(c page.Command) {
		w.closeModal()
		c.Do()
	}, w.closeModal)
	w.showModal(p.modal())
	w.palette = true
}

// togglePalette shows the palette, or takes it away; another dialog stays as it is.
func (w *Window) togglePalette() {
	switch {
	case w.palette:
		w.closeModal()
	case w.modal == nil:
		w.ShowPalette()
	}
}
