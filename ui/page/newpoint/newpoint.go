// Package newpoint is the dialog that makes a publishing point: its name, where its stream comes
// from, and the exact command that will send it.
package newpoint

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// Operator is what the dialog asks for. Its methods may block and may be called from any
// goroutine.
type Operator interface {
	Links(point string) []engine.Link
	EncoderCommand(spec engine.EncoderSpec) (string, error)
	CreatePoint(ctx context.Context, name string, cfg engine.PointConfig) error
	StartPoint(ctx context.Context, name string) error
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
}

// Config is what a dialog works with.
type Config struct {
	Taken []string // names that are in use
	Close func()   // takes the dialog away
}

// Dialog asks for a new publishing point. Use New.
type Dialog struct {
	host     page.Host
	operator Operator
	config   Config
	form     form
	made     string // the point that exists already, after a failure half way
	round    int    // of asking for command and links, so that late answers are dropped
	kept     bool   // its encoder is recorded already, though it could not be started
	gone     bool   // the dialog was taken away
	working  bool

	name    *page.Field
	check   *kit.Lamp
	ingest  *kit.LinkRow
	preview *kit.LinkRow
	source  *page.Choice
	pattern *kit.Text
	outside *kit.Text
	file    *fyne.Container
	path    *page.Field
	loop    *widget.Check
	ladder  *page.Choice
	rungs   *kit.Text
	audio   *page.Choice
	window  *page.Choice
	archive *widget.Check
	command *page.CodeBox
	failure *kit.Banner
	notice  *fyne.Container
	cancel  *kit.Button
	create  *kit.Button
	start   *kit.Button
}

// New makes the dialog. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator, config Config) *Dialog {
	d := &Dialog{host: host, operator: operator, config: config, form: newForm()}
	d.buildFields()
	d.buildChoices()
	d.cancel = kit.NewButton(kit.ButtonQuiet, textCancel, "", config.Close)
	d.create = kit.NewButton(kit.ButtonPlain, textCreate, "", func() { d.submit(false) })
	d.start = kit.NewButton(kit.ButtonPrimary, textStart, look.IconPlay, func() { d.submit(true) })
	d.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
	d.notice = page.Inset(d.failure, 0, look.Space2, 0, 0)
	d.notice.Hide()
	d.refresh()
	return d
}

func (d *Dialog) buildFields() {
	d.name = page.NewField(hintName)
	d.path = page.NewField(hintPath)
	for _, f := range []*page.Field{d.name, d.path} {
		f.OnEscape = d.config.Close
		f.OnSubmitted = func(string) { d.submit(true) }
	}
	d.name.OnChanged = func(s string) { d.change(func(f *form) { f.name = s }) }
	d.path.OnChanged = func(s string) { d.change(func(f *form) { f.path = s }) }
	d.check = kit.NewLamp(kit.LampSmall, look.Quiet, textNameSay)
	d.ingest = kit.NewLinkRow("", kit.LinkConfig{Copy: d.host.Copy, Later: d.host.Later})
	d.preview = kit.NewLinkRow("", kit.LinkConfig{Copy: d.host.Copy, Later: d.host.Later})
	d.loop = widget.NewCheck(textLoop, func(on bool) { d.change(func(f *form) { f.loop = on }) })
	d.loop.Checked = d.form.loop
	d.file = container.NewBorder(nil, nil, nil, d.loop, d.path)
	d.archive = widget.NewCheck(textKeep, func(on bool) { d.change(func(f *form) { f.archive = on }) })
	d.archive.Checked = d.form.archive
	d.command = page.NewCodeBox(d.host.Copy)
}

func (d *Dialog) buildChoices() {
	words := func(n int, word func(int) string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = word(i)
		}
		return out
	}
	d.pattern = kit.NewText(look.Body, textPatternSay).Toned(look.ToneSoft)
	d.outside = kit.NewText(look.Body, textOutsideSay).Toned(look.ToneSoft)
	d.rungs = kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd)
	d.source = page.NewChoice([]string{textPattern, textFile, textOutside}, []string{"dialog-pattern", "dialog-file", "dialog-external"}, 0)
	d.source.Changed = func(i int) { d.change(func(f *form) { f.origin = origin(i) }) }
	d.ladder = page.NewChoice(words(3, func(i int) string { return textRungs(rungChoices()[i]) }), []string{"dialog-rungs-1", "dialog-rungs-3", "dialog-rungs-5"}, 1)
	d.ladder.Changed = func(i int) { d.change(func(f *form) { f.rungs = rungChoices()[i] }) }
	d.audio = page.NewChoice(words(4, func(i int) string { return textAudio(audioChoices()[i]) }), []string{"dialog-audio-none", "dialog-audio-64k", "dialog-audio-128k", "dialog-audio-192k"}, 2)
	d.audio.Changed = func(i int) { d.change(func(f *form) { f.audio = audioChoices()[i] }) }
	d.window = page.NewChoice(words(3, func(i int) string { return textWindow(windowChoices()[i]) }), []string{"dialog-dvr-all", "dialog-dvr-30m", "dialog-dvr-2h"}, 0)
	d.window.Changed = func(i int) { d.change(func(f *form) { f.window = windowChoices()[i] }) }
}

