package point

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// settings is the dialog that changes a point.
type settings struct {
	page    *Page
	name    string
	was     engine.PointConfig
	form    form
	gone    bool // the dialog was taken away
	working bool

	title, window, timeout, segment, keep, keepBytes *page.Field
	archive, autoStart                               *widget.Check
	reconnect, lookAhead, disk                       *page.Choice

	failure *kit.Banner
	notice  *fyne.Container
	remove  *kit.Button
	cancel  *kit.Button
	save    *kit.Button
}

// askSettings opens the dialog with the settings as they are.
func (w *Page) askSettings() {
	if !w.last.known {
		return
	}
	d := &settings{page: w, name: w.name(), was: w.last.config, form: formOf(w.last.config)}
	d.title = d.field(hintTitle, d.form.title, func(s string) { d.form.title = s })
	d.window = d.field(hintWindow, d.form.window, func(s string) { d.form.window = s })
	d.timeout = d.field(hintTimeout, d.form.timeout, func(s string) { d.form.timeout = s })
	d.segment = d.field(hintSegment, d.form.segment, func(s string) { d.form.segment = s })
	d.keep = d.field(hintKeep, d.form.keep, func(s string) { d.form.keep = s })
	d.keepBytes = d.field(hintKeep, d.form.keepBytes, func(s string) { d.form.keepBytes = s })
	d.archive = widget.NewCheck(words.T(textRecord), func(on bool) { d.form.archive = on; d.refresh() })
	d.archive.Checked = d.form.archive
	d.autoStart = widget.NewCheck(words.T(textAutoStart), func(on bool) { d.form.autoStart = on; d.refresh() })
	d.autoStart.Checked = d.form.autoStart
	choice := func(texts, names []string, chosen int, into *int) *page.Choice {
		c := page.NewChoice(texts, names, chosen)
		c.Changed = func(i int) { *into = i; d.refresh() }
		return c
	}
	d.reconnect = choice([]string{words.T(textContinue), words.T(textReject), words.T(textNewEvent)},
		[]string{"settings-continue", "settings-reject", "settings-new-event"}, d.form.reconnect, &d.form.reconnect)
	d.disk = choice([]string{words.T(textSyncNone), words.T(textSyncInterval), words.T(textSyncEvery)},
		[]string{"settings-fsync-none", "settings-fsync-interval", "settings-fsync-every"}, d.form.forcedDisk, &d.form.forcedDisk)
	var counts, names []string
	for i := range mostLookAhead + 1 {
		counts, names = append(counts, strconv.Itoa(i)), append(names, "settings-look-ahead-"+strconv.Itoa(i))
	}
	d.lookAhead = choice(counts, names, d.form.lookAhead, &d.form.lookAhead)
	d.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
	d.failure.Hide()
	d.notice = noticeSlot(d.failure)
	d.remove = kit.NewButton(kit.ButtonPlain, words.T(textDelete), look.IconTrash, w.askDelete)
	d.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", w.host.CloseModal)
	d.save = kit.NewButton(kit.ButtonPrimary, words.T(textSave), look.IconCheck, d.submit)
	d.refresh()
	w.host.ShowModal(page.Modal{
		Title:    words.F(textSettingsOf, d.name),
		Body:     d.body(),
		Buttons:  []fyne.CanvasObject{d.cancel, d.save},
		Focus:    d.title,
		Controls: d.controls,
		Closed:   func() { d.gone = true },
	})
}

// field is an entry that changes the form.
func (d *settings) field(hint, text string, change func(string)) *page.Field {
	f := page.NewField(words.T(hint))
	f.Text = text
	f.OnEscape = d.page.host.CloseModal
	f.OnSubmitted = func(string) { d.submit() }
	f.OnChanged = func(s string) {
		change(s)
		d.refresh()
	}
	return f
}

const (
	settingsHalf  float32 = 410
	settingsLabel float32 = 122
	settingsRow   float32 = 32
	noticeHeight  float32 = 44 // one line of a banner
)

