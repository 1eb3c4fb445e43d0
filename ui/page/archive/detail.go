package archive

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

const detailWidth float32 = 396

// detail says all of the event or recording that was chosen, and what can be done with it.
type detail struct {
	page   *Page
	object fyne.CanvasObject
	panel  *kit.Panel
	scroll *container.Scroll
	box    *fyne.Container // everything
	pick   fyne.CanvasObject
	facts  *kit.KeyValue
	reason *kit.Banner // why it cannot be played
	bars   [2]*fyne.Container
	forms  *fyne.Container // holds the form that is open
	check  *fyne.Container // what a check has found
	links  *fyne.Container

	play, clip, export, verify, remove *kit.Button
	purge                              *kit.ConfirmButton
	shownLinks                         []engine.Link
	shownCheck                         []string
	pairs                              []kit.Pair
}

func newDetail(w *Page) *detail {
	d := &detail{page: w, facts: kit.NewKeyValue(), reason: kit.NewBanner(kit.Notice{Lamp: look.Bad}),
		forms: container.NewStack(), check: page.Column(look.Space1), links: page.Column(look.Space1)}
	d.play = kit.NewButton(kit.ButtonPrimary, words.T(textPlay), look.IconPlay, d.playIt)
	d.clip = kit.NewButton(kit.ButtonPlain, words.T(textClip), "", func() { w.open(newClipForm(w, w.chosen)) })
	d.export = kit.NewButton(kit.ButtonPlain, words.T(textExport), "", func() { w.open(newExportForm(w, w.chosen)) })
	d.verify = kit.NewButton(kit.ButtonPlain, words.T(textVerify), look.IconCheck, func() { w.verify(w.chosen) })
	d.remove = kit.NewButton(kit.ButtonPlain, words.T(textDeleteRec), look.IconTrash, func() { w.open(newDeleteForm(w, w.chosen)) })
	d.purge = kit.NewConfirmButton(kit.ConfirmConfig{Text: words.T(textPurge), Ask: words.T(textPurgeAsk), Icon: look.IconTrash,
		Do: func() { w.purgeEvent(w.chosen) }, Later: w.host.Later})
	d.bars[0] = page.Row(look.Space2, d.play, d.clip, d.export)
	d.bars[1] = page.Row(look.Space2, d.verify, d.remove, d.purge)
	d.forms.Hide()
	d.pick = page.Column(look.Space1, kit.NewText(look.Strong, words.T(textPick)), kit.NewParagraph(words.T(textPickSay), look.ToneSoft, fyne.TextAlignLeading))
	d.box = page.Column(look.Space3, d.pick, d.facts, d.reason, d.bars[0], d.bars[1], d.forms, d.check, d.links)
	d.scroll = container.NewVScroll(page.Inset(d.box, 2, 2, look.Space2, 2))
	d.panel = kit.NewPanel("", d.scroll)
	d.object = page.Sized(d.panel, fyne.NewSize(detailWidth, 0))
	return d
}

// show says what is chosen now.
func (d *detail) show() {
	w := d.page
	e, isEvent := w.last.event(w.chosen)
	r, isRecording := w.last.recording(w.chosen)
	any := isEvent || isRecording
	hidden := map[fyne.CanvasObject]bool{d.pick: any || w.form != nil, d.facts: !any || w.form != nil, d.bars[0]: !any, d.bars[1]: !any, d.reason: !isRecording || r.Reason == "",
		d.purge: !isEvent || e.Current, d.remove: !isRecording,
		d.links: w.form != nil || !any, d.check: w.form != nil || !any || !w.last.checks[w.chosen].known}
	changed := false
	for o, hide := range hidden {
		changed = changed || o.Visible() == hide
		page.SetHidden(o, hide)
	}
	title := ""
	if any {
		title = w.last.titleOf(w.chosen)
	}
	d.panel.SetTitle(title)
	var pairs []kit.Pair
	var links []engine.Link
	switch {
	case isEvent:
		pairs, links = eventFacts(e), e.Links
	case isRecording:
		pairs, links = recordingFacts(r), recordingLinks(r)
		if r.Reason != "" && d.reason.Sentence() != r.Reason {
			d.reason.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(r.Reason)})
		}
	}
	page.SetEnabled(d.verify, !w.last.checks[w.chosen].running)
	page.SetEnabled(d.play, len(links) > 0 && (!isRecording || r.State != engine.StateError))
	if !slices.Equal(pairs, d.pairs) {
		changed = changed || len(pairs) != len(d.pairs)
		d.pairs = pairs
		d.facts.SetPairs(pairs)
	}
	changed = d.showCheck(any) || changed
	changed = d.showLinks(links) || changed
	if changed {
		d.layOut()
	}
}

func (d *detail) layOut() {
	for _, b := range d.bars {
		page.Relayout(b)
	}
	page.Relayout(d.box)
	d.scroll.Refresh()
}

func eventFacts(e engine.ArchivedEvent) []kit.Pair {
	ended := dayAndYear(e.Ended)
	if e.Live {
		ended = words.T(valueOnAir)
	}
	id := e.ID
	if e.Current && !e.Live {
		id = words.F(valueShown, id)
	}
	return []kit.Pair{
		{Key: words.T(factBegan), Value: dayAndYear(e.Began)}, {Key: words.T(factEnded), Value: ended},
		{Key: words.T(factDuration), Value: look.Clock(e.Duration)}, {Key: words.T(factSize), Value: look.Bytes(float64(e.Bytes))},
		{Key: words.T(factFiles), Value: look.Count(int64(len(e.Files)))}, {Key: words.T(factID), Value: id},
	}
}

