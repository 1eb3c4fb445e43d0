package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

func TestFit(t *testing.T) {
	themed(t)
	const url = "http://127.0.0.1:8088/oceans.isml/oceans-cmaf.m3u8"
	size, style := look.Code.Size(), look.Code.Style()
	whole := fyne.MeasureText(url, size, style).Width
	if got := fit(url, whole, CutMiddle, size, style); got != url {
		t.Errorf("%q was cut although there is room", got)
	}
	for width := float32(1); width < whole; width += 17 {
		end, middle := fit(url, width, CutEnd, size, style), fit(url, width, CutMiddle, size, style)
		for _, got := range []string{end, middle} {
			if width > 20 && fyne.MeasureText(got, size, style).Width > width {
				t.Errorf("%q is wider than %v", got, width)
			}
		}
		if !strings.HasSuffix(end, ellipsis) || !strings.HasPrefix(url, strings.TrimSuffix(end, ellipsis)) {
			t.Errorf("%q is not a beginning", end)
		}
		front, back, found := strings.Cut(middle, ellipsis)
		if !found || !strings.HasPrefix(url, front) || !strings.HasSuffix(url, back) {
			t.Errorf("%q is not both ends", middle)
		}
	}
	if got := fit("", 1, CutEnd, size, style); got != "" {
		t.Errorf("nothing became %q", got)
	}
}

func TestTextKeepsItsWidthUnlessCut(t *testing.T) {
	themed(t)
	const words = "a name that is rather long"
	if NewText(look.Body, words).MinSize().Width < 100 {
		t.Error("an uncut text gives way")
	}
	if NewText(look.Body, words).Cutting(CutEnd).MinSize().Width > 60 {
		t.Error("a cut text does not give way")
	}
}

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
