// Package settings is the page of what the program runs with. It shows; the settings file changes.
package settings

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// Facts are what the page shows and the operator's side does not tell.
type Facts struct {
	Version      string
	DocumentRoot string
}

const (
	textHeading  = "Settings"
	textListen   = "Listeners"
	textMedia    = "Media"
	textAdmin    = "Admin API"
	textOff      = "Off"
	textTool     = "ffmpeg"
	textPath     = "Path"
	textVersion  = "Version"
	textProgram  = "Program"
	textRoot     = "Document root"
	textTheme    = "Light or dark"
	textNoFFmpeg = "No ffmpeg was found: install it, or name its path in the settings file."
	textNote     = "Listeners, document root and ffmpeg are set by flags, by PUBPOINT_ variables or in the settings file, and read when the program starts."
)

// Page is the settings page. Use New.
type Page struct {
	facts   Facts
	content fyne.CanvasObject
	listen  *kit.KeyValue
	tool    *kit.KeyValue
	trouble *kit.Banner
	program *kit.KeyValue
	theme   *kit.Button
}

var _ page.Page = (*Page)(nil)

// New makes the page; theme changes between light and dark. It must be called on the Fyne goroutine.
func New(_ page.Host, facts Facts, theme func()) *Page {
	w := &Page{facts: facts, listen: kit.NewKeyValue(), tool: kit.NewKeyValue(), program: kit.NewKeyValue(),
		trouble: kit.NewBanner(kit.Notice{Lamp: look.Bad, Sentence: textNoFFmpeg}),
		theme:   kit.NewButton(kit.ButtonPlain, textTheme, "", theme)}
	w.trouble.Hide()
	cards := container.New(thirds{},
		kit.NewPanel(textListen, w.listen),
		kit.NewPanel(textTool, page.Column(look.Space2, w.tool, w.trouble)),
		kit.NewPanel(textProgram, w.program))
	head := page.Row(look.Space3, kit.NewText(look.Heading, textHeading), page.Fill(), w.theme)
	w.content = page.Column(look.Space3, head, cards, kit.NewParagraph(textNote, look.ToneFaint, fyne.TextAlignLeading))
	return w
}

// Content is for page.Page.
func (w *Page) Content() fyne.CanvasObject { return w.content }

// Prepare is for page.Page.
func (w *Page) Prepare(_ context.Context, s page.Snapshot) func() {
	listen := []kit.Pair{{Key: textMedia, Value: or(s.Addresses.Media, look.Unknown)}, {Key: textAdmin, Value: or(s.Addresses.Admin, textOff)}}
	tool := []kit.Pair{{Key: textPath, Value: or(s.Tool.Path, look.Unknown)}, {Key: textVersion, Value: or(s.Tool.Version, look.Unknown)}}
	program := []kit.Pair{{Key: textVersion, Value: or(w.facts.Version, look.Unknown)}, {Key: textRoot, Value: or(w.facts.DocumentRoot, look.Unknown)}}
	return func() {
		w.listen.SetPairs(listen)
		w.tool.SetPairs(tool)
		w.program.SetPairs(program)
		w.showTrouble(s.Tool)
		w.content.Refresh()
	}
}

func (w *Page) showTrouble(t engine.ToolStatus) {
	w.trouble.Set(kit.Notice{Lamp: look.Bad, Sentence: or(t.Reason, textNoFFmpeg)})
	if (t.Reason != "") != w.trouble.Visible() {
		w.trouble.Hidden = t.Reason == ""
	}
}

// Controls is for page.Page.
func (w *Page) Controls() []page.Control {
	return []page.Control{page.ButtonControl("theme", w.theme)}
}

// thirds sets its objects side by side, equally wide, with the gap there is between panels.
type thirds struct{}

const gap = look.Space3

// MinSize is for Fyne.
func (thirds) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var widest fyne.Size
	for _, o := range objects {
		widest = widest.Max(o.MinSize())
	}
	n := float32(len(objects))
	return fyne.NewSize(n*widest.Width+(n-1)*gap, widest.Height)
}

// Layout is for Fyne.
func (thirds) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := float32(len(objects))
	wide := (size.Width - (n-1)*gap) / n
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i)*(wide+gap), 0))
		o.Resize(fyne.NewSize(wide, size.Height))
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
