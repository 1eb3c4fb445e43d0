package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

func TestWrap(t *testing.T) {
	themed(t)
	const words = "one two three four five six seven eight nine ten"
	for _, width := range []float32{1, 40, 90, 200, 1000} {
		lines := wrap(words, width)
		if strings.Join(lines, " ") != words {
			t.Errorf("width %v lost words: %q", width, lines)
		}
		for _, line := range lines {
			if strings.Contains(line, " ") && fyne.MeasureText(line, look.Body.Size(), look.Body.Style()).Width > width {
				t.Errorf("%q is wider than %v", line, width)
			}
		}
	}
	if lines := wrap(" ", 50); len(lines) != 1 || lines[0] != "" {
		t.Errorf("nothing became %q", lines)
	}
}

func TestParagraphGrowsWhereItIsNarrow(t *testing.T) {
	themed(t)
	p := NewParagraph("one two three four five six seven eight nine ten", look.ToneSoft, fyne.TextAlignLeading)
	p.Resize(fyne.NewSize(100, 20))
	if got, want := p.MinSize().Height, p.HeightFor(100); got != want || got <= p.HeightFor(1000) {
		t.Errorf("height %v at 100, HeightFor says %v, one line is %v", got, want, p.HeightFor(1000))
	}
}
