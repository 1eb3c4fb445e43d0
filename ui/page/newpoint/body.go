package newpoint

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const (
	bodyWidth     float32 = 780
	labelWidth    float32 = 124
	rowHeight     float32 = 32
	commandHeight float32 = 64
	nameWidth     float32 = 200
	panelHeight   float32 = 130 // what most kinds of source need, so that little moves
)

// Modal is the dialog as the window shows it.
func (d *Dialog) Modal() page.Modal {
	return page.Modal{
		Title:    words.T(textTitle),
		Body:     d.body(),
		Buttons:  []fyne.CanvasObject{d.cancel, d.create, d.start},
		Focus:    d.name,
		Controls: d.controls,
		Closed:   d.leave,
	}
}

func (d *Dialog) body() fyne.CanvasObject {
	panel := page.Sized(page.Column(look.Space2, d.input.Object(), field("", d.input.Probe.Object())), fyne.NewSize(0, panelHeight))
	links := container.New(layout.NewGridLayoutWithColumns(2), page.Inset(d.ingest, 0, 0, look.Space1, 0), page.Inset(d.preview, look.Space2, 0, 0, 0))
	d.sheet = page.Column(look.Space2,
		field(labelName, page.Edges(nil, nil, page.Sized(d.name, fyne.NewSize(nameWidth, 0)), nil, page.Inset(d.check, look.Space3, 0, 0, 0))),
		field(labelIngest, links),
		rule(),
		field(labelSource, d.input.Kind()),
		panel,
		rule(),
		field(labelLadder, container.NewBorder(nil, nil, d.ladder.Object(), nil, page.Inset(d.rungs, look.Space3, 0, 0, 0))),
		field(labelAudio, d.audio.Object()),
		field(labelWindow, d.window.Object()),
		field(labelArchive, page.Row(look.Space4, d.archive, d.room)),
		field(labelCommand, page.Sized(d.command.Box, fyne.NewSize(0, commandHeight))),
		d.notice,
	)
	return page.Sized(d.sheet, fyne.NewSize(bodyWidth, 0))
}

// field is a row of the form: what it is on the left, at the height of its first line.
func field(label string, o fyne.CanvasObject) fyne.CanvasObject {
	word := kit.NewText(look.Body, "").Toned(look.ToneSoft)
	left := page.Sized(word, fyne.NewSize(labelWidth, 0))
	if label != "" {
		word.SetText(words.T(label))
		left = page.Sized(word, fyne.NewSize(labelWidth, rowHeight))
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
	all := []page.Control{{Name: "dialog-name", Text: d.name.Text, Object: d.name}, {Name: "dialog-check", Text: d.form.nameProblem(d.taken()), Object: d.check},
		{Name: "dialog-ingest", Text: d.ingest.Text(), Object: d.ingest}, {Name: "dialog-preview", Text: d.preview.Text(), Object: d.preview}}
	all = append(all, d.input.Controls()...)
	all = append(all, d.ladder.Controls()...)
	all = append(all, d.audio.Controls()...)
	all = append(all, d.window.Controls()...)
	all = append(all, page.Control{Name: "dialog-archive", Object: d.archive}, page.Control{Name: "dialog-room", Text: d.room.Text(), Object: d.room},
		page.Control{Name: "dialog-command", Text: d.command.Box.Text(), Object: d.command.Box},
		page.ButtonControl("dialog-cancel", d.cancel), page.ButtonControl("dialog-create", d.create), page.ButtonControl("dialog-create-start", d.start))
	if d.notice.Visible() {
		all = append(all, page.Control{Name: "dialog-failure", Object: d.failure})
	}
	return all
}
