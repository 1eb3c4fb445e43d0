package point

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// signing is the part of the dialog that makes links which play for a while.
type signing struct {
	dialog *access
	object *fyne.Container
	length *page.Choice
	make   *kit.Button
	rotate *kit.ConfirmButton
	say    *kit.Paragraph
	box    *fyne.Container
	rows   []*kit.LinkRow
	labels []string
	told   string // instead of the sentence that is always right
	busy   bool
}

const signedList float32 = 164

func newSigning(d *access) *signing {
	s := &signing{dialog: d, say: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading).AtMost(2), box: page.Column(look.Space1)}
	s.length = page.NewChoice([]string{words.T(textHour), words.T(textDay), words.T(textWeek)}, []string{"sign-1h", "sign-24h", "sign-7d"}, 0)
	s.make = kit.NewButton(kit.ButtonPlain, words.T(textSign), "", s.sign)
	s.rotate = kit.NewConfirmButton(kit.ConfirmConfig{Later: d.page.host.Later, Text: words.T(textWorthless), Ask: words.T(textWorthlessAsk), Icon: look.IconRestart, Do: s.turn})
	shelf, _ := page.Scrolled(page.Inset(s.box, 0, 0, look.Space2, 0))
	s.object = page.Column(look.Space2,
		page.Edges(nil, nil, s.length.Object(), s.make, page.Fill()),
		page.Sized(s.say, fyne.NewSize(accessHalf, 34)),
		page.Sized(shelf, fyne.NewSize(accessHalf, signedList)),
		page.Row(0, s.rotate, page.Fill()))
	return s
}

// refresh shows what can be ordered now, and why not.
func (s *signing) refresh() {
	d := s.dialog
	can := d.was.SignedPlayback && d.form.signed && !d.working && !s.busy
	for _, b := range append([]fyne.Disableable{s.make, s.rotate}, s.choices()...) {
		page.SetDisabled(b, !can)
	}
	text := s.told
	switch {
	case !d.form.signed:
		text = words.T(textUnsigned)
	case !d.was.SignedPlayback:
		text = words.T(textSaveFirst)
	case s.busy || text != "":
	default:
		text = words.T(textOnlySigned)
	}
	s.say.SetText(text)
	word := words.T(textSign)
	if s.busy {
		word = words.T(textSigningNow)
	}
	s.make.SetText(word)
}

// choices are the buttons of the lengths.
func (s *signing) choices() []fyne.Disableable {
	var all []fyne.Disableable
	for _, c := range s.length.Controls() {
		if b, ok := c.Object.(*kit.Button); ok {
			all = append(all, b)
		}
	}
	return all
}

// sign orders links.
func (s *signing) sign() {
	d, length := s.dialog, lengths()[s.length.Index()]
	var links []engine.Link
	s.order(func(ctx context.Context) error {
		var err error
		links, err = d.page.operator.SignPlayback(ctx, d.name, length)
		return err
	}, func() { s.show(links, d.page.last.to.Add(length)) })
}

// turn makes all links worthless.
func (s *signing) turn() {
	d := s.dialog
	s.order(func(ctx context.Context) error { return d.page.operator.RotatePlaybackKey(ctx, d.name) }, func() { s.forget(words.T(textAllWorthless)) })
}

// order runs an order; done is told when it went well.
func (s *signing) order(work func(context.Context) error, done func()) {
	d := s.dialog
	s.busy = true
	s.refresh()
	d.page.host.Do(work, func(err error) {
		s.busy = false
		if d.gone {
			d.page.host.Report(err)
			return
		}
		if err == nil {
			done()
		}
		d.refresh()
		if err != nil {
			d.fail(engine.Sentence(err))
		}
	})
}

// show lists links, and until when they play.
func (s *signing) show(links []engine.Link, until time.Time) {
	s.forget(words.F(textPlaysUntil, words.Date(until.In(time.Local), "2 Jan 2006 15:04")))
	host := s.dialog.page.host
	for _, l := range links {
		config := kit.LinkConfig{Label: words.T(l.Label), LabelWidth: 126, Copy: host.Copy, Open: host.Open, Later: host.Later}
		r := kit.NewLinkRow(l.URL, config)
		s.rows, s.labels = append(s.rows, r), append(s.labels, slug(l.Label))
		s.box.Add(r)
	}
	s.box.Refresh()
}

// forget takes the links away, and says why.
func (s *signing) forget(why string) {
	s.told, s.rows, s.labels = why, nil, nil
	s.box.RemoveAll()
	s.box.Refresh()
}

func (s *signing) controls() []page.Control {
	all := append(s.length.Controls(), page.ButtonControl("access-sign", s.make), page.Control{Name: "access-said", Text: s.say.Text(), Object: s.say},
		s.dialog.page.confirmControl("access-worthless", s.rotate))
	for i, r := range s.rows {
		all = append(all, page.Control{Name: "signed-" + s.labels[i], Text: r.Text(), Object: r})
	}
	return all
}
