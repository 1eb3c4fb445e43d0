package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

// copiedFor is how long the word that something was copied stands.
const copiedFor = 2 * time.Second

const linkHeight float32 = 30

// LinkConfig is what a LinkRow shows and does.
type LinkConfig struct {
	// Label names the text, such as "HLS"; empty leaves the column out, for commands.
	Label string
	// LabelWidth is the column's width, so that the rows of a list stand in line; 0 takes 92.
	LabelWidth float32
	// Copy is asked to copy the whole text; nil puts it on the clipboard of Fyne's current app.
	Copy func(text string)
	// Open is asked to open the text elsewhere; nil leaves the button out.
	Open func(text string)
	// Code is asked to show the text as a code for a phone's camera; nil leaves the button out.
	Code func(text string)
	// Shown is what stands in the place of the text, when that is long and begins like its
	// neighbours; empty shows the text.
	Shown string
	// Later takes the word "Copied" away again; nil takes AfterDo.
	Later Later
}

// LinkRow shows a URL or a command that is meant to be taken elsewhere: one line, shortened in the middle, with a button
// to copy the whole and one to open it.
type LinkRow struct {
	widget.BaseWidget

	config LinkConfig
	whole  string
	label  *Text
	text   *Text
	copied *Text
	copy   *Button
	open   *Button
	code   *Button
	stop   func()
}

// NewLinkRow makes a row that shows text.
func NewLinkRow(text string, config LinkConfig) *LinkRow {
	if config.LabelWidth == 0 {
		config.LabelWidth = 92
	}
	if config.Copy == nil {
		config.Copy = func(s string) { fyne.CurrentApp().Clipboard().SetContent(s) }
	}
	if config.Later == nil {
		config.Later = AfterDo
	}
	r := &LinkRow{
		config: config, whole: text,
		label:  NewText(look.Body, config.Label).Toned(look.ToneSoft).Cutting(CutEnd),
		text:   NewText(look.Code, text).Cutting(CutMiddle),
		copied: NewText(look.Caption, words.T(textCopied)).Toned(look.ToneGood),
		stop:   func() {},
	}
	r.copy = NewButton(ButtonQuiet, "", look.IconCopy, r.take)
	if config.Shown != "" {
		r.text.SetText(config.Shown)
	}
	r.open = NewButton(ButtonQuiet, "", look.IconOpen, func() { config.Open(r.whole) })
	r.open.Hidden = config.Open == nil
	r.code = NewButton(ButtonQuiet, "", look.IconCode, func() { config.Code(r.whole) })
	r.code.Hidden = config.Code == nil
	r.copied.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// SetText shows another URL or command.
func (r *LinkRow) SetText(text string) {
	r.whole = text
	r.text.SetText(text)
}

// Text is the whole text.
func (r *LinkRow) Text() string { return r.whole }

// CodeButton is the button that asks for a code, for tests from outside.
func (r *LinkRow) CodeButton() *Button { return r.code }

func (r *LinkRow) take() {
	r.config.Copy(r.whole)
	r.Copied()
}

// Copied says for a moment that the text is on the clipboard.
func (r *LinkRow) Copied() {
	r.stop()
	r.copy.SetIcon(look.IconCheck, theme.ColorNameSuccess)
	r.copied.Show()
	r.Refresh()
	r.stop = r.config.Later(copiedFor, func() {
		r.copy.SetIcon(look.IconCopy, "")
		r.copied.Hide()
		r.Refresh()
	})
}

// CreateRenderer is for Fyne.
func (r *LinkRow) CreateRenderer() fyne.WidgetRenderer {
	n := &linkRenderer{row: r, box: canvas.NewRectangle(nil)}
	n.objects = []fyne.CanvasObject{n.box, r.label, r.text, r.copied, r.copy, r.open, r.code}
	n.Refresh()
	return n
}

type linkRenderer struct {
	row     *LinkRow
	box     *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (n *linkRenderer) Destroy()                     { n.row.stop() }
func (n *linkRenderer) Objects() []fyne.CanvasObject { return n.objects }

func (n *linkRenderer) left() float32 {
	if n.row.config.Label == "" {
		return 0
	}
	return n.row.config.LabelWidth
}

func (n *linkRenderer) MinSize() fyne.Size {
	return fyne.NewSize(n.left()+3*linkHeight+72, linkHeight)
}

func (n *linkRenderer) Layout(size fyne.Size) {
	r := n.row
	left := n.left()
	r.label.Resize(fyne.NewSize(max(0, left-look.Space2), size.Height))
	right := size.Width
	place := func(b *Button) {
		if b.Hidden {
			return
		}
		right -= linkHeight
		b.Resize(fyne.NewSquareSize(linkHeight - 4))
		b.Move(fyne.NewPos(right+2, (size.Height-linkHeight)/2+2))
	}
	n.box.Move(fyne.NewPos(left, (size.Height-linkHeight)/2))
	n.box.Resize(fyne.NewSize(max(0, size.Width-left), linkHeight))
	place(r.code)
	place(r.open)
	place(r.copy)
	if !r.copied.Hidden {
		wide := r.copied.MinSize().Width
		right -= wide + look.Space2
		r.copied.Move(fyne.NewPos(right+look.Space1, 0))
		r.copied.Resize(fyne.NewSize(wide, size.Height))
	}
	r.text.Move(fyne.NewPos(left+look.Space2+2, 0))
	r.text.Resize(fyne.NewSize(max(0, right-left-2*look.Space2), size.Height))
}

func (n *linkRenderer) Refresh() {
	p := look.PaletteOf(n.row.Theme())
	n.box.FillColor, n.box.StrokeColor, n.box.StrokeWidth, n.box.CornerRadius = p.Well, p.Hairline, look.Hair, look.Radius
	n.Layout(n.row.Size())
	canvas.Refresh(n.row)
}
