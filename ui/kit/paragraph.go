package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Paragraph is text that wraps between words to its width. Its least height is the one it needs at the width it has;
// HeightFor tells it for another.
type Paragraph struct {
	widget.BaseWidget

	text  string
	tone  look.Tone
	align fyne.TextAlign
	most  int      // lines at most; 0 for as many as it takes
	lines []string // at width
	width float32
}

// NewParagraph makes a paragraph in that tone. An align of fyne.TextAlignCenter suits empty pages.
func NewParagraph(text string, tone look.Tone, align fyne.TextAlign) *Paragraph {
	p := &Paragraph{text: text, tone: tone, align: align}
	p.ExtendBaseWidget(p)
	return p
}

// AtMost limits the paragraph to that many lines and returns p, for composing. The last of them ends with an ellipsis
// when there is more to say, and no line is wider than the paragraph.
func (p *Paragraph) AtMost(lines int) *Paragraph {
	p.most, p.lines = lines, nil
	p.Refresh()
	return p
}

// Text is the whole text.
func (p *Paragraph) Text() string { return p.text }

// SetText shows another text.
func (p *Paragraph) SetText(text string) {
	if p.text != text {
		p.text, p.lines = text, nil
		p.Refresh()
	}
}

// SetTone shows the text in another tone.
func (p *Paragraph) SetTone(tone look.Tone) {
	if p.tone != tone {
		p.tone = tone
		p.Refresh()
	}
}

// HeightFor is the height the paragraph needs at that width.
func (p *Paragraph) HeightFor(width float32) float32 {
	return float32(max(1, len(p.broken(width)))) * lineHeight()
}

func lineHeight() float32 {
	return fyne.MeasureText("M", look.Body.Size(), look.Body.Style()).Height + 2
}

// wrapped is the text in lines at the present width.
func (p *Paragraph) wrapped() []string {
	if width := p.Size().Width; p.lines == nil || p.width != width {
		p.lines, p.width = p.broken(width), width
	}
	return p.lines
}

// broken is the text in the lines that are shown at that width.
func (p *Paragraph) broken(width float32) []string {
	lines := wrap(p.text, width)
	if p.most == 0 {
		return lines
	}
	if len(lines) > p.most {
		rest := strings.Join(lines[p.most-1:], " ")
		lines = append(lines[:p.most-1], rest)
	}
	for i, line := range lines {
		lines[i] = fit(line, width, CutEnd, look.Body.Size(), look.Body.Style())
	}
	return lines
}

// wrap breaks text between words into lines of at most width; a longer word has a line of its own. A width of zero,
// before the first layout, leaves the text in one line.
func wrap(text string, width float32) []string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return []string{""}
	}
	if width <= 0 {
		return []string{strings.Join(words, " ")}
	}
	lines := words[:0:0]
	line := words[0]
	for _, word := range words[1:] {
		longer := line + " " + word
		if fyne.MeasureText(longer, look.Body.Size(), look.Body.Style()).Width > width {
			lines, line = append(lines, line), word
			continue
		}
		line = longer
	}
	return append(lines, line)
}

// CreateRenderer is for Fyne.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	r := &paragraphRenderer{paragraph: p}
	r.Refresh()
	return r
}

type paragraphRenderer struct {
	paragraph *Paragraph
	lines     textPool
	objects   []fyne.CanvasObject
}

func (r *paragraphRenderer) Destroy()                     {}
func (r *paragraphRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *paragraphRenderer) MinSize() fyne.Size {
	return fyne.NewSize(120, float32(len(r.paragraph.wrapped()))*lineHeight())
}

func (r *paragraphRenderer) Layout(fyne.Size) { r.Refresh() }

func (r *paragraphRenderer) Refresh() {
	p := r.paragraph
	r.lines.begin(look.Body, p.tone.Colour(look.PaletteOf(p.Theme())))
	for i, line := range p.wrapped() {
		t := r.lines.next(line)
		t.Alignment = p.align
		t.Move(fyne.NewPos(0, float32(i)*lineHeight()))
		t.Resize(fyne.NewSize(p.Size().Width, lineHeight()))
	}
	r.lines.end()
	r.objects = r.objects[:0]
	for _, t := range r.lines.texts {
		r.objects = append(r.objects, t)
	}
	canvas.Refresh(p)
}
