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

// A limited paragraph is never taller than its lines nor wider than its room.
func TestParagraphAtMost(t *testing.T) {
	themed(t)
	long := NewParagraph("The directory /srv/www/averyveryverylongnamethatnobodycanbreakanywhere.isml cannot be written: give it to the user that runs the program.", look.ToneText, fyne.TextAlignLeading).AtMost(2)
	shown(t, long, 200, 60)
	lines := long.wrapped()
	if len(lines) != 2 || !strings.HasSuffix(lines[1], ellipsis) || long.HeightFor(200) != 2*lineHeight() {
		t.Errorf("shown as %q", lines)
	}
	for _, line := range lines {
		if fyne.MeasureText(line, look.Body.Size(), look.Body.Style()).Width > long.Size().Width {
			t.Errorf("%q is wider than %v", line, long.Size().Width)
		}
	}
	if !strings.HasSuffix(long.Text(), "the program.") {
		t.Error("the text itself is cut")
	}
}
