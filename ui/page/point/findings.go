package point

import (
	"slices"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// findingsShown is how many findings have a card; the rest is counted.
const findingsShown = 6

// findingLamp is how bad a finding is.
func findingLamp(s engine.Severity) look.Lamp {
	switch s {
	case engine.Failure:
		return look.Bad
	case engine.Warning:
		return look.Warn
	}
	return look.Quiet
}

// concerns reports whether a finding is about a track, or about everything.
func concerns(f engine.Finding, t engine.TrackStatus) bool {
	return f.Stream == "" || f.Stream == t.Stream || f.Stream == t.Source
}

// worstFinding is the lamp of a track that arrives as it should, by what was found.
func worstFinding(t engine.TrackStatus, p engine.PointStatus) look.Lamp {
	worst := look.Good
	for _, f := range p.Findings {
		if concerns(f, t) && f.Stream != "" && findingLamp(f.Severity) > worst {
			worst = findingLamp(f.Severity)
		}
	}
	return worst
}

// verdict is the worst that is known of a track, in words: findings about the track itself first.
func verdict(t engine.TrackStatus, p engine.PointStatus, lamp look.Lamp) kit.Cell {
	var worst *engine.Finding
	for i := range p.Findings {
		f := &p.Findings[i]
		if !concerns(*f, t) || findingLamp(f.Severity) == look.Quiet {
			continue
		}
		if worst == nil || findingLamp(f.Severity) > findingLamp(worst.Severity) || worst.Stream == "" && f.Stream != "" && f.Severity == worst.Severity {
			worst = f
		}
	}
	switch {
	case worst != nil:
		tone := look.ToneWarn
		if worst.Severity == engine.Failure {
			tone = look.ToneBad
		}
		return kit.Cell{Text: worst.Text, Tone: tone}
	case lamp == look.Good:
		return kit.Cell{Text: words.T(textVerdictGood), Tone: look.ToneGood}
	case lamp == look.Warn:
		return kit.Cell{Text: words.T(textVerdictRate), Tone: look.ToneWarn}
	case lamp == look.Bad:
		return kit.Cell{Text: words.T(textVerdictSilent), Tone: look.ToneBad}
	case lamp == look.Busy:
		return kit.Cell{Text: words.T(textVerdictWaits), Tone: look.ToneSoft}
	}
	return kit.Cell{Text: words.T(textVerdictEnded), Tone: look.ToneFaint}
}

// findingCard is one finding: what is wrong, what to do, and the option to copy.
type findingCard struct {
	box    *fyne.Container
	lamp   *kit.Lamp
	say    *kit.Paragraph
	do     *kit.Paragraph
	option *kit.LinkRow
	shown  engine.Finding
}

func (w *Page) newFindingCard() *findingCard {
	c := &findingCard{
		lamp:   kit.NewLamp(kit.LampSmall, look.Quiet, ""),
		say:    kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading),
		do:     kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading),
		option: kit.NewLinkRow("", kit.LinkConfig{Copy: w.host.Copy, Later: w.host.Later}),
	}
	c.box = page.Column(look.Space1, c.lamp, c.say, c.do, c.option)
	return c
}

func (c *findingCard) show(f engine.Finding) {
	c.shown = f
	c.lamp.Set(findingLamp(f.Severity), textFinding(f))
	c.say.SetText(f.Text)
	c.do.SetText(f.Action)
	page.SetHidden(c.do, f.Action == "")
	if c.option.Text() != f.Option {
		c.option.SetText(f.Option)
	}
	page.SetHidden(c.option, f.Option == "")
}

// findings is the panel of what is wrong with what encoders send.
type findings struct {
	panel *kit.Panel
	box   *fyne.Container
	cards []*findingCard
	shown []engine.Finding
	page  *Page
}

func (w *Page) newFindings() *findings {
	f := &findings{page: w, box: page.Column(look.Space3)}
	f.panel = kit.NewPanel(words.T(textFindings), f.box)
	f.panel.Hide()
	return f
}

// show shows the worst of them; the cards of those that stay are kept.
func (f *findings) show(all []engine.Finding) {
	page.SetHidden(f.panel, len(all) == 0)
	note := ""
	if more := len(all) - findingsShown; more > 0 {
		note = words.F(textMoreFindings, more)
		all = all[:findingsShown]
	}
	f.panel.SetNote(note)
	same := slices.EqualFunc(all, f.shown, func(a, b engine.Finding) bool {
		return a.Severity == b.Severity && a.Code == b.Code && a.Text == b.Text && a.Action == b.Action && a.Option == b.Option && a.Count == b.Count
	})
	if same {
		return
	}
	f.shown = slices.Clone(all)
	for len(f.cards) < len(all) {
		f.cards = append(f.cards, f.page.newFindingCard())
	}
	f.box.Objects = f.box.Objects[:0]
	for i, x := range all {
		f.cards[i].show(x)
		f.box.Objects = append(f.box.Objects, f.cards[i].box)
	}
	f.box.Refresh()
}

func (f *findings) controls() []page.Control {
	if !f.panel.Visible() {
		return nil
	}
	var all []page.Control
	for i, x := range f.shown {
		all = append(all, page.Control{Name: "finding-" + x.Code, Text: x.Text, Object: f.cards[i].box})
	}
	return all
}
