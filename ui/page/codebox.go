package page

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

// CodeBox shows a whole command, wrapped and scrolling, with a button to copy it.
type CodeBox struct {
	widget.BaseWidget

	text *codeText
	copy *kit.Button
	in   fyne.CanvasObject
}

// NewCodeBox makes an empty box; take is asked to copy the text.
func NewCodeBox(take func(string)) *CodeBox {
	b := &CodeBox{text: newCodeText()}
	b.copy = kit.NewButton(kit.ButtonQuiet, "", look.IconCopy, func() { take(b.text.text) })
	b.in = container.NewBorder(nil, nil, nil, container.NewVBox(b.copy), Inset(container.NewVScroll(b.text), look.Space2, look.Space1, 0, look.Space1))
	b.ExtendBaseWidget(b)
	return b
}

// SetText shows another command.
func (b *CodeBox) SetText(text string) {
	if b.text.text != text {
		b.text.text = text
		b.text.Refresh()
		b.Refresh()
	}
}

// Text is the whole command.
func (b *CodeBox) Text() string { return b.text.text }

// CreateRenderer is for Fyne.
func (b *CodeBox) CreateRenderer() fyne.WidgetRenderer {
	r := &codeRenderer{box: b, ground: canvas.NewRectangle(nil)}
	r.objects = []fyne.CanvasObject{r.ground, b.in}
	r.Refresh()
	return r
}

type codeRenderer struct {
	box     *CodeBox
	ground  *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *codeRenderer) Destroy()                     {}
func (r *codeRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *codeRenderer) MinSize() fyne.Size           { return r.box.in.MinSize() }

func (r *codeRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.box.in.Resize(size)
}

func (r *codeRenderer) Refresh() {
	p := look.PaletteOf(r.box.Theme())
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth, r.ground.CornerRadius = p.Well, p.Hairline, look.Hair, look.Radius
	r.ground.Refresh()
	r.box.in.Refresh()
}

// codeText is monospace text that breaks at spaces, and within words that are longer than a line.
type codeText struct {
	widget.BaseWidget

	text string
}

func newCodeText() *codeText {
	t := &codeText{}
	t.ExtendBaseWidget(t)
	return t
}

func codeGlyph() fyne.Size {
	size := fyne.MeasureText("0", look.Code.Size(), look.Code.Style())
	return fyne.NewSize(size.Width, size.Height+2)
}

// breakCode cuts text into lines of at most that many signs.
func breakCode(text string, signs int) []string {
	signs = max(8, signs)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= signs:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for runes := []rune(line); len(runes) > signs; runes = []rune(line) {
			lines, line = append(lines, string(runes[:signs])), string(runes[signs:])
		}
	}
	return append(lines, line)
}

// CreateRenderer is for Fyne.
func (t *codeText) CreateRenderer() fyne.WidgetRenderer { return &codeTextRenderer{text: t} }

type codeTextRenderer struct {
	text    *codeText
	lines   []*canvas.Text
	objects []fyne.CanvasObject
}

func (r *codeTextRenderer) Destroy()                     {}
func (r *codeTextRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *codeTextRenderer) broken() []string {
	return breakCode(r.text.text, int(r.text.Size().Width/codeGlyph().Width))
}

func (r *codeTextRenderer) MinSize() fyne.Size {
	return fyne.NewSize(8*codeGlyph().Width, float32(len(r.broken()))*codeGlyph().Height)
}

func (r *codeTextRenderer) Layout(fyne.Size) { r.Refresh() }

func (r *codeTextRenderer) Refresh() {
	p := look.PaletteOf(r.text.Theme())
	broken := r.broken()
	for len(r.lines) < len(broken) {
		r.lines = append(r.lines, canvas.NewText("", nil))
		r.objects = append(r.objects, r.lines[len(r.lines)-1])
	}
	for i, line := range r.lines {
		line.Hidden = i >= len(broken)
		if line.Hidden {
			continue
		}
		line.Text, line.Color, line.TextSize, line.TextStyle = broken[i], p.Soft, look.Code.Size(), look.Code.Style()
		line.Move(fyne.NewPos(0, float32(i)*codeGlyph().Height))
		line.Resize(fyne.NewSize(r.text.Size().Width, codeGlyph().Height))
	}
	canvas.Refresh(r.text)
}
