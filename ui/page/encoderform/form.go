package encoderform

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// Operator is what a Form asks for. Its methods may block and may be called from any goroutine.
type Operator interface {
	InputOperator
	CommandOperator
	TrialOperator
	AddEncoder(ctx context.Context, spec engine.EncoderSpec, start bool) (id string, err error)
	UpdateEncoder(ctx context.Context, spec engine.EncoderSpec) error
	StartEncoder(ctx context.Context, id string) error
}

// Config is what a Form begins with.
type Config struct {
	Points  []string           // that can be sent to
	Spec    engine.EncoderSpec // to begin with; the zero value begins with a test pattern
	Editing bool               // Spec is that of an encoder there is, rather than of a new one
	Running bool               // that one runs: saving starts it anew
	Close   func()             // leaves the form
	Saved   func(id string)    // told which encoder was saved, instead of Close
}

// Form is the whole of a supervised encoder. Use New; it is used on Fyne's goroutine.
type Form struct {
	host     page.Host
	operator Operator
	config   Config
	draft    *Draft
	problems []Problem
	tried    bool
	working  bool
	gone     bool

	title   *kit.Text
	input   *Input
	ladder  *ladder
	output  *output
	command *Command
	trial   *Trial
	point   *widget.Select
	id      *page.Field
	idNote  *note
	failure *kit.Banner
	cancel  *kit.Button
	save    *kit.Button
	start   *kit.Button
	restart *kit.ConfirmButton
	foot    *fyne.Container
	sheet   *fyne.Container
	scrolls []*container.Scroll // input and output
	said    string
}

// New makes a form.
func New(host page.Host, operator Operator, config Config) *Form {
	f := &Form{host: host, operator: operator, config: config}
	f.draft = DraftOf(config.Spec)
	if config.Spec.Input.Kind == "" {
		f.draft = NewDraft(config.Spec.Point)
	}
	if f.draft.Point == "" && len(config.Points) > 0 {
		f.draft.Point = config.Points[0]
	}
	f.input = NewInput(host, operator, f.draft, InputConfig{Prefix: "form-", Changed: f.changed, Escape: config.Close, Submit: f.submitted, Kinds: []engine.InputKind{
		engine.InputTestPattern, engine.InputFile, engine.InputDevice, engine.InputScreen, engine.InputNetwork, engine.InputCustom}})
	f.ladder, f.output, f.command = newLadder(f), newOutput(f), NewCommand(host, operator)
	f.trial = NewTrial(host, operator, "form-test", f.fit, f.relayout)
	f.buildWho()
	f.buildButtons()
	f.arrange()
	f.refresh()
	return f
}

func (f *Form) buildWho() {
	f.title = kit.NewText(look.Heading, words.T(textNew))
	points := slices.Clone(f.config.Points)
	if f.draft.Point != "" && !slices.Contains(points, f.draft.Point) {
		points = append(points, f.draft.Point)
	}
	f.point = widget.NewSelect(points, nil)
	f.point.PlaceHolder = words.T(textNone)
	f.point.Selected = f.draft.Point
	f.point.OnChanged = func(s string) { f.draft.Point = s; f.changed() }
	f.id = f.input.field(hintID, func(s string) { f.draft.ID = s })
	f.idNote = newNote()
}

func (f *Form) buildButtons() {
	f.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", f.config.Close)
	f.save = kit.NewButton(kit.ButtonPlain, words.T(textSave), "", func() { f.submit(false) })
	f.start = kit.NewButton(kit.ButtonPrimary, words.T(textSaveStart), look.IconPlay, func() { f.submit(true) })
	f.restart = kit.NewConfirmButton(kit.ConfirmConfig{Later: f.host.Later, Text: words.T(textSaveRestart), Ask: words.T(textRestartAsk), Icon: look.IconRestart,
		Do: func() { f.submit(false) }})
	f.failure = kit.NewBanner(kit.Notice{Lamp: look.Bad})
}

func (f *Form) arrange() {
	head := page.Edges(nil, nil, f.title, page.Row(look.Space2, f.cancel, f.trial.Button, f.save, f.start, f.restart), page.Fill())
	who := page.Edges(nil, nil, page.Sized(labelled(labelPoint, page.Sized(framed(f.point), fyne.NewSize(160, rowHeight))), fyne.NewSize(276, 0)), nil,
		page.Inset(labelledBy(52, labelID, f.id), look.Space4, 0, 0, 0))
	input := page.Column(look.Space2, noted(who, f.idNote), f.input.Kind(), f.input.Object(), labelled("", f.input.Probe.Object()))
	output := page.Column(look.Space2, f.ladder.object, f.output.object)
	scrolled := func(o fyne.CanvasObject) fyne.CanvasObject {
		s := container.NewVScroll(page.Inset(o, look.Space3, look.Space3, look.Space4, look.Space3))
		f.scrolls = append(f.scrolls, s)
		return s
	}
	halves := container.New(layout.NewGridLayoutWithColumns(2),
		page.Inset(kit.NewPanel(words.T(textInput), scrolled(input)).Flush(), 0, 0, look.Space1, 0),
		page.Inset(kit.NewPanel(words.T(textOutput), scrolled(output)).Flush(), look.Space1, 0, 0, 0))
	f.foot = page.Column(look.Space2, f.failure, f.trial.Object(),
		labelledBy(76, textCommand, page.Sized(f.command.Box, fyne.NewSize(0, 84))))
	f.sheet = page.Edges(page.Inset(head, 0, 0, 0, look.Space3), page.Inset(f.foot, 0, look.Space3, 0, 0), nil, nil, halves)
	f.failure.Hide()
}

// Object is the whole form.
func (f *Form) Object() fyne.CanvasObject { return f.sheet }