func (d *settings) body() fyne.CanvasObject {
	row := func(label string, o fyne.CanvasObject) fyne.CanvasObject {
		text := ""
		if label != "" {
			text = words.T(label)
		}
		word := page.Sized(kit.NewText(look.Body, text).Toned(look.ToneSoft).Cutting(kit.CutEnd), fyne.NewSize(settingsLabel, settingsRow))
		return container.NewBorder(nil, nil, word, nil, o)
	}
	part := func(head string, rows ...fyne.CanvasObject) fyne.CanvasObject {
		column := append([]fyne.CanvasObject{kit.NewText(look.Title, words.T(head))}, rows...)
		return page.Sized(page.Column(look.Space2, column...), fyne.NewSize(settingsHalf, 0))
	}
	event := part(headEvent,
		row(labelTitle, d.title), row(labelWindow, d.window), row(labelReconnect, d.reconnect.Object()),
		row(labelTimeout, d.timeout), row(labelLookAhead, d.lookAhead.Object()), row("", d.autoStart))
	kept := part(headArchive,
		row("", d.archive), row(labelSegment, d.segment), row(labelKeep, d.keep), row(labelKeepBytes, d.keepBytes), row(labelDisk, d.disk.Object()))
	wide := 2*settingsHalf + look.Space6
	say := kit.NewParagraph(words.T(textSettingsSay), look.ToneFaint, fyne.TextAlignLeading)
	return page.Column(look.Space3,
		container.NewBorder(nil, nil, page.Inset(event, 0, 0, look.Space6, 0), nil, kept),
		page.Sized(say, fyne.NewSize(wide, say.HeightFor(wide))),
		page.Row(look.Space3, d.remove, kit.NewText(look.Caption, words.T(textDeleteSay)).Toned(look.ToneFaint)),
		d.notice)
}

// refresh shows what follows from the form.
func (d *settings) refresh() {
	if d.save == nil {
		return // it is being made
	}
	problem := d.form.problem()
	d.fail(problem)
	page.SetDisabled(d.save, d.working || problem != "" || d.form.config(d.was).Equal(d.was))
}

// submit orders the change.
func (d *settings) submit() {
	if d.save.Disabled() {
		return
	}
	cfg := d.form.config(d.was)
	d.working = true
	d.save.SetText(words.T(textSaving))
	d.refresh()
	d.page.host.Do(func(ctx context.Context) error { return d.page.operator.UpdatePoint(ctx, d.name, cfg) }, func(err error) {
		d.working = false
		switch {
		case d.gone:
			d.page.host.Report(err)
		case err != nil:
			d.save.SetText(words.T(textSave))
			d.refresh()
			d.fail(engine.Sentence(err))
		default:
			d.page.host.CloseModal()
		}
	})
}

// noticeSlot is the place of a banner in a dialog. It is kept while there is nothing to say, so that
// nothing moves when there is.
func noticeSlot(b *kit.Banner) *fyne.Container {
	return page.Sized(b, fyne.NewSize(0, noticeHeight))
}

// fail shows a sentence in the dialog, and takes it away when there is none.
func (d *settings) fail(sentence string) {
	if sentence != "" {
		d.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(sentence)})
	}
	page.SetHidden(d.failure, sentence == "")
	d.notice.Refresh()
}

func (d *settings) controls() []page.Control {
	var all []page.Control
	for _, f := range []struct {
		name  string
		field *page.Field
	}{{"title", d.title}, {"window", d.window}, {"timeout", d.timeout}, {"segment", d.segment}, {"keep", d.keep}, {"keep-bytes", d.keepBytes}} {
		all = append(all, page.Control{Name: "settings-" + f.name, Text: f.field.Text, Object: f.field})
	}
	all = append(all, page.Control{Name: "settings-archive", Object: d.archive}, page.Control{Name: "settings-auto-start", Object: d.autoStart})
	for _, c := range []*page.Choice{d.reconnect, d.lookAhead, d.disk} {
		all = append(all, c.Controls()...)
	}
	if d.failure.Visible() {
		all = append(all, page.Control{Name: "settings-failure", Object: d.failure})
	}
	return append(all, page.ButtonControl("settings-delete", d.remove), page.ButtonControl("settings-cancel", d.cancel), page.ButtonControl("settings-save", d.save))
}
