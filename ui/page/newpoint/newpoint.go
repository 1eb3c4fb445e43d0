// Package newpoint is the dialog that makes a publishing point: its name, where its stream comes
// from, and the exact command that will send it.
package newpoint

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/page/encoderform"
	"pubpoint/ui/words"
)

// Operator is what the dialog asks for. Its methods may block and may be called from any
// goroutine.
type Operator interface {
	encoderform.InputOperator
	encoderform.CommandOperator
	Links(point string) []engine.Link
	System() engine.SystemStatus
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
	round    int    // of asking for links and room, so that late answers are dropped
	free     int64  // bytes that the disk can take; -1 while not known
	kept     bool   // its encoder is recorded already, though it could not be started
	gone     bool   // the dialog was taken away
	working  bool

	name    *page.Field
	check   *kit.Lamp
	ingest  *kit.LinkRow
	preview *kit.LinkRow
	input   *encoderform.Input
	ladder  *page.Choice
	rungs   *kit.Text
	audio   *page.Choice
	window  *page.Choice
	archive *widget.Check
	room    *kit.Text
	command *encoderform.Command
	failure *kit.Banner
	notice  *fyne.Container
	sheet   *fyne.Container
	cancel  *kit.Button
	create  *kit.Button
	start   *kit.Button
}

// New makes the dialog. It must be called on the Fyne goroutine.
func New(host page.Host, operator Operator, config Config) *Dialog {
	d := &Dialog{host: host, operator: operator, config: config, form: newForm(), free: -1}
	d.buildFields()
	d.buildChoices()
	d.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", config.Close)
	d.create = kit.NewButton(kit.ButtonPlain, words.T(textCreate), "", func() { d.submit(false) })
	d.start = kit.NewButton(kit.ButtonPrimary, words.T(textStart), look.IconPlay, func() { d.submit(true) })
	d.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
	d.notice = page.Inset(d.failure, 0, look.Space2, 0, 0)
	d.notice.Hide()
	d.refresh()
	return d
}

func (d *Dialog) buildFields() {
	d.name = page.NewField(words.T(hintName))
	d.name.OnEscape = d.config.Close
	d.name.OnSubmitted = func(string) { d.submit(true) }
	d.name.OnChanged = func(s string) { d.change(func(f *form) { f.name = s }) }
	d.check = kit.NewLamp(kit.LampSmall, look.Quiet, words.T(textNameSay))
	d.ingest = kit.NewLinkRow("", kit.LinkConfig{Copy: d.host.Copy, Later: d.host.Later})
	d.preview = kit.NewLinkRow("", kit.LinkConfig{Label: words.T(labelPreview), LabelWidth: 68, Copy: d.host.Copy, Later: d.host.Later})
	d.input = encoderform.NewInput(d.host, d.operator, d.form.encoder, encoderform.InputConfig{Kinds: kinds(), Prefix: "dialog-", Compact: true, Label: labelWidth + look.Space1,
		Changed: func() { d.change(func(*form) {}) }, Escape: d.config.Close, Submit: func() { d.submit(true) }})
	d.archive = widget.NewCheck(words.T(textKeep), func(on bool) { d.change(func(f *form) { f.archive = on }) })
	d.archive.Checked = d.form.archive
	d.room = kit.NewText(look.Caption, "").Toned(look.ToneFaint)
	d.command = encoderform.NewCommand(d.host, d.operator)
}

func (d *Dialog) buildChoices() {
	chosen := func(n int, word func(int) string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = word(i)
		}
		return out
	}
	d.rungs = kit.NewText(look.Caption, "").Toned(look.ToneFaint).Cutting(kit.CutEnd)
	d.ladder = page.NewChoice(chosen(3, func(i int) string { return textRungs([]int{1, 3, 5}[i]) }), []string{"dialog-rungs-1", "dialog-rungs-3", "dialog-rungs-5"}, 1)
	d.ladder.Changed = func(i int) { d.change(func(f *form) { f.encoder.SetVideo(ladders()[i]) }) }
	d.audio = page.NewChoice(chosen(4, func(i int) string { return textAudio(audioChoices()[i]) }), []string{"dialog-audio-none", "dialog-audio-64k", "dialog-audio-128k", "dialog-audio-192k"}, 2)
	d.audio.Changed = func(i int) { d.change(func(f *form) { f.encoder.Audio = audioChoices()[i] }) }
	d.window = page.NewChoice(chosen(3, func(i int) string { return textWindow(windowChoices()[i]) }), []string{"dialog-dvr-all", "dialog-dvr-30m", "dialog-dvr-2h"}, 0)
	d.window.Changed = func(i int) { d.change(func(f *form) { f.window = windowChoices()[i] }) }
}

