package encoderform

import (
	"strconv"

	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// ladder edits the rungs of a draft: presets, the operator's own, a copy of the input.
type ladder struct {
	form   *Form
	which  *page.Choice
	note   *note
	rows   []*rungRow
	box    *fyne.Container
	add    *kit.Button
	object *fyne.Container
}

// rungRow edits one rung.
type rungRow struct {
	width, height, kbit *page.Field
	remove              *kit.Button
	note                *note
	object              *fyne.Container
}

// shownRungs is how many rungs fit to be edited; the engine takes more.
const shownRungs = 8

func videos() []Video {
	return []Video{VideoOne, VideoThree, VideoFive, VideoOwn, VideoCopy, VideoNone}
}

func newLadder(f *Form) *ladder {
	l := &ladder{form: f, note: newNote(), box: page.Column(look.Space1)}
	l.which = page.NewChoice([]string{textRungs(1), textRungs(3), textRungs(5), words.T(textOwn), words.T(textCopy), words.T(textSoundOnly)},
		[]string{"form-rungs-1", "form-rungs-3", "form-rungs-5", "form-own", "form-copy", "form-no-video"}, int(f.draft.Video))
	l.which.Changed = func(i int) { l.turnTo(videos()[i]) }
	l.add = kit.NewButton(kit.ButtonQuiet, words.T(textAddRung), look.IconPlus, l.more)
	l.object = page.Column(look.Space1,
		labelled(labelVideo, noted(l.which.Object(), l.note)),
		labelled("", page.Column(look.Space1, l.box, page.Row(0, l.add))))
	return l
}

func (l *ladder) turnTo(v Video) {
	l.form.draft.SetVideo(v)
	if found := l.form.input.Probe.Found(); v == VideoCopy && found != nil {
		l.form.draft.copyOf(*found)
	}
	l.form.changed()
}

// more adds a rung, which becomes the highest.
func (l *ladder) more() {
	d := l.form.draft
	next := RungText{"1280", "720", "2500"}
	if n := len(d.Rungs); n > 0 {
		next = RungText{d.Rungs[n-1].Width, d.Rungs[n-1].Height, strconv.Itoa(2 * number(d.Rungs[n-1].Kbit))}
	}
	d.Rungs = append(d.Rungs, next)
	l.own()
}

// own makes the rungs the operator's own, once they are edited.
func (l *ladder) own() {
	if d := l.form.draft; d.Video != VideoCopy {
		d.Video = VideoOwn
	}
	l.form.changed()
}

func (l *ladder) newRow(i int) *rungRow {
	r := &rungRow{note: newNote()}
	edit := func(set func(*RungText, string)) *page.Field {
		f := l.form.input.field("", func(string) {})
		f.OnChanged = func(s string) {
			set(&l.form.draft.Rungs[i], s)
			l.own()
		}
		return f
	}
	r.width = edit(func(r *RungText, s string) { r.Width = s })
	r.height = edit(func(r *RungText, s string) { r.Height = s })
	r.kbit = edit(func(r *RungText, s string) { r.Kbit = s })
	r.remove = kit.NewButton(kit.ButtonQuiet, "", look.IconClose, func() {
		d := l.form.draft
		d.Rungs = append(d.Rungs[:i:i], d.Rungs[i+1:]...)
		l.own()
	})
	soft := func(s string) fyne.CanvasObject { return kit.NewText(look.Body, words.T(s)).Toned(look.ToneFaint) }
	small := func(f *page.Field, wide float32) fyne.CanvasObject {
		return page.Sized(f, fyne.NewSize(wide, rowHeight))
	}
	fields := page.Row(look.Space2, small(r.width, 62), soft(textPixels), small(r.height, 62), small(r.kbit, 74), soft(textKbit), r.remove)
	r.object = page.Edges(nil, nil, fields, nil, page.Inset(r.note.text, look.Space2, 0, 0, 0))
	return r
}

func (l *ladder) show() {
	d := l.form.draft
	l.which.Select(int(d.Video))
	shown := min(len(d.Rungs), shownRungs)
	if d.Video == VideoNone {
		shown = 0
	}
	for len(l.rows) < shown {
		l.rows = append(l.rows, l.newRow(len(l.rows)))
		l.box.Add(l.rows[len(l.rows)-1].object)
	}
	for i, r := range l.rows {
		page.SetHidden(r.object, i >= shown)
		if i >= shown {
			continue
		}
		setText(&r.width.Entry, d.Rungs[i].Width)
		setText(&r.height.Entry, d.Rungs[i].Height)
		setText(&r.kbit.Entry, d.Rungs[i].Kbit)
		r.note.show(l.form.problemOf(rungField(i)), "")
		page.SetHidden(r.remove, shown < 2)
	}
	page.SetHidden(l.add, d.Video == VideoNone || d.Video == VideoCopy || shown == shownRungs)
	l.note.show(l.problem(shown), l.hint())
}

// problem is what is wrong with the video: a row has no room for a whole sentence.
func (l *ladder) problem(shown int) string {
	for i := range shown {
		if problem := l.form.problemOf(rungField(i)); problem != "" {
			return problem
		}
	}
	return l.copyProblem()
}

// copyProblem says that the input is known not to fit to be copied.
func (l *ladder) copyProblem() string {
	found := l.form.input.Probe.Found()
	if l.form.draft.Video == VideoCopy && found != nil && !found.Copies {
		return words.T(textDoesNotFitNow)
	}
	return ""
}

func (l *ladder) hint() string {
	switch d := l.form.draft; d.Video {
	case VideoNone:
		return words.T(textNoVideo)
	case VideoCopy:
		if found := l.form.input.Probe.Found(); found != nil {
			return words.T(textFits)
		}
		return words.T(textCopySay)
	case VideoOwn:
		return words.T(textOwnSay) + " " + textSum(d.Bitrate())
	default:
		return textSum(d.Bitrate())
	}
}

func (l *ladder) controls() []page.Control {
	all := l.which.Controls()
	for i, r := range l.rows {
		if !r.object.Visible() {
			continue
		}
		name := "form-rung-" + strconv.Itoa(i)
		all = append(all, page.Control{Name: name + "-width", Text: r.width.Text, Object: r.width}, page.Control{Name: name + "-height", Text: r.height.Text, Object: r.height},
			page.Control{Name: name + "-kbit", Text: r.kbit.Text, Object: r.kbit}, page.Control{Name: name + "-note", Text: r.note.text.Text(), Object: r.note.text})
		if r.remove.Visible() {
			all = append(all, page.ButtonControl(name+"-remove", r.remove))
		}
	}
	if l.add.Visible() {
		all = append(all, page.ButtonControl("form-add-rung", l.add))
	}
	return append(all, page.Control{Name: "form-video-note", Text: l.note.text.Text(), Object: l.note.text})
}
