package newpoint

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

const (
	bodyWidth     float32 = 660
	labelWidth    float32 = 128
	rowHeight     float32 = 32
	commandHeight float32 = 92
)

// Modal is the dialog as the window shows it.
func (d *Dialog) Modal() page.Modal {
	return page.Modal{
		Title:    textTitle,
		Body:     d.body(),
		Buttons:  []fyne.CanvasObject{d.cancel, d.create, d.start},
		Focus:    d.name,
		Controls: d.controls,
		Closed:   func() { d.gone = true },
	}
}

func (d *Dialog) body() fyne.CanvasObject {
	detail := page.Sized(container.NewStack(d.pattern, d.outside, d.file), fyne.NewSize(0, rowHeight))
	body := page.Column(look.Space2,
		field(labelName, d.name),
		field("", d.check),
		field(labelIngest, d.ingest),
		field(labelPreview, d.preview),
		rule(),
		field(labelSource, d.source.Object()),
		field("", detail),
		field(labelLadder, container.NewBorder(nil, nil, d.ladder.Object(), nil, page.Inset(d.rungs, look.Space3, 0, 0, 0))),
		field(labelAudio, d.audio.Object()),
		field(labelWindow, page.Row(look.Space4, d.window.Object(), page.Fill(), d.archive)),
		field(labelCommand, page.Sized(d.command, fyne.NewSize(0, commandHeight))),
		d.notice,
	)
	return page.Sized(body, fyne.NewSize(bodyWidth, 0))
}

// field is a row of the form: what it is on the left, at the height of its first line.
func field(label string, o fyne.CanvasObject) fyne.CanvasObject {
	word := kit.NewText(look.Body, label).Toned(look.ToneSoft)
	left := page.Sized(word, fyne.NewSize(labelWidth, rowHeight))
	if label == "" {
		left = page.Sized(word, fyne.NewSize(labelWidth, 0))
	}
	return container.NewBorder(nil, nil, container.NewVBox(left), nil, o)
}

// rule parts the two halves of the form.
func rule() fyne.CanvasObject {
	line := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	line.SetMinSize(fyne.NewSize(0, look.Hair))
	return page.Inset(line, 0, look.Space1, 0, look.Space1)
}

func (d *Dialog) controls() []page.Control {
	all := []page.Control{{Name: "dialog-name", Text: d.name.Text, Object: d.name}, {Name: "dialog-check", Object: d.check}}
	all = append(all, d.source.Controls()...)
	if d.file.Visible() {
		all = append(all, page.Control{Name: "dialog-path", Text: d.path.Text, Object: d.path},
			page.Control{Name: "dialog-loop", Object: d.loop})
	}
	all = append(all, d.ladder.Controls()...)
	all = append(all, d.audio.Controls()...)
	all = append(all, d.window.Controls()...)
	all = append(all, page.Control{Name: "dialog-archive", Object: d.archive}, page.Control{Name: "dialog-command", Text: d.command.Text(), Object: d.command},
		page.ButtonControl("dialog-cancel", d.cancel), page.ButtonControl("dialog-create", d.create), page.ButtonControl("dialog-create-start", d.start))
	if d.notice.Visible() {
		all = append(all, page.Control{Name: "dialog-failure", Object: d.failure})
	}
	return all
}

// setHidden shows or hides o, and does nothing when it is so already.
func setHidden(o fyne.CanvasObject, hidden bool) {
	if o.Visible() != hidden {
		return
	}
	if hidden {
		o.Hide()
	} else {
		o.Show()
	}
}
