package page

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
)

// Choice is a row of buttons of which one is chosen.
type Choice struct {
	// Changed is told what was chosen by the operator. Nil does nothing.
	Changed func(index int)

	buttons []*kit.Button
	names   []string
	index   int
	row     *fyne.Container
}

// NewChoice makes a row of those words. Names, when given, are the controls' names, one a word.
func NewChoice(words, names []string, chosen int) *Choice {
	c := &Choice{names: names, index: chosen}
	objects := make([]fyne.CanvasObject, len(words))
	for i, word := range words {
		b := kit.NewButton(kit.ButtonQuiet, word, "", func() { c.choose(i) })
		c.buttons = append(c.buttons, b)
		objects[i] = b
	}
	c.row = Row(2, objects...)
	c.paint()
	return c
}

// Object is the row.
func (c *Choice) Object() fyne.CanvasObject { return c.row }

// Index is what is chosen.
func (c *Choice) Index() int { return c.index }

// Select chooses without telling Changed.
func (c *Choice) Select(index int) {
	c.index = index
	c.paint()
}

// SetWords shows other words, as many as before, and reports whether any was another; the row may
// want another width then.
func (c *Choice) SetWords(words []string) (changed bool) {
	for i, b := range c.buttons {
		if b.Text() != words[i] {
			b.SetText(words[i])
			changed = true
		}
	}
	return changed
}

// Controls lists the buttons by name.
func (c *Choice) Controls() []Control {
	var all []Control
	for i, name := range c.names {
		all = append(all, ButtonControl(name, c.buttons[i]))
	}
	return all
}

func (c *Choice) choose(index int) {
	if c.index == index {
		return
	}
	c.Select(index)
	if c.Changed != nil {
		c.Changed(index)
	}
}

func (c *Choice) paint() {
	for i, b := range c.buttons {
		kind := kit.ButtonQuiet
		if i == c.index {
			kind = kit.ButtonChosen
		}
		b.SetKind(kind)
	}
}

// ButtonControl is a button by name.
func ButtonControl(name string, b *kit.Button) Control {
	return Control{Name: name, Text: b.Text(), Object: b, Disabled: b.Disabled()}
}
