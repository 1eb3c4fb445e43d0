package assets

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"strings"
	"testing"
)

func TestAppIconIsSquarePNG(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(AppIcon()))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if b := img.Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("size %v, want 512x512", b)
	}
}

func TestIconsAreOneFamily(t *testing.T) {
	names := Icons()
	if len(names) < 30 {
		t.Fatalf("only %d icons: %v", len(names), names)
	}
	for _, name := range names {
		var svg struct {
			ViewBox string `xml:"viewBox,attr"`
			Paths   []struct {
				Fill   string `xml:"fill,attr"`
				Stroke string `xml:"stroke,attr"`
			} `xml:"path"`
		}
		if err := xml.Unmarshal(SVG(name), &svg); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if svg.ViewBox != "0 0 24 24" || len(svg.Paths) != 1 {
			t.Errorf("%s: view box %q, %d paths", name, svg.ViewBox, len(svg.Paths))
			continue
		}
		// Fyne recolours fills only, so a stroke would keep its colour on every background.
		if svg.Paths[0].Stroke != "" || svg.Paths[0].Fill == "" {
			t.Errorf("%s: must be one filled path", name)
		}
	}
}

func TestFontsAreThere(t *testing.T) {
	for _, name := range []string{"Inter-Regular.otf", "Inter-SemiBold.otf", "FiraCode-Regular.ttf", "FiraCode-SemiBold.ttf"} {
		if len(Font(name)) < 10_000 {
			t.Errorf("%s: %d bytes", name, len(Font(name)))
		}
	}
}

func TestUnknownNamesAreNil(t *testing.T) {
	if SVG("no-such-icon") != nil || Font("../assets.go") != nil || SVG(strings.Repeat("../", 4)+"etc/passwd") != nil {
		t.Error("an unknown name found something")
	}
}
