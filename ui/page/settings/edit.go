package settings

import (
	"slices"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// edit is one value of the settings file that counts from the next start on: a field, a button that
// appears when something else is written in it, and a sentence about it.
type edit struct {
	name   string // of its field in engine.Setup.Fixed, and of its controls
	field  *page.Field
	save   *kit.Button
	saving *fyne.Container // holds save, at its distance to the field
	note   *kit.Paragraph
	object *fyne.Container
	row    *fyne.Container
	shown  string // what the file says
	fixed  bool
}

// newEdit makes one; write saves what is in the field.
func newEdit(name, hint string, write func(string)) *edit {
	e := &edit{name: name, field: page.NewField(hint), note: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	e.save = kit.NewButton(kit.ButtonPrimary, words.T(textSave), "", func() { write(e.field.Text) })
	e.field.OnChanged = func(string) { e.arrange() }
	e.field.OnSubmitted = func(text string) {
		if text != e.shown {
			write(text)
		}
	}
	e.field.OnEscape = func() { e.field.SetText(e.shown) }
	e.saving = page.Inset(e.save, look.Space2, 0, 0, 0)
	e.saving.Hide()
	e.row = page.Edges(nil, nil, nil, e.saving, e.field)
	e.object = page.Column(look.Space1+2, e.row, e.note)
	return e
}

// arrange shows the button while there is something to save.
func (e *edit) arrange() {
	if changed := e.field.Text != e.shown && !e.fixed; changed == e.saving.Visible() {
		return
	}
	if e.saving.Visible() {
		e.saving.Hide()
	} else {
		e.saving.Show()
	}
	page.Relayout(e.row)
}

// show shows what runs now, what the next run begins with, and a sentence about what runs now. What
// is being typed stays.
func (e *edit) show(now, next, otherwise, sentence string, tone look.Tone, fixed []string) {
	typed := e.field.Text != e.shown
	e.shown, e.fixed = next, slices.Contains(fixed, e.name)
	if e.fixed {
		e.shown = now
	}
	if !typed && e.field.Text != e.shown {
		e.field.SetText(e.shown)
	}
	if e.fixed != e.field.Disabled() {
		if e.fixed {
			e.field.Disable()
		} else {
			e.field.Enable()
		}
	}
	switch {
	case e.fixed:
		sentence = join(sentence, words.T(textFixed))
	case next != now:
		sentence, tone = join(words.F(textNextStart, or(next, otherwise)), sentence), look.ToneBusy
	}
	e.note.SetTone(tone)
	e.note.SetText(sentence)
	e.note.Hidden = sentence == ""
	e.arrange()
}

func (e *edit) controls() []page.Control {
	save := page.ButtonControl("settings-"+e.name+"-save", e.save)
	return []page.Control{{Name: "settings-" + e.name, Text: e.field.Text, Object: e.field, Disabled: e.field.Disabled()}, save,
		{Name: "settings-" + e.name + "-note", Text: e.note.Text(), Object: e.note}}
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}

// labelled is something under its name.
func labelled(label string, o fyne.CanvasObject) *fyne.Container {
	return page.Column(look.Space1+1, kit.NewText(look.Caption, label).Toned(look.ToneSoft), o)
}
