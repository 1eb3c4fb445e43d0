package encoderform

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// output edits how a draft is sent, but for its rungs.
type output struct {
	form *Form

	audio       *page.Choice
	audioNote   *note
	fps, gop    *page.Field
	rateNote    *note
	preset      *widget.Select
	method      *page.Choice
	methodNote  *note
	restart     *page.Choice
	restartNote *note
	object      *fyne.Container
}

func audios() []int { return []int{0, 64_000, 96_000, 128_000, 192_000} }

func restarts() []engine.RestartPolicy {
	return []engine.RestartPolicy{engine.RestartAlways, engine.RestartOnFailure, engine.RestartNever}
}

// presets are x264's speed presets that a live encoder can use, fastest first.
func presets() []string {
	return []string{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"}
}

func newOutput(f *Form) *output {
	o := &output{form: f, audioNote: newNote(), rateNote: newNote(), methodNote: newNote(), restartNote: newNote()}
	d := f.draft
	names, bits := []string{}, []string{}
	for _, b := range audios() {
		bits = append(bits, textBits(b))
		names = append(names, "form-audio-"+textBits(b))
	}
	names[0] = "form-audio-none"
	o.audio = page.NewChoice(bits, names, 0)
	o.audio.Changed = func(i int) { d.Audio = audios()[i]; f.changed() }
	o.fps = f.input.field("", func(string) {})
	o.fps.OnChanged = func(s string) { d.FPS = s; f.changed() }
	o.gop = f.input.field("", func(string) {})
	o.gop.OnChanged = func(s string) { d.GOP = s; f.changed() }
	o.preset = widget.NewSelect(presets(), func(s string) { d.Preset = s; f.changed() })
	o.method = page.NewChoice(translated(textMethodTwo, textMethodOne), []string{"form-method-2", "form-method-1"}, 0)
	o.method.Changed = func(i int) { d.Method = 2 - i; f.changed() }
	o.restart = page.NewChoice(translated(textAlways, textOnFailure, textNever), []string{"form-restart-always", "form-restart-on-failure", "form-restart-never"}, 0)
	o.restart.Changed = func(i int) { d.Restart = restarts()[i]; f.changed() }
	soft := func(s string) fyne.CanvasObject { return kit.NewText(look.Body, words.T(s)).Toned(look.ToneSoft) }
	small := func(e *page.Field) fyne.CanvasObject { return page.Sized(e, fyne.NewSize(52, rowHeight)) }
	rates := page.Row(look.Space2, small(o.fps), soft(textPerSecond), page.Sized(soft(labelGOP), fyne.NewSize(84, 0)), small(o.gop), soft(textEvery))
	o.object = page.Column(look.Space2,
		labelled(labelAudio, page.Edges(nil, nil, o.audio.Object(), nil, page.Inset(o.audioNote.text, look.Space2, 0, 0, 0))),
		labelled(labelFPS, noted(rates, o.rateNote)),
		labelled(labelPreset, page.Row(0, page.Sized(framed(o.preset), fyne.NewSize(150, rowHeight)))),
		labelled(labelMethod, noted(o.method.Object(), o.methodNote)),
		labelled(labelRestart, noted(o.restart.Object(), o.restartNote)))
	return o
}

func (o *output) show() {
	d := o.form.draft
	o.audio.Select(slices.Index(audios(), d.Audio)) // -1 chooses none of them
	o.audioNote.show(o.form.problemOf(FieldAudio), "")
	setText(&o.fps.Entry, d.FPS)
	setText(&o.gop.Entry, d.GOP)
	rate := o.form.problemOf(FieldFPS)
	if rate == "" {
		rate = o.form.problemOf(FieldGOP)
	}
	o.rateNote.show(rate, "")
	if o.preset.Selected != d.Preset {
		o.preset.Selected = d.Preset
		o.preset.Refresh()
	}
	encodes := d.Video != VideoCopy && d.seen()
	for _, e := range []*page.Field{o.fps, o.gop} {
		page.SetDisabled(e, !encodes)
	}
	page.SetDisabled(o.preset, !encodes)
	o.method.Select(2 - d.Method)
	say := textMethodTwoSay
	if d.Method == 1 {
		say = textMethodOneSay
	}
	o.methodNote.show("", words.T(say))
	at := max(0, slices.Index(restarts(), d.Restart))
	o.restart.Select(at)
	o.restartNote.show("", words.T([]string{textAlwaysSay, textOnFailureSay, textNeverSay}[at]))
}

func (o *output) controls() []page.Control {
	all := o.audio.Controls()
	all = append(all, page.Control{Name: "form-fps", Text: o.fps.Text, Object: o.fps, Disabled: o.fps.Disabled()},
		page.Control{Name: "form-gop", Text: o.gop.Text, Object: o.gop, Disabled: o.gop.Disabled()},
		page.Control{Name: "form-rate-note", Text: o.rateNote.text.Text(), Object: o.rateNote.text},
		page.Control{Name: "form-preset", Text: o.preset.Selected, Object: o.preset, Disabled: o.preset.Disabled()})
	all = append(all, o.method.Controls()...)
	return append(all, o.restart.Controls()...)
}
