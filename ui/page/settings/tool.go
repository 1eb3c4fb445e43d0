package settings

import (
	"context"

	"fyne.io/fyne/v2"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
	"pubpoint/ui/words"
)

// tool is which ffmpeg encodes.
type tool struct {
	panel  *kit.Panel
	used   *kit.Paragraph
	path   *edit
	test   *kit.Button
	result *kit.Paragraph
}

func newTool(w *Page) *tool {
	t := &tool{used: kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading), result: kit.NewParagraph("", look.ToneSoft, fyne.TextAlignLeading)}
	t.path = newEdit("ffmpeg", words.T(textToolFind), func(v string) { w.change(engine.SetupChange{FFmpeg: &v}, nil) })
	t.test = kit.NewButton(kit.ButtonPlain, words.T(textTest), look.IconPlay, func() { t.try(w) })
	t.result.Hide()
	t.panel = kit.NewPanel(textTool, page.Column(look.Space2, t.used, t.path.object, page.Row(look.Space2, t.test, page.Fill()), t.result))
	return t
}

// try runs the ffmpeg that is named in the field.
func (t *tool) try(w *Page) {
	if w.config.Program == nil {
		return
	}
	path := t.path.field.Text
	t.say(words.T(textTesting), look.ToneBusy)
	t.test.Disable()
	var found engine.ToolStatus
	w.host.Do(func(ctx context.Context) (err error) {
		found, err = w.config.Program.TryTool(ctx, path)
		return err
	}, func(err error) {
		t.test.Enable()
		if err != nil {
			t.say(page.Sentence(engine.Sentence(err)), look.ToneBad)
			return
		}
		t.say(words.F(textToolWorks, found.Path+" "+found.Version), look.ToneGood)
	})
}

func (t *tool) say(text string, tone look.Tone) {
	t.result.SetTone(tone)
	t.result.SetText(text)
	t.result.Show()
}

func (t *tool) show(f facts) {
	switch {
	case f.tool.Reason != "":
		t.used.SetTone(look.ToneBad)
		t.used.SetText(page.Sentence(f.tool.Reason))
	case f.tool.Path == "":
		t.used.SetTone(look.ToneSoft)
		t.used.SetText(words.T(textToolNone))
	default:
		t.used.SetTone(look.ToneText)
		t.used.SetText(words.F(textToolUsed, f.tool.Path+" "+f.tool.Version))
	}
	t.path.show(f.setup.Now.FFmpeg, f.setup.Next.FFmpeg, words.T(textNextFound), "", look.ToneSoft, f.setup.Fixed)
}

func (t *tool) controls() []page.Control {
	return append(t.path.controls(), page.ButtonControl("ffmpeg-test", t.test),
		page.Control{Name: "ffmpeg-result", Text: t.result.Text(), Object: t.result})
}

// root is where the publishing points are.
type root struct {
	panel *kit.Panel
	now   *kit.Paragraph
	path  *edit
	open  *kit.Button
	dir   string

	elsewhere string // the machine that it is on, when it is another
}

func newRoot(w *Page) *root {
	r := &root{now: kit.NewParagraph("", look.ToneText, fyne.TextAlignLeading)}
	r.path = newEdit("root", words.T(textRootFor), func(v string) { w.change(engine.SetupChange{Root: &v}, nil) })
	r.open = kit.NewButton(kit.ButtonPlain, words.T(textRootOpen), look.IconOpen, func() {
		if w.config.OpenFolder != nil && r.dir != "" {
			w.config.OpenFolder(r.dir)
		}
	})
	if w.config.Elsewhere != "" {
		r.open.Hide()
	}
	r.elsewhere = w.config.Elsewhere
	r.panel = kit.NewPanel(words.T(textRoot), page.Column(look.Space2, r.now, r.path.object, page.Row(look.Space2, r.open, page.Fill())))
	return r
}

func (r *root) show(f facts) {
	r.dir = f.setup.Now.Root
	text := words.F(textRootNow, or(r.dir, look.Unknown))
	if s := f.system; s.DiskSize > 0 {
		text += " " + words.F(textRootFree, look.Bytes(float64(s.DiskFree)), look.Bytes(float64(s.DiskSize)))
	}
	if r.elsewhere != "" {
		text += " " + words.F(textRootElsewhere, r.elsewhere)
	}
	r.now.SetText(text)
	r.path.show(f.setup.Now.Root, f.setup.Next.Root, "", "", look.ToneSoft, f.setup.Fixed)
}

func (r *root) controls() []page.Control {
	if r.elsewhere != "" {
		return r.path.controls()
	}
	return append(r.path.controls(), page.ButtonControl("root-open", r.open))
}
