package timeline

import (
	"context"
	"path"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// clipTray stands below the lanes while something is selected: it cuts that out into a recording of its own.
type clipTray struct {
	page   *Page
	object *fyne.Container
	what   *kit.Text
	row    *fyne.Container
	name   *page.Field
	check  *kit.Lamp
	says   string // beside check
	cut    *kit.Button
	clear  *kit.Button
	result *fyne.Container
	said   *kit.Lamp
	told   string // beside said
	play   *kit.Button
	copy   *kit.Button
	done   *kit.Button

	edited bool // the operator has written a name
	setup  bool
	busy   bool
	made   engine.Clip
}

func (w *Page) newClipTray() *clipTray {
	t := &clipTray{page: w, what: kit.NewText(look.Body, "").Cutting(kit.CutEnd), check: kit.NewLamp(kit.LampNormal, look.Quiet, ""),
		said: kit.NewLamp(kit.LampNormal, look.Good, "")}
	t.name = page.NewField(words.T(textClipName))
	t.name.OnChanged = func(string) {
		t.edited = t.edited || !t.setup
		t.judge()
	}
	t.name.OnSubmitted = func(string) { t.order() }
	t.name.OnEscape = func() { w.lanes.Select(time.Time{}, time.Time{}); w.selected() }
	t.cut = kit.NewButton(kit.ButtonPrimary, words.T(textCut), "", t.order)
	t.clear = kit.NewButton(kit.ButtonQuiet, words.T(textClear), look.IconClose, t.name.OnEscape)
	t.play = kit.NewButton(kit.ButtonPlain, words.T(textPlay), look.IconPlay, func() { w.host.Open(strings.TrimSuffix(t.made.URL, "Manifest")) })
	t.copy = kit.NewButton(kit.ButtonPlain, words.T(textCopyAddress), look.IconCopy, func() { w.host.Copy(t.made.URL) })
	t.done = kit.NewButton(kit.ButtonQuiet, "", look.IconClose, t.closeResult)
	t.row = page.Column(look.Space2, page.Edges(nil, nil, nil, t.clear, t.what),
		page.Edges(nil, nil, page.Sized(t.name, fyne.NewSize(280, 0)), t.cut, page.Inset(t.check, look.Space3, 0, look.Space3, 0)))
	t.result = page.Edges(nil, nil, nil, page.Row(look.Space2, t.play, t.copy, t.done), t.said)
	t.row.Hide()
	t.result.Hide()
	t.object = page.Inset(kit.NewPanel("", page.Column(look.Space2, t.result, t.row)), 0, look.Space3, 0, 0)
	t.object.Hide()
	return t
}

// selected is told that another stretch is selected, or none.
func (w *Page) selected() {
	t := w.clip
	from, to, there := w.lanes.Selection()
	if there {
		const clock = "15:04:05.000"
		t.what.SetText(words.F(textSelected, textLength(to.Sub(from)), from.In(time.Local).Format(clock), to.In(time.Local).Format(clock)))
		if !t.edited {
			t.setup = true
			t.name.SetText(path.Base(w.asked().point) + "-" + from.In(time.Local).Format("150405"))
			t.setup = false
		}
	}
	if there != t.row.Visible() {
		page.SetHidden(t.row, !there)
		t.edited = t.edited && there
	}
	t.arrange()
	t.judge()
}

// arrange gives the tray the room that it needs, which is none while there is nothing to say.
func (t *clipTray) arrange() {
	shown := t.row.Visible() || t.result.Visible()
	if t.object.Visible() != shown || shown {
		page.SetHidden(t.object, !shown)
		t.object.Refresh()
		t.page.relayout()
	}
}

// relayout gives the lanes what the trays leave.
func (w *Page) relayout() {
	if w.sheet != nil {
		w.sheet.Refresh()
	}
}

// close takes the tray away, with the selection.
func (t *clipTray) close() {
	t.page.lanes.Select(time.Time{}, time.Time{})
	t.result.Hide()
	t.row.Hide()
	t.edited = false
	t.arrange()
}

func (t *clipTray) closeResult() {
	t.result.Hide()
	t.arrange()
}

func (t *clipTray) judge() {
	name, lamp, say := t.name.Text, look.Bad, ""
	switch {
	case t.busy:
		lamp, say = look.Busy, words.T(textCutting)
	case name == "":
		lamp, say = look.Quiet, words.T(textNameEmpty)
	case !engine.ValidName(name):
		say = words.T(textNameBad)
	case t.page.last.taken[name]:
		say = words.T(textNameTaken)
	default:
		lamp, say = look.Good, words.F(textNameGood, name)
	}
	t.say(lamp, say)
	page.SetDisabled(t.cut, lamp != look.Good)
}

// say shows a verdict beside the name.
func (t *clipTray) say(lamp look.Lamp, words string) {
	t.says = words
	t.check.Set(lamp, words)
}

// order cuts the clip.
func (t *clipTray) order() {
	w := t.page
	from, to, there := w.lanes.Selection()
	if !there || t.cut.Disabled() {
		return
	}
	first, ok := media(w.marks, from)
	last, _ := media(w.marks, to)
	if !ok || last <= first {
		t.say(look.Bad, words.T(textNoMedia))
		return
	}
	a := w.asked()
	req := engine.ClipRequest{Point: a.point, Event: a.event, Name: t.name.Text, Range: engine.Range{From: engine.MediaMoment(first), To: engine.MediaMoment(last)}}
	t.busy = true
	t.judge()
	var made engine.Clip
	w.host.Order(func(ctx context.Context) (err error) {
		made, err = w.operator.ClipArchive(ctx, req)
		return err
	}, func(err error) {
		t.busy = false
		t.judge()
		if err != nil || w.asked().point != a.point {
			return // reported
		}
		t.made = made
		t.told = words.F(textCutDone, made.Name, textLength(made.Duration()), look.Bytes(float64(made.Bytes)), look.Seconds(made.Took))
		t.said.Set(look.Good, t.told)
		t.result.Show()
		t.edited = false
		w.lanes.Select(time.Time{}, time.Time{})
		w.selected()
	})
}

func (t *clipTray) controls() []page.Control {
	var all []page.Control
	if t.row.Visible() {
		all = append(all, page.Control{Name: "clip-selected", Text: t.what.Text(), Object: t.what}, page.Control{Name: "clip-name", Text: t.name.Text, Object: t.name},
			page.Control{Name: "clip-check", Text: t.says, Object: t.check}, page.ButtonControl("clip-cut", t.cut), page.ButtonControl("clip-clear", t.clear))
	}
	if t.result.Visible() {
		all = append(all, page.Control{Name: "clip-made", Text: t.told, Object: t.said}, page.ButtonControl("clip-play", t.play),
			page.ButtonControl("clip-copy", t.copy), page.ButtonControl("clip-done", t.done))
	}
	return all
}