// change edits the form and shows what follows from it.
func (d *Dialog) change(edit func(*form)) {
	edit(&d.form)
	if !d.working {
		d.fail("") // what was refused is not what stands there now
	}
	d.refresh()
}

// refresh shows what follows from the form, and asks for its links and command.
func (d *Dialog) refresh() {
	f := d.form
	switch problem := f.nameProblem(d.taken()); {
	case problem != "":
		d.check.Set(look.Bad, problem)
	case f.name == "":
		d.check.Set(look.Quiet, words.T(textNameSay))
	default:
		d.check.Set(look.Good, words.T(textNameOK))
	}
	spec := f.spec()
	d.input.Show()
	d.rungs.SetText(textLadder(spec.Video))
	d.enable()
	d.showRoom()
	d.command.Show(spec)
	d.round++
	round := d.round
	var links []engine.Link
	free := int64(-1)
	d.host.Do(func(context.Context) error {
		if engine.ValidName(spec.Point) {
			links = d.operator.Links(spec.Point)
		}
		if s := d.operator.System(); s.Unreliable == "" && s.DiskSize > 0 {
			free = s.DiskFree
		}
		return nil
	}, func(error) {
		if round != d.round {
			return
		}
		d.free = free
		d.showRoom()
		d.showLinks(links)
	})
	if d.sheet != nil {
		d.sheet.Refresh()
	}
}

// showRoom says how long the archive can grow at the chosen bitrate.
func (d *Dialog) showRoom() {
	if d.form.archive {
		d.room.SetText(textRoom(d.free, d.form.encoder.Bitrate()))
	} else {
		d.room.SetText(words.T(textNotKept))
	}
}

func (d *Dialog) showLinks(links []engine.Link) {
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
		d.input.Tried()
		d.input.Show()
		d.fail(problem)
		return
	}
	d.fail("")
	d.working = true
	d.start.SetText(words.T(textWorking))
	d.enable()
	made, kept := d.made, d.kept && d.made == f.name
	j := job{name: f.name, config: f.config(), spec: f.spec(), outside: f.outside(), start: start}
	d.host.Do(func(ctx context.Context) error {
		var err error
		made, kept, err = d.carryOut(ctx, j, made, kept)
		return err
	}, func(err error) {
		d.working, d.made, d.kept = false, made, kept
		if d.gone { // what stands in its place now is not ours to close
			d.host.Report(err)
			return
		}
		d.start.SetText(words.T(textStart))
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

// job is what is to be made, apart from the form, which the operator may go on to edit.
type job struct {
	name    string
	config  engine.PointConfig
	spec    engine.EncoderSpec
	outside bool // an encoder that is not ours sends to the point
	start   bool
}

// carryOut makes the point, unless it is made, and its encoder, unless it is recorded: that one
// starts with its point. It answers which point is made and whether its encoder is recorded.
func (d *Dialog) carryOut(ctx context.Context, j job, made string, kept bool) (string, bool, error) {
	if made != j.name {
		if err := d.operator.CreatePoint(ctx, j.name, j.config); err != nil {
			return made, kept, err
		}
	}
	if j.start {
		if err := d.operator.StartPoint(ctx, j.name); err != nil {
			return j.name, kept, err
		}
	}
	if j.outside || kept {
		return j.name, kept, nil
	}
	id, err := d.operator.AddEncoder(ctx, j.spec, j.start)
	return j.name, id != "", err
}

// fail shows a sentence in the dialog, and takes it away when there is none.
func (d *Dialog) fail(sentence string) {
	if sentence != "" {
		d.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: page.Sentence(sentence)})
	}
	page.SetHidden(d.notice, sentence == "")
	if d.sheet != nil {
		d.sheet.Refresh()
	}
}

// Drop takes a file that was dropped on the window as the one to send.
func (d *Dialog) Drop(path string) { d.input.Drop(path) }

// leave is told that the dialog is not shown any more: what goes on in it ends.
func (d *Dialog) leave() {
	d.gone = true
	d.input.Gone()
}
