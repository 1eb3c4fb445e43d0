package wall

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// emptyWall teaches the first step, here and from a terminal.
type emptyWall struct {
	object fyne.CanvasObject
	create *kit.Button
	mkdir  *kit.LinkRow
	send   *kit.LinkRow
}

const lessonWidth float32 = 640

func newEmptyWall(host page.Host, root string) *emptyWall {
	e := &emptyWall{
		create: kit.NewButton(kit.ButtonPrimary, textNewPoint, look.IconPlus, host.NewPoint),
		mkdir:  kit.NewLinkRow(textMkdir(root), kit.LinkConfig{Label: textEmptyMake, Copy: host.Copy, Later: host.Later}),
		send:   kit.NewLinkRow(look.Unknown, kit.LinkConfig{Label: textEmptySend, Copy: host.Copy, Later: host.Later}),
	}
	head := kit.NewEmptyState(kit.EmptyConfig{Headline: textEmptyHead, Hint: textEmptyHint})
	shell := kit.NewPanel(textEmptyShell, page.Column(look.Space2, e.mkdir, e.send,
		kit.NewParagraph(textEmptyNote, look.ToneFaint, fyne.TextAlignLeading)))
	lesson := page.Column(look.Space4,
		page.Sized(head, fyne.NewSize(lessonWidth, 190)),
		container.NewCenter(e.create),
		page.Inset(shell, 0, look.Space4, 0, 0))
	e.object = container.NewCenter(lesson)
	return e
}

func (e *emptyWall) controls() []page.Control {
	return []page.Control{
		page.ButtonControl("new-point", e.create),
		{Name: "command-mkdir", Text: e.mkdir.Text(), Object: e.mkdir},
		{Name: "command-send", Text: e.send.Text(), Object: e.send},
	}
}