func recordingFacts(r engine.Recording) []kit.Pair {
	return []kit.Pair{
		{Key: words.T(labelName), Value: r.Name}, {Key: words.T(factBegan), Value: dayAndYear(r.Event.Began)},
		{Key: words.T(factDuration), Value: lengthOf(r)}, {Key: words.T(factSize), Value: look.Bytes(float64(r.Bytes))},
	}
}

// recordingLinks are the preview page of a recording and its manifest.
func recordingLinks(r engine.Recording) []engine.Link {
	if r.Manifest == "" {
		return nil
	}
	return []engine.Link{{Label: "Preview", URL: previewOf(r.Manifest), Browse: true}, {Label: "Smooth Streaming", URL: r.Manifest}}
}

// previewOf is the page beside a client manifest.
func previewOf(manifest string) string { return strings.TrimSuffix(manifest, "Manifest") }

// playIt opens the page of what was chosen in the browser.
func (d *detail) playIt() {
	for _, l := range d.shownLinks {
		if l.Browse {
			d.page.host.Open(l.URL)
			return
		}
	}
}

func (d *detail) showLinks(links []engine.Link) (changed bool) {
	if slices.Equal(links, d.shownLinks) {
		return false
	}
	d.shownLinks = links
	d.links.RemoveAll()
	for _, l := range links {
		config := kit.LinkConfig{Label: words.T(l.Label), LabelWidth: 130, Copy: d.page.host.Copy, Later: d.page.host.Later}
		if l.Browse {
			config.Open = d.page.host.Open
		}
		d.links.Add(kit.NewLinkRow(l.URL, config))
	}
	return true
}

// listedFlaws is how many flaws are listed at most.
const listedFlaws = 50

// showCheck lists what a check of the chosen event or recording has found.
func (d *detail) showCheck(any bool) (changed bool) {
	c := d.page.last.checks[d.page.chosen]
	var lines []string
	if any && c.known {
		_, _, sentence := verdict(c.v.Verdict)
		lines = append(lines, sentence)
		for i, f := range c.v.Flaws {
			if i == listedFlaws {
				lines = append(lines, words.F(textMoreFlaws, len(c.v.Flaws)-i))
				break
			}
			lines = append(lines, flawLine(&c.v, f))
		}
	}
	if slices.Equal(lines, d.shownCheck) {
		return false
	}
	d.shownCheck = lines
	d.check.RemoveAll()
	for i, line := range lines {
		if i == 0 {
			lamp, word, _ := verdict(c.v.Verdict)
			d.check.Add(kit.NewLamp(kit.LampNormal, lamp, word))
		}
		p := kit.NewParagraph(line, look.ToneSoft, fyne.TextAlignLeading)
		p.Resize(fyne.NewSize(detailWidth-2*look.Space3-look.Space2-4, 20)) // it knows its height only at its width
		d.check.Add(p)
	}
	return true
}

func flawLine(v *engine.Verification, f engine.Flaw) string {
	text := page.Sentence(f.Text)
	if f.Stream != "" {
		text = f.Stream + ": " + text
	}
	switch {
	case !f.Timed:
		return text
	case v.Zero.IsZero():
		return words.F(textFlawAt, look.Clock(f.Start), look.Clock(f.End), text)
	}
	return words.F(textFlawAt, look.TimeOfDay(v.At(f.Start).Local()), look.TimeOfDay(v.At(f.End).Local()), text)
}

// showForm shows the form that is open, and gives it the keyboard.
func (d *detail) showForm() {
	d.forms.RemoveAll()
	page.SetHidden(d.forms, d.page.form == nil)
	if f := d.page.form; f != nil {
		d.forms.Add(f.object())
	}
	d.show()
	d.layOut()
	d.scroll.ScrollToTop()
	if f := d.page.form; f != nil {
		page.Focus(d.object, f.first())
	}
}

func (d *detail) controls() []page.Control {
	var all []page.Control
	add := func(name string, b *kit.Button) {
		if b.Visible() {
			all = append(all, page.ButtonControl(name, b))
		}
	}
	if d.bars[0].Visible() {
		add("archive-play", d.play)
		add("archive-clip", d.clip)
		add("archive-export", d.export)
		add("archive-verify", d.verify)
		add("archive-delete-recording", d.remove)
	}
	if d.bars[1].Visible() && d.purge.Visible() {
		name := "archive-purge"
		if d.purge.Asking() {
			name = "asking-archive-purge"
		}
		all = append(all, page.Control{Name: name, Text: d.purge.Text(), Object: d.purge, Disabled: d.purge.Disabled()})
	}
	if d.check.Visible() {
		all = append(all, page.Control{Name: "archive-check", Text: strings.Join(d.shownCheck, "\n"), Object: d.check})
	}
	for i, l := range d.shownLinks {
		if d.links.Visible() {
			all = append(all, page.Control{Name: "archive-link-" + strings.ToLower(strings.ReplaceAll(l.Label, " ", "-")), Text: l.URL, Object: d.links.Objects[i]})
		}
	}
	if f := d.page.form; f != nil {
		all = append(all, f.controls()...)
	}
	return all
}