// change edits the form and shows what follows from it.
func (d *Dialog) change(edit func(*form)) {
	edit(&d.form)
	d.refresh()
}

// refresh shows what follows from the form, and asks for its links and command.
func (d *Dialog) refresh() {
	f := d.form
	switch problem := f.nameProblem(d.taken()); {
	case problem != "":
		d.check.Set(look.Bad, problem)
	case f.name == "":
		d.check.Set(look.Quiet, textNameSay)
	default:
		d.check.Set(look.Good, textNameOK)
	}
	setHidden(d.pattern, f.origin != fromPattern)
	setHidden(d.outside, f.origin != fromOutside)
	setHidden(d.file, f.origin != fromFile)
	d.rungs.SetText(textLadder(engine.Ladder(f.rungs)))
	d.enable()
	d.round++
	round := d.round
	var command string
	var links []engine.Link
	d.host.Do(func(context.Context) error {
		if engine.ValidName(f.spec().Point) {
			links = d.operator.Links(f.spec().Point)
		}
		var err error
		command, err = d.operator.EncoderCommand(f.spec())
		return err
	}, func(err error) {
		if round != d.round {
			return
		}
		if err != nil {
			command = engine.Sentence(err)
		}
		d.showCommand(command, links)
	})
}

func (d *Dialog) showCommand(command string, links []engine.Link) {
	d.command.SetText(command)
	ingest, preview := look.Unknown, look.Unknown
	if len(links) > 0 {
		ingest = links[0].URL
	}
	for _, l := range links {
		if l.Browse {
			preview = l.URL
			break
		}
	}
	d.ingest.SetText(ingest)
	d.preview.SetText(preview)
}

// taken are the names in use, without the point that this dialog has made itself.
func (d *Dialog) taken() []string {
	var names []string
	for _, n := range d.config.Taken {
		if n != d.made {
			names = append(names, n)
		}
	}
	return names
}

func (d *Dialog) enable() {
	off := d.working || d.form.nameProblem(d.taken()) != ""
	for _, b := range []*kit.Button{d.create, d.start} {
		if b == nil || b.Disabled() == off {
			continue
		}
		if off {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

// submit makes what the form describes, and with start puts it on air.
func (d *Dialog) submit(start bool) {
	if d.working {
		return
	}
	f := d.form
	if problem := f.problem(d.taken()); problem != "" {
		d.fail(problem)
		return
	}
	d.fail("")
	d.working = true
	d.start.SetText(textWorking)
	d.enable()
	made, kept := d.made, d.kept && d.made == f.name
	d.host.Do(func(ctx context.Context) error {
		var err error
		made, kept, err = d.carryOut(ctx, f, made, kept, start)
		return err
	}, func(err error) {
		d.working, d.made, d.kept = false, made, kept
		if d.gone { // what stands in its place now is not ours to close
			d.host.Report(err)
			return
		}
		d.start.SetText(textStart)
		d.enable()
		switch {
		case err == nil:
			d.config.Close()
			d.host.ShowPoint(f.name)
		case made == f.name:
			d.fail(textHalf(f.name, err))
		default:
			d.fail(engine.Sentence(err))
		}
	})
}

// carryOut makes the point, unless it is made, and its encoder, unless it is recorded: that one
// starts with its point. It answers which point is made and whether its encoder is recorded.
func (d *Dialog) carryOut(ctx context.Context, f form, made string, kept, start bool) (string, bool, error) {
	if made != f.name {
		if err := d.operator.CreatePoint(ctx, f.name, f.config()); err != nil {
			return made, kept, err
		}
	}
	if start {
		if err := d.operator.StartPoint(ctx, f.name); err != nil {
			return f.name, kept, err
		}
	}
	if f.origin == fromOutside || kept {
		return f.name, kept, nil
	}
	id, err := d.operator.AddEncoder(ctx, f.spec(), start)
	return f.name, id != "", err
}

// fail shows a sentence in the dialog, and takes it away when there is none.
func (d *Dialog) fail(sentence string) {
	if sentence != "" {
		d.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(sentence)})
	}
	setHidden(d.notice, sentence == "")
	d.notice.Refresh()
}

// Drop takes a file that was dropped on the window as the one to send.
func (d *Dialog) Drop(path string) {
	d.source.Select(int(fromFile))
	d.change(func(f *form) { f.origin = fromFile })
	d.path.SetText(path)
}
