package kit

import (
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
)

func TestQRHasWholeModulesAndAQuietZone(t *testing.T) {
	q, err := NewQR("http://127.0.0.1:8088/oceans.isml/", 320)
	if err != nil {
		t.Fatal(err)
	}
	modules := q.image.Image.Bounds().Dx()
	if side := q.MinSize().Width; side > 320 || side < 200 || int(side)%modules != 0 {
		t.Errorf("%d modules are %v wide", modules, side)
	}
	dark := func(x, y int) bool {
		r, _, _, _ := q.image.Image.At(x, y).RGBA()
		return r == 0
	}
	for i := range modules {
		for n := range quietZone {
			if dark(i, n) || dark(n, i) || dark(i, modules-1-n) || dark(modules-1-n, i) {
				t.Fatalf("the margin is not white at %d, %d", i, n)
			}
		}
	}
	// The finder patterns of three corners: a ring of seven, a ring of white, a square of three.
	for _, at := range []image.Point{{X: quietZone, Y: quietZone}, {X: modules - quietZone - 7, Y: quietZone}, {X: quietZone, Y: modules - quietZone - 7}} {
		for i, want := range []bool{true, false, true, true, true, false, true} {
			if dark(at.X+i, at.Y+3) != want || dark(at.X+3, at.Y+i) != want {
				t.Errorf("no finder pattern at %v", at)
			}
		}
	}
	if _, err := NewQR(strings.Repeat("x", 5000), 320); err == nil {
		t.Error("5000 bytes have a code")
	}
}

func TestALinkRowShowsLessThanItCopies(t *testing.T) {
	var copied, coded string
	r := NewLinkRow("http://a/b.isml/Manifest", LinkConfig{Label: "Smooth", Shown: "Manifest", Copy: func(s string) { copied = s }, Code: func(s string) { coded = s },
		Later: func(time.Duration, func()) func() { return func() {} }})
	r.Resize(fyne.NewSize(300, 30))
	r.copy.Tapped(nil)
	r.CodeButton().Tapped(nil)
	if copied != "http://a/b.isml/Manifest" || coded != copied || r.Text() != copied || r.text.Text() != "Manifest" {
		t.Errorf("copied %q, coded %q, shown %q", copied, coded, r.text.Text())
	}
	if r.open.Visible() || !r.CodeButton().Visible() {
		t.Error("the wrong buttons are there")
	}
}
