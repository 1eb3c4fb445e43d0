package point

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// showLinks keeps a row for every link.
func (w *Page) showLinks(links []engine.Link) {
	if slices.Equal(links, w.linkShown) {
		return
	}
	w.linkShown = links
	w.linkBox.Objects = w.linkBox.Objects[:0]
	for i, l := range links {
		config := kit.LinkConfig{Label: l.Label, LabelWidth: 126, Copy: w.host.Copy, Later: w.host.Later}
		if i > 0 { // the first is where encoders post: nothing to look at
			config.Open = w.host.Open
		}
		w.linkBox.Add(kit.NewLinkRow(l.URL, config))
	}
	w.links.Refresh()
}

// slug is a label as part of a control's name: "HLS (CMAF)" is hls-cmaf.
func slug(label string) string {
	parts := strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(parts, "-")
}

// confirmPause is how long a question must have stood before it may be answered; kit's own pause is
// a little shorter.
const confirmPause = 450 * time.Millisecond

// confirmControl is a button that asks first: its name says when a click would be the answer.
func (w *Page) confirmControl(name string, b *kit.ConfirmButton) page.Control {
	c := page.Control{Name: name, Text: b.Text(), Object: b, Disabled: b.Disabled()}
	if !b.Asking() {
		delete(w.asked, b)
		return c
	}
	since, known := w.asked[b]
	switch {
	case !known:
		w.asked[b] = w.last.to
		c.Name = "asking-" + name
	case w.last.to.Sub(since) < confirmPause:
		c.Name = "asking-" + name
	default:
		c.Name = "confirm-" + name
	}
	return c
}

// bare teaches how a point that nobody sends to gets its stream.
type bare struct {
	object  fyne.CanvasObject
	start   *kit.Button
	command *kit.LinkRow
	page    *Page
	taught  string // the point that command is for
}

func (w *Page) newBare() *bare {
	b := &bare{page: w, command: kit.NewLinkRow(look.Unknown, kit.LinkConfig{Copy: w.host.Copy, Later: w.host.Later})}
	b.start = kit.NewButton(kit.ButtonPrimary, textBareAction, look.IconPlay, b.begin)
	head := kit.NewEmptyState(kit.EmptyConfig{Icon: look.IconEncoder, Headline: textBareHead, Hint: textBareHint})
	lesson := page.Column(look.Space4, page.Sized(head, fyne.NewSize(560, 160)), b.command, container.NewCenter(b.start))
	b.object = kit.NewPanel("", container.NewCenter(lesson))
	b.object.Hide()
	return b
}

// begin adds a test picture to the point and puts it on air.
func (b *bare) begin() {
	name := b.page.name()
	b.start.Disable()
	b.page.host.Order(func(ctx context.Context) error {
		if _, err := b.page.operator.AddEncoder(ctx, testPicture(name), true); err != nil {
			return err
		}
		return nil
	}, func(error) { b.start.Enable() })
}

// teach asks once for the command of that point.
func (b *bare) teach(name string) {
	if b.taught == name {
		return
	}
	b.taught = name
	var command string
	b.page.host.Do(func(context.Context) error {
		var err error
		command, err = b.page.operator.EncoderCommand(testPicture(name))
		return err
	}, func(err error) {
		if err != nil {
			command = engine.Sentence(err)
		}
		if b.taught == name {
			b.command.SetText(command)
		}
	})
}

func (b *bare) controls() []page.Control {
	return []page.Control{
		page.ButtonControl("start-test-picture", b.start),
		{Name: "command", Text: b.command.Text(), Object: b.command},
	}
}
