package encoderform

import (
	"cmp"
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// InputOperator is what an Input asks for. Its methods may block and may be called from any
// goroutine.
type InputOperator interface {
	ProbeInput(ctx context.Context, in engine.EncoderInput) (engine.InputProbe, error)
	CaptureDevices(ctx context.Context) ([]engine.CaptureDevice, error)
}

// InputConfig is what an Input works with.
type InputConfig struct {
	Kinds   []engine.InputKind // offered, in order; External offers an encoder that is not ours
	Prefix  string             // of its controls' names: "form-"
	Compact bool               // what a look into the input finds is told in one line
	Label   float32            // width of what stands before the fields; 0 takes the form's
	Changed func()             // told that the draft has changed
	Escape  func()             // told that Esc was pressed in a field
	Submit  func()             // told that Enter was pressed in a field
}

// Input edits what a draft reads. Use NewInput; it is used on Fyne's goroutine.
type Input struct {
	host     page.Host
	operator InputOperator
	config   InputConfig
	draft    *Draft
	tried    bool // what is missing is said, too

	kind   *page.Choice
	panels map[engine.InputKind]*fyne.Container
	object *fyne.Container

	path     *page.Field
	choose   *kit.Button
	loop     *widget.Check
	native   *widget.Check
	fileNote *note

	url     *page.Field
	call    *page.Choice
	schemes []*kit.Button
	urlNote *note

	args     *area
	argsNote *note

	devices *devices
	Probe   *Probe
}

// NewInput makes the editor of draft.
func NewInput(host page.Host, operator InputOperator, draft *Draft, config InputConfig) *Input {
	i := &Input{host: host, operator: operator, config: config, draft: draft, panels: map[engine.InputKind]*fyne.Container{}}
	i.devices = newDevices(i)
	i.Probe = newProbe(i)
	names := make([]string, len(config.Kinds))
	ids := make([]string, len(config.Kinds))
	for n, k := range config.Kinds {
		names[n], ids[n] = kindWord(k), config.Prefix+kindName(k)
	}
	i.kind = page.NewChoice(names, ids, max(0, slices.Index(config.Kinds, draft.Kind)))
	i.kind.Changed = func(n int) { i.turnTo(config.Kinds[n]) }
	i.buildFile()
	i.buildNetwork()
	i.buildArgs()
	say := func(text string) *fyne.Container {
		return page.Sized(kit.NewText(look.Body, words.T(text)).Toned(look.ToneSoft), fyne.NewSize(0, rowHeight))
	}
	i.panels[engine.InputTestPattern] = say(textPatternSay)
	i.panels[External] = say(textExternalSay)
	i.panels[engine.InputDevice], i.panels[engine.InputScreen] = i.devices.device, i.devices.screen
	all := []fyne.CanvasObject{}
	for _, k := range config.Kinds {
		i.panels[k].Hidden = k != draft.Kind
		all = append(all, i.panels[k])
	}
	i.object = container.NewStack(all...)
	return i
}

// kindWord and kindName are a kind for people and as the name of its control.
func kindWord(k engine.InputKind) string {
	switch k {
	case engine.InputFile:
		return words.T(textFile)
	case engine.InputDevice:
		return words.T(textDevice)
	case engine.InputScreen:
		return words.T(textScreen)
	case engine.InputNetwork:
		return words.T(textNetwork)
	case engine.InputCustom:
		return words.T(textCustom)
	case External:
		return words.T(textExternal)
	default:
		return words.T(textPattern)
	}
}

func kindName(k engine.InputKind) string {
	switch k {
	case engine.InputTestPattern:
		return "pattern"
	case engine.InputCustom:
		return "arguments"
	default:
		return string(k)
	}
}

// KindWord is a kind of input for people.
func KindWord(k engine.InputKind) string { return kindWord(k) }

func (i *Input) field(hint string, changed func(string)) *page.Field {
	f := page.NewField(translate(hint))
	f.OnEscape = i.config.Escape
	f.OnSubmitted = func(string) { i.config.Submit() }
	f.OnChanged = func(s string) { changed(s); i.changed() }
	return f
}

// labelled is a row of the editor.
func (i *Input) labelled(label string, o fyne.CanvasObject) *fyne.Container {
	return labelledBy(cmp.Or(i.config.Label, labelWidth), label, o)
}

func (i *Input) buildFile() {
	i.path = i.field(hintPath, func(s string) { i.draft.Path = s })
	i.choose = kit.NewButton(kit.ButtonPlain, words.T(textChoose), "", func() { i.host.ChooseFile(i.Drop) })
	i.loop = widget.NewCheck(words.T(textLoop), func(on bool) { i.draft.Loop = on; i.changed() })
	i.native = widget.NewCheck(words.T(textNative), func(on bool) { i.draft.Native = on; i.changed() })
	i.fileNote = newNote()
	file := i.labelled(labelFile, page.Edges(nil, nil, nil, page.Inset(i.choose, look.Space2, 0, 0, 0), i.path))
	if i.host.Elsewhere != "" {
		i.choose.Hide()
		there := kit.NewText(look.Caption, words.F(textFileThere, i.host.Elsewhere)).Toned(look.ToneSoft)
		file = page.Column(look.Space1, i.labelled(labelFile, i.path), i.labelled("", there))
	}
	i.panels[engine.InputFile] = page.Column(look.Space1, file,
		i.labelled("", page.Row(look.Space4, i.loop, i.native)),
		i.labelled("", i.fileNote.box))
}

func (i *Input) buildNetwork() {
	i.url = i.field(hintURL, func(s string) { i.draft.URL = s })
	i.call = page.NewChoice(translated(textCall, textListen), []string{i.config.Prefix + "call", i.config.Prefix + "listen"}, 0)
	i.call.Changed = func(n int) { i.draft.Listen = n == 1; i.changed() }
	row := []fyne.CanvasObject{}
	for _, scheme := range exampleSchemes() {
		b := kit.NewButton(kit.ButtonQuiet, schemeWord(scheme), "", func() { i.url.SetText(exampleOf(scheme, i.draft.Listen)) })
		i.schemes = append(i.schemes, b)
		row = append(row, b)
	}
	i.urlNote = newNote()
	i.panels[engine.InputNetwork] = page.Column(look.Space1,
		i.labelled(labelURL, i.url),
		i.labelled(labelExample, page.Row(0, append(row, page.Fill(), i.call.Object())...)),
		i.labelled("", i.urlNote.box))
}

// exampleSchemes are the protocols that examples are offered for.
func exampleSchemes() []string { return []string{"srt", "rtmp", "rtsp", "http", "udp"} }

func schemeWord(scheme string) string {
	switch scheme {
	case "srt":
		return "SRT"
	case "rtmp":
		return "RTMP"
	case "rtsp":
		return "RTSP"
	case "udp":
		return "UDP"
	default:
		return "HTTP"
	}
}

func (i *Input) buildArgs() {
	i.args = newArea(hintArgs)
	i.args.onEscape = i.config.Escape
	i.args.OnChanged = func(s string) { i.draft.Args = s; i.changed() }
	i.argsNote = newNote()
	i.panels[engine.InputCustom] = page.Column(look.Space1,
		i.labelled(labelArgs, i.args), i.labelled("", i.argsNote.box))
}

// Kind is the row of kinds, Object what belongs to the one that is chosen.
func (i *Input) Kind() fyne.CanvasObject { return i.kind.Object() }

// Object is what has to be filled in for the chosen kind.
func (i *Input) Object() fyne.CanvasObject { return i.object }

// turnTo reads something of another kind.
func (i *Input) turnTo(k engine.InputKind) {
	i.draft.Kind = k
	i.kind.Select(max(0, slices.Index(i.config.Kinds, k)))
	i.changed()
}

// changed follows the draft, and tells that it has changed.
func (i *Input) changed() {
	i.Probe.forget()
	i.config.Changed()
}

// Drop takes a file as the one to send, as when it was dropped on the window.
func (i *Input) Drop(path string) {
	i.draft.Path = path
	i.turnTo(engine.InputFile)
}

// Tried says what is missing from now on, because it was asked for in vain.
func (i *Input) Tried() { i.tried = true }

// Show shows the draft.
func (i *Input) Show() {
	d := i.draft
	for k, p := range i.panels {
		page.SetHidden(p, k != d.Kind)
	}
	setText(&i.path.Entry, d.Path)
	setText(&i.url.Entry, d.URL)
	setText(&i.args.Entry, d.Args)
	tick(i.loop, d.Loop)
	tick(i.native, d.Native)
	listen := 0
	if d.Listen {
		listen = 1
	}
	i.call.Select(listen)
	text := i.problem()
	fast := words.T(textFileHint)
	if i.host.Elsewhere != "" {
		fast = "" // files of this machine are none over there
	}
	if !d.Native {
		fast = words.T(textFastSay)
	}
	i.fileNote.show(text, fast)
	i.urlNote.show(text, textNetworkSay(d.URL, d.Listen))
	say := words.T(textArgsHint)
	if d.Args != "" {
		say = words.T(textArgsSay)
	}
	i.argsNote.show(text, say)
	i.devices.show(text)
	i.Probe.show()
}

// problem is what is wrong with the input, as far as it has to be said.
func (i *Input) problem() string {
	p, wrong := i.draft.InputProblem()
	if !wrong || p.Missing && !i.tried {
		return ""
	}
	return p.Text
}

// Controls lists what can be used by name now.
func (i *Input) Controls() []page.Control {
	all := i.kind.Controls()
	at := func(name string, o fyne.CanvasObject, text string) {
		all = append(all, page.Control{Name: i.config.Prefix + name, Text: text, Object: o})
	}
	switch i.draft.Kind {
	case engine.InputFile:
		at("path", i.path, i.path.Text)
		all = append(all, page.ButtonControl(i.config.Prefix+"choose", i.choose))
		at("loop", i.loop, "")
		at("native", i.native, "")
		at("note", i.fileNote.text, i.fileNote.text.Text())
	case engine.InputNetwork:
		at("url", i.url, i.url.Text)
		for n, scheme := range exampleSchemes() {
			all = append(all, page.ButtonControl(i.config.Prefix+"example-"+scheme, i.schemes[n]))
		}
		all = append(all, i.call.Controls()...)
		at("note", i.urlNote.text, i.urlNote.text.Text())
	case engine.InputCustom:
		at("args", i.args, i.args.Text)
		at("note", i.argsNote.text, i.argsNote.text.Text())
	case engine.InputDevice, engine.InputScreen:
		all = append(all, i.devices.controls()...)
	}
	return append(all, i.Probe.Controls()...)
}

// Gone tells the editor that it is not shown any more: a look that goes on ends.
func (i *Input) Gone() { i.Probe.drop() }
