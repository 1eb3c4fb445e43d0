package wall

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// emptyWall teaches the first step, here and from a terminal.
type emptyWall struct {
	object fyne.CanvasObject
	demo   *kit.Button
	create *kit.Button
	mkdir  *kit.LinkRow
	send   *kit.LinkRow
}

const lessonWidth float32 = 640

func newEmptyWall(host page.Host, source Source, root string) *emptyWall {
	e := &emptyWall{
		create: kit.NewButton(kit.ButtonPlain, words.T(textNewPoint), look.IconPlus, host.NewPoint),
		mkdir:  kit.NewLinkRow(textMkdir(root), kit.LinkConfig{Label: words.T(textEmptyMake), Copy: host.Copy, Later: host.Later}),
		send:   kit.NewLinkRow(look.Unknown, kit.LinkConfig{Label: words.T(textEmptySend), Copy: host.Copy, Later: host.Later}),
	}
	e.demo = kit.NewButton(kit.ButtonPrimary, words.T(textEmptyDemo), look.IconPlay, func() {
		e.demo.Disable() // until it is there, or cannot be
		host.Order(source.Demo, func(error) { e.demo.Enable() })
	})
	head := kit.NewEmptyState(kit.EmptyConfig{Headline: words.T(textEmptyHead), Hint: words.T(textEmptyHint)})
	shell := kit.NewPanel(words.T(textEmptyShell), page.Column(look.Space2, e.mkdir, e.send,
		kit.NewParagraph(words.T(textEmptyNote), look.ToneFaint, fyne.TextAlignLeading)))
	lesson := page.Column(look.Space4,
		page.Sized(head, fyne.NewSize(lessonWidth, 190)),
		container.NewCenter(page.Row(look.Space3, e.demo, e.create)),
		page.Inset(shell, 0, look.Space4, 0, 0))
	if host.Elsewhere != "" {
		e.mkdir.Hide() // there is no such directory here
	}
	e.object = container.NewCenter(lesson)
	return e
}

func (e *emptyWall) controls() []page.Control {
	return []page.Control{
		page.ButtonControl("demo", e.demo),
		page.ButtonControl("new-point", e.create),
		{Name: "command-mkdir", Text: e.mkdir.Text(), Object: e.mkdir},
		{Name: "command-send", Text: e.send.Text(), Object: e.send},
	}
}
