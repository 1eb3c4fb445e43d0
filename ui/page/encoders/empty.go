package encoders

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// emptyPage teaches the next step, here and from a terminal.
type emptyPage struct {
	object  *fyne.Container
	lesson  *fyne.Container
	head    [2]fyne.CanvasObject // with points to send to, and without
	create  *kit.Button
	point   *kit.Button
	command *page.CodeBox
	tool    *kit.Banner
	said    string
}

const lessonWidth float32 = 640

func newEmptyPage(host page.Host, create func(point string)) *emptyPage {
	e := &emptyPage{
		create:  kit.NewButton(kit.ButtonPrimary, words.T(textNew), look.IconPlus, func() { create("") }),
		point:   kit.NewButton(kit.ButtonPrimary, words.T(textNewPoint), look.IconPlus, host.NewPoint),
		command: page.NewCodeBox(host.Copy),
		tool:    kit.NewBanner(kit.Notice{}),
	}
	state := func(hint string) fyne.CanvasObject {
		return page.Sized(kit.NewEmptyState(kit.EmptyConfig{Icon: look.IconEncoder, Headline: words.T(textEmptyHead), Hint: words.T(hint)}), fyne.NewSize(lessonWidth, 180))
	}
	e.head = [2]fyne.CanvasObject{state(textEmptyHint), state(textEmptyNoPoint)}
	e.lesson = page.Column(look.Space4, e.head[0], e.head[1], container.NewCenter(page.Row(look.Space3, e.create, e.point)), e.tool,
		page.Sized(e.command, fyne.NewSize(lessonWidth, 110)))
	e.object = container.NewCenter(e.lesson)
	return e
}

func (e *emptyPage) show(m model) {
	bare := len(m.points) == 0
	page.SetHidden(e.head[0], bare)
	page.SetHidden(e.head[1], !bare)
	page.SetHidden(e.create, bare)
	page.SetHidden(e.point, !bare)
	e.said = m.tool.Sentence
	e.tool.Set(kit.Notice{Lamp: m.tool.Lamp, Sentence: m.tool.Sentence})
	page.SetHidden(e.tool, m.tool.Sentence == "")
	e.command.SetText(m.stock)
	if e.object.Visible() {
		e.object.Refresh()
	}
}

func (e *emptyPage) controls() []page.Control {
	all := []page.Control{{Name: "encoders-stock", Text: e.command.Text(), Object: e.command}}
	if e.create.Visible() {
		all = append(all, page.ButtonControl("encoders-new", e.create))
	} else {
		all = append(all, page.ButtonControl("encoders-new-point", e.point))
	}
	if e.said != "" {
		all = append(all, page.Control{Name: "encoders-tool", Text: e.said, Object: e.tool})
	}
	return all
}
