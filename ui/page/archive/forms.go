package archive

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// form asks for what an order needs, in the place of a dialog: nothing is covered, and what was
// chosen stays in sight.
type form interface {
	object() fyne.CanvasObject
	first() fyne.Focusable
	controls() []page.Control
}

const (
	labelWide float32 = 62
	rowHigh   float32 = 32
)

// frame is what all forms have in common: fields, a check under them, and two buttons.
type frame struct {
	page   *Page
	body   fyne.CanvasObject
	focus  fyne.Focusable
	check  *kit.Lamp
	say    *kit.Paragraph
	do     *kit.Button
	cancel *kit.Button
	name   string // begins the names of its controls
	fields []page.Control
	submit func()
}

func (f *frame) object() fyne.CanvasObject { return f.body }
func (f *frame) first() fyne.Focusable     { return f.focus }

func (f *frame) controls() []page.Control {
	all := make([]page.Control, 0, len(f.fields)+3)
	for _, c := range f.fields {
		if field, ok := c.Object.(*page.Field); ok {
			c.Text = field.Text
		}
		all = append(all, c)
	}
	return append(all, page.Control{Name: f.name + "-check", Text: f.say.Text(), Object: f.say},
		page.ButtonControl(f.name+"-do", f.do), page.ButtonControl(f.name+"-cancel", f.cancel))
}

