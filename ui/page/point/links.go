package point

import (
	"cmp"
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
	"pubpoint/ui/words"
)

// showLinks keeps a row for every link.
func (w *Page) showLinks(links []engine.Link, c engine.PointConfig) {
	base := commonBase(links)
	if len(links) > 0 {
		links = slices.Clone(links)
		links[0].URL = ingestLink(links[0].URL, c)
	}
	say := accessSay(c)
	if slices.Equal(links, w.linkShown) && say == w.protected.Text() {
		return
	}
	w.protected.SetText(say)
	page.SetHidden(w.protected, say == "")
	w.linkShown = links
	w.linkBox.Objects = w.linkBox.Objects[:0]
	w.links.SetNote(base)
	for i, l := range links {
		config := kit.LinkConfig{Label: words.T(l.Label), LabelWidth: 126, Copy: w.host.Copy, Later: w.host.Later,
			Shown: cmp.Or(strings.TrimPrefix(l.URL, base), "/"), Code: func(link string) { w.showCode(l.Label, link) }}
		if i > 0 { // the first is where encoders post: nothing to look at
			config.Open = w.host.Open
		}
		w.linkBox.Add(kit.NewLinkRow(l.URL, config))
	}
	w.links.Refresh()
}

// commonBase is what all links begin with, up to a slash; it is told once for all of them.
func commonBase(links []engine.Link) string {
	if len(links) < 2 {
		return ""
	}
	base := links[0].URL
	for _, l := range links[1:] {
		n := 0
		for n < len(base) && n < len(l.URL) && base[n] == l.URL[n] {
			n++
		}
		base = base[:n]
	}
	return base[:strings.LastIndexByte(base, '/')+1]
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

// bare teaches how a point that nobody sends to gets its stream: in the middle of the page while
// there is nothing else to show, beside it once there has been an event.
type bare struct {
	object  fyne.CanvasObject // in the middle
	aside   fyne.CanvasObject
	start   [2]*kit.Button // of both
	command [2]*kit.LinkRow
	page    *Page
	taught  lesson // what the commands are for
}

// lesson is what a command depends on.
type lesson struct{ name, ingest, outside string }

func (w *Page) newBare() *bare {
	b := &bare{page: w}
	for i, kind := range []kit.ButtonKind{kit.ButtonPrimary, kit.ButtonPlain} {
		b.command[i] = kit.NewLinkRow(look.Unknown, kit.LinkConfig{Copy: w.host.Copy, Later: w.host.Later})
		b.start[i] = kit.NewButton(kind, words.T(textBareAction), look.IconPlay, b.begin)
	}
	head := kit.NewEmptyState(kit.EmptyConfig{Icon: look.IconEncoder, Headline: words.T(textBareHead), Hint: words.T(textBareHint)})
	lesson := page.Column(look.Space4, page.Sized(head, fyne.NewSize(560, 160)), b.command[0], container.NewCenter(b.start[0]))
	b.object = kit.NewPanel("", container.NewCenter(lesson))
	b.object.Hide()
	say := kit.NewParagraph(words.T(textVacantSay), look.ToneSoft, fyne.TextAlignLeading)
	b.aside = kit.NewPanel(words.T(textVacant), page.Column(look.Space2, page.Sized(say, fyne.NewSize(0, 40)), b.command[1], page.Row(0, b.start[1])))
	b.aside.Hide()
	return b
}

// begin adds a test picture to the point and puts it on air.
func (b *bare) begin() {
	name := b.page.name()
	b.disable(true)
	b.page.host.Order(func(ctx context.Context) error {
		if _, err := b.page.operator.AddEncoder(ctx, testPicture(name), true); err != nil {
			return err
		}
		return nil
	}, func(error) { b.disable(false) })
}

func (b *bare) disable(disabled bool) {
	for _, s := range b.start {
		page.SetDisabled(s, disabled)
	}
}

// show shows it where it belongs: in the middle, aside or nowhere.
func (b *bare) show(m model) {
	if m.bare || m.vacant {
		b.teach(m)
	}
	page.SetHidden(b.object, !m.bare)
	page.SetHidden(b.aside, !m.vacant)
}

// teach asks once for the command of that point, for encoders that are not ours.
func (b *bare) teach(m model) {
	l := lesson{name: m.name}
	if len(m.links) > 0 {
		l.ingest = m.links[0].URL
		l.outside = outsideCommand(l.ingest, l.ingest, m.config)
	}
	if b.taught == l {
		return
	}
	b.taught = l
	var command string
	b.page.host.Do(func(context.Context) error {
		var err error
		command, err = b.page.operator.EncoderCommand(testPicture(l.name))
		return err
	}, func(err error) {
		if err != nil {
			command = engine.Sentence(err)
		}
		if err == nil {
			command = outsideCommand(command, l.ingest, m.config)
		}
		if b.taught == l {
			for _, c := range b.command {
				c.SetText(command)
			}
		}
	})
}

func (b *bare) controls() []page.Control {
	for i, o := range []fyne.CanvasObject{b.object, b.aside} {
		if o.Visible() {
			return []page.Control{page.ButtonControl("start-test-picture", b.start[i]), {Name: "command", Text: b.command[i].Text(), Object: b.command[i]}}
		}
	}
	return nil
}
