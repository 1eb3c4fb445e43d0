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