// newFrame makes the buttons; compose puts fields above them.
func newFrame(w *Page, name, word string, kind kit.ButtonKind, submit func()) *frame {
	f := &frame{page: w, name: name, submit: submit, check: kit.NewLamp(kit.LampNormal, look.Quiet, ""),
		say: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	f.do = kit.NewButton(kind, word, "", submit)
	f.cancel = kit.NewButton(kit.ButtonQuiet, words.T(textCancel), "", func() { w.open(nil) })
	f.say.Resize(fyne.NewSize(detailWidth-70, 20))
	return f
}

func (f *frame) compose(title string, rows ...fyne.CanvasObject) {
	head := kit.NewParagraph(title, look.ToneText, fyne.TextAlignLeading)
	head.Resize(fyne.NewSize(detailWidth-60, 20))
	all := append([]fyne.CanvasObject{head}, rows...)
	say := container.NewBorder(nil, nil, container.NewVBox(page.Sized(f.check, fyne.NewSize(0, 18))), nil, page.Inset(f.say, look.Space2, 0, 0, 0))
	all = append(all, say, page.Row(look.Space2, page.Fill(), f.cancel, f.do))
	f.body = kit.NewPanel("", page.Column(look.Space2, all...))
}

// field adds a field that calls changed with every sign.
func (f *frame) field(name, label, hint string, changed func()) (*page.Field, fyne.CanvasObject) {
	field := page.NewField(hint)
	field.OnEscape = func() { f.page.open(nil) }
	field.OnSubmitted = func(string) {
		if !f.do.Disabled() {
			f.submit()
		}
	}
	field.OnChanged = func(string) { changed() }
	f.fields = append(f.fields, page.Control{Name: name, Object: field})
	if f.focus == nil {
		f.focus = field
	}
	return field, labelled(label, field)
}

func labelled(label string, o fyne.CanvasObject) fyne.CanvasObject {
	if label == "" {
		return o
	}
	word := page.Sized(kit.NewText(look.Body, label).Toned(look.ToneSoft), fyne.NewSize(labelWide, rowHigh))
	return container.NewBorder(nil, nil, word, nil, o)
}

// judge says what the form comes to, and lets it be sent when that is good.
func (f *frame) judge(lamp look.Lamp, sentence string) {
	f.check.Set(lamp, "")
	f.say.SetText(sentence)
	page.SetEnabled(f.do, lamp != look.Bad && lamp != look.Quiet)
	f.page.detail.layOut()
}

// extentOf is how far what was chosen goes.
func (m model) extentOf(about subject) extent {
	if r, ok := m.recording(about); ok {
		return extent{began: r.Event.Began, ended: r.Event.Began.Add(r.Event.Duration)}
	}
	e, _ := m.event(about)
	x := extent{began: e.Began, ended: e.Ended}
	if e.Live {
		x.ended = m.now
	} else if longer := e.Began.Add(e.Duration); longer.After(x.ended) {
		x.ended = longer
	}
	return x
}

// titleOf names what an order is about.
func (m model) titleOf(about subject) string {
	if e, ok := m.event(about); ok {
		return words.F(nameOfEvent, about.point, day(e.Began))
	}
	return about.point
}

// clipForm asks what to cut, and how to call it.
type clipForm struct {
	*frame
	about          subject
	name, from, to *page.Field
}

func newClipForm(w *Page, about subject) form {
	f := &clipForm{about: about}
	f.frame = newFrame(w, "clip", words.T(textCut), kit.ButtonPrimary, f.send)
	var rows [3]fyne.CanvasObject
	f.name, rows[0] = f.field("clip-name", words.T(labelName), about.point+"-clip", f.changed)
	f.from, rows[1] = f.field("clip-from", words.T(labelFrom), words.T(hintFrom), f.changed)
	f.to, rows[2] = f.field("clip-to", words.T(labelTo), words.T(hintTo), f.changed)
	f.compose(words.T(textClipSay), rows[:]...)
	f.changed()
	return f
}

func (f *clipForm) changed() {
	m := f.page.last
	_, say, ok := m.extentOf(f.about).between(f.from.Text, f.to.Text)
	name := f.name.Text
	switch _, isPoint := m.points[name]; {
	case !ok:
		f.judge(look.Bad, say)
	case name == "":
		f.judge(look.Quiet, words.T(textNoName))
	case !engine.ValidName(name):
		f.judge(look.Bad, words.T(textBadName))
	case isPoint || m.has(name):
		f.judge(look.Bad, words.F(textTaken, name))
	default:
		f.judge(look.Good, say)
	}
}

// has reports whether there is a recording of that name.
func (m model) has(name string) bool {
	_, ok := m.recording(subject{point: name, recording: true})
	return ok
}

func (f *clipForm) send() {
	r, _, _ := f.page.last.extentOf(f.about).between(f.from.Text, f.to.Text)
	f.page.clip(f.about, engine.ClipRequest{Point: f.about.point, Event: f.about.event, Range: r, Name: f.name.Text})
	f.page.open(nil)
}

// exportForm asks what to save as MP4, and where.
type exportForm struct {
	*frame
	about          subject
	from, to, path *page.Field
	rung           *widget.Select
	rungs          []int // bit/s, beside the words of rung
}

func newExportForm(w *Page, about subject) form {
	f := &exportForm{about: about}
	f.frame = newFrame(w, "export", words.T(textSave), kit.ButtonPrimary, f.send)
	var rows [4]fyne.CanvasObject
	f.from, rows[0] = f.field("export-from", words.T(labelFrom), words.T(hintFrom), f.changed)
	f.to, rows[1] = f.field("export-to", words.T(labelTo), words.T(hintTo), f.changed)
	var names []string
	names, f.rungs = w.last.rungs(about)
	f.rung = widget.NewSelect(names, nil)
	f.rung.SetSelectedIndex(0)
	f.fields = append(f.fields, page.Control{Name: "export-rung", Text: f.rung.Selected, Object: f.rung})
	rows[2] = labelled(words.T(labelRung), f.rung)
	f.path, rows[3] = f.field("export-path", words.T(labelFile), "", f.changed)
	f.path.Text = w.last.exportName(about)
	f.compose(words.T(textExportSay), rows[:]...)
	f.changed()
	return f
}

func (f *exportForm) changed() {
	_, say, ok := f.page.last.extentOf(f.about).between(f.from.Text, f.to.Text)
	if !ok {
		f.judge(look.Bad, say)
		return
	}
	f.judge(look.Good, say)
}

func (f *exportForm) send() {
	r, _, _ := f.page.last.extentOf(f.about).between(f.from.Text, f.to.Text)
	req := engine.ExportRequest{Point: f.about.point, Event: f.about.event, Range: r, Video: f.rungs[max(0, f.rung.SelectedIndex())]}
	f.page.export(f.about, req, f.path.Text)
	f.page.open(nil)
}

// rungs are the pictures that can be chosen: the best, those of the point's tracks, and none.
func (m model) rungs(about subject) (names []string, rates []int) {
	names, rates = []string{words.T(textHighest)}, []int{0}
	if p, ok := m.points[about.point]; ok && !about.recording {
		for _, t := range p.Tracks {
			if t.Type != engine.Video {
				continue
			}
			name := words.F(textRung, t.Width, t.Height, look.Bits(float64(t.Bitrate)))
			if t.Width == 0 {
				name = look.Bits(float64(t.Bitrate))
			}
			names, rates = append(names, name), append(rates, t.Bitrate)
		}
	}
	return append(names, words.T(textNoPicture)), append(rates, engine.NoVideo)
}

// exportName is where an export goes unless the operator says otherwise.
func (m model) exportName(about subject) string {
	base := baseOf(about.point)
	stamp := m.extentOf(about).began
	if stamp.IsZero() {
		stamp = m.now
	}
	return words.F(textExportName, base, stamp.In(time.Local).Format("20060102-150405"))
}