// Focus is what has the keyboard first.
func (f *Form) Focus() fyne.Focusable { return f.point }

// SetRunning tells whether the encoder that is edited runs now.
func (f *Form) SetRunning(running bool) {
	if f.config.Running != running {
		f.config.Running = running
		f.refresh()
	}
}

// Drop takes a file that was dropped on the window as the one to send.
func (f *Form) Drop(path string) { f.input.Drop(path) }

// Gone tells the form that it is not shown any more: what goes on in it ends.
func (f *Form) Gone() {
	f.gone = true
	f.trial.Reset()
	f.input.Gone()
}

// changed follows an edit of the draft.
func (f *Form) changed() {
	f.fail("")
	f.refresh()
}

// refresh shows the draft and what follows from it.
func (f *Form) refresh() {
	f.problems = f.draft.Problems()
	title := words.T(textNew)
	if f.config.Editing {
		title = textEdit(f.draft.ID)
	}
	f.title.SetText(title)
	setText(&f.id.Entry, f.draft.ID)
	page.SetDisabled(f.id, f.config.Editing)
	who := f.problemOf(FieldPoint)
	if who == "" {
		who = f.problemOf(FieldID)
	}
	f.idNote.show(who, "")
	f.input.Show()
	f.ladder.show()
	f.output.show()
	f.showButtons()
	f.command.Show(f.draft.Spec())
	f.relayout()
}

func (f *Form) showButtons() {
	again := f.config.Editing && f.config.Running
	page.SetHidden(f.save, again)
	page.SetHidden(f.start, again)
	page.SetHidden(f.restart, !again)
	for _, b := range []fyne.Disableable{f.save, f.start, f.restart, f.trial.Button} {
		page.SetDisabled(b, f.working)
	}
	word := textSaveStart
	if f.working {
		word = textSaving
	}
	f.start.SetText(words.T(word))
}

// relayout gives everything the room that it asks for now.
func (f *Form) relayout() {
	if f.sheet == nil {
		return
	}
	f.sheet.Refresh()
	for _, s := range f.scrolls {
		s.Refresh()
	}
}

// problemOf is what is wrong with a field, as far as it has to be said.
func (f *Form) problemOf(field Field) string {
	for _, p := range f.problems {
		if p.Field == field && (!p.Missing || f.tried) {
			return p.Text
		}
	}
	return ""
}

// fit is the spec, when it can be run.
func (f *Form) fit() (engine.EncoderSpec, bool) {
	if len(f.problems) == 0 {
		return f.draft.Spec(), true
	}
	f.tried = true
	f.input.Tried()
	f.fail(f.problems[0].Text)
	f.refresh()
	return engine.EncoderSpec{}, false
}

// submitted is Enter in a field: the next step, which asks where it would take something off air.
func (f *Form) submitted() {
	if f.restart.Visible() {
		f.restart.Tapped(nil)
		return
	}
	f.submit(true)
}

// submit saves the encoder, and with start launches it.
func (f *Form) submit(start bool) {
	if f.working {
		return
	}
	spec, fit := f.fit()
	if !fit {
		return
	}
	f.trial.Reset()
	f.fail("")
	f.working = true
	f.showButtons()
	editing := f.config.Editing
	id := spec.ID
	f.host.Do(func(ctx context.Context) error {
		if !editing {
			var err error
			id, err = f.operator.AddEncoder(ctx, spec, start)
			return err
		}
		if err := f.operator.UpdateEncoder(ctx, spec); err != nil || !start {
			return err
		}
		return f.operator.StartEncoder(ctx, id)
	}, func(err error) { f.saved(id, err) })
}

// saved follows what became of the encoder.
func (f *Form) saved(id string, err error) {
	f.working = false
	switch {
	case f.gone: // what stands in its place now is not ours to close
		f.host.Report(err)
	case err == nil:
		f.config.Saved(id)
	case !f.config.Editing && id != "": // recorded, though it does not start: the next try changes it
		f.config.Editing, f.draft.ID = true, id
		f.fail(textKept(id, err))
		f.refresh()
	default:
		f.fail(engine.Sentence(err))
		f.refresh()
	}
}

// fail shows a sentence in the form, and takes it away when there is none.
func (f *Form) fail(sentence string) {
	f.said = page.Sentence(sentence)
	if sentence != "" {
		f.failure.Set(kit.Notice{Lamp: look.Bad, Sentence: f.said})
	}
	page.SetHidden(f.failure, sentence == "")
	f.relayout()
}

// Controls lists what can be used by name now.
func (f *Form) Controls() []page.Control {
	all := []page.Control{page.ButtonControl("form-cancel", f.cancel),
		{Name: "form-point", Text: f.point.Selected, Object: f.point},
		{Name: "form-id", Text: f.id.Text, Object: f.id, Disabled: f.id.Disabled()},
		{Name: "form-id-note", Text: f.idNote.text.Text(), Object: f.idNote.text}}
	all = append(all, f.input.Controls()...)
	all = append(all, f.ladder.controls()...)
	all = append(all, f.output.controls()...)
	all = append(all, f.trial.Controls()...)
	all = append(all, page.Control{Name: "form-command", Text: f.command.Box.Text(), Object: f.command.Box})
	if f.restart.Visible() {
		all = append(all, page.Control{Name: "form-save-restart", Text: f.restart.Text(), Object: f.restart, Disabled: f.restart.Disabled()})
	} else {
		all = append(all, page.ButtonControl("form-save", f.save), page.ButtonControl("form-save-start", f.start))
	}
	if f.said != "" {
		all = append(all, page.Control{Name: "form-failure", Text: f.said, Object: f.failure})
	}
	return all
}
