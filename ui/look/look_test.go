package look

import (
	"image/color"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"pubpoint/assets"
)

// luminance is the relative luminance of WCAG 2.1.
func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestContrast(t *testing.T) {
	for name, p := range map[string]Palette{"dark": Dark(), "light": Light()} {
		ink := map[string]color.NRGBA{
			"Text": p.Text, "Soft": p.Soft, "Faint": p.Faint, "Accent": p.Accent,
			"Good": p.Good, "Warn": p.Warn, "Bad": p.Bad, "Busy": p.Busy, "Quiet": p.Quiet,
		}
		for what, c := range ink {
			if r := contrast(c, p.Panel); r < 4.5 {
				t.Errorf("%s: %s on Panel has a contrast of %.2f, want 4.5", name, what, r)
			}
			if r := contrast(c, p.Raised); r < 4.0 {
				t.Errorf("%s: %s on Raised has a contrast of %.2f, want 4.0", name, what, r)
			}
		}
		for what, c := range map[string]color.NRGBA{"Accent": p.Accent, "Good": p.Good, "Warn": p.Warn, "Bad": p.Bad} {
			if r := contrast(p.OnAccent, c); r < 4.5 {
				t.Errorf("%s: OnAccent on %s has a contrast of %.2f, want 4.5", name, what, r)
			}
		}
		for i, c := range p.Tracks {
			if r := contrast(c, p.Panel); r < 4.5 {
				t.Errorf("%s: track %d on Panel has a contrast of %.2f, want 4.5", name, i, r)
			}
			for j := range i {
				if d := distance(c, p.Tracks[j]); d < 60 {
					t.Errorf("%s: tracks %d and %d are only %.0f apart", name, j, i, d)
				}
			}
		}
	}
}

// distance is the "redmean" colour difference, about 0 to 765.
func distance(a, b color.NRGBA) float64 {
	r := (float64(a.R) + float64(b.R)) / 2
	dr, dg, db := float64(a.R)-float64(b.R), float64(a.G)-float64(b.G), float64(a.B)-float64(b.B)
	return math.Sqrt((2+r/256)*dr*dr + 4*dg*dg + (2+(255-r)/256)*db*db)
}

func TestThemeKeepsFieldsVisible(t *testing.T) {
	for name, p := range map[string]Palette{"dark": Dark(), "light": Light()} {
		th := NewTheme(p)
		get := func(n fyne.ThemeColorName) color.NRGBA { return th.Color(n, theme.VariantLight).(color.NRGBA) }
		if get(theme.ColorNameOverlayBackground) == get(theme.ColorNameInputBackground) {
			t.Errorf("%s: fields vanish in dialogs", name)
		}
		if contrast(get(theme.ColorNameInputBorder), p.Panel) < 1.5 {
			t.Errorf("%s: the border of fields does not stand out from the panel", name)
		}
		if th.Color(theme.ColorNameBackground, theme.VariantLight) != th.Color(theme.ColorNameBackground, theme.VariantDark) {
			t.Errorf("%s: the variant changed a colour", name)
		}
		if th.Size(theme.SizeNameModalBlurRadius) != 0 {
			t.Errorf("%s: modal dialogs blur the window", name)
		}
	}
}

func TestThemeKnowsAllColours(t *testing.T) {
	test.NewTempApp(t)
	test.AssertAllColorNamesDefined(t, NewTheme(Dark()), "pubpoint")
}

func TestThemeHasEveryFont(t *testing.T) {
	th := NewTheme(Dark())
	for _, s := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}, {Monospace: true}, {Monospace: true, Bold: true},
		{Bold: true, Italic: true}, {Symbol: true}} {
		if f := th.Font(s); f == nil || len(f.Content()) == 0 {
			t.Errorf("no font for %+v", s)
		}
	}
}

func TestFiguresAreTabular(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, NewTheme(Dark()))
	for _, r := range []Role{Body, Caption, Code} {
		want := fyne.MeasureText("000", r.Size(), r.Style())
		for _, s := range []string{"111", "444", "789"} {
			if got := fyne.MeasureText(s, r.Size(), r.Style()); got != want {
				t.Errorf("role %d: %s is %v wide, 000 is %v", r, s, got.Width, want.Width)
			}
		}
	}
}

func TestPaletteOf(t *testing.T) {
	if PaletteOf(NewTheme(Light())) != Light() || PaletteOf(theme.DefaultTheme()) != Dark() || PaletteOf(nil) != Dark() {
		t.Error("a widget would draw with the wrong palette")
	}
}

func TestTrackWrapsAround(t *testing.T) {
	p := Dark()
	if p.Track(8) != p.Tracks[0] || p.Track(-1) != p.Tracks[7] {
		t.Error("tracks do not wrap around")
	}
}

func TestEveryIconIsDrawn(t *testing.T) {
	test.NewTempApp(t)
	for _, n := range []IconName{IconPlay, IconStop, IconPlus, IconOpen, IconCopy, IconCheck, IconWarning, IconError,
		IconHourglass, IconDisc, IconSquare, IconLog, IconEncoder, IconSettings, IconWall, IconBack, IconRecord, IconClose,
		IconSearch, IconChart, IconArchive, IconBell, IconPoint, IconRestart, IconTrash, IconChevron} {
		if assets.SVG(string(n)) == nil {
			t.Errorf("icon %q has no drawing", n)
		}
		if len(Icon(n).Content()) == 0 || len(IconIn(n, ColorSoft).Content()) == 0 {
			t.Errorf("icon %q is empty", n)
		}
	}
	if len(AppIcon().Content()) == 0 {
		t.Error("the application has no icon")
	}
}

func TestLampsDifferInShapeAndWord(t *testing.T) {
	test.NewTempApp(t)
	shapes, words := map[string]Lamp{}, map[string]Lamp{}
	for _, l := range Lamps() {
		shape := l.Shape().Name()
		if other, ok := shapes[shape]; ok {
			t.Errorf("%v and %v have the same shape", l, other)
		}
		if other, ok := words[l.String()]; ok {
			t.Errorf("%v and %v have the same word", l, other)
		}
		shapes[shape], words[l.String()] = l, l
		if NewTheme(Dark()).Color(l.ColorName(), 0) != color.Color(l.Colour(Dark())) {
			t.Errorf("%v has two colours", l)
		}
	}
	if Worst(Warn, Good) != Warn || Worst(Busy, Bad) != Bad {
		t.Error("the worse lamp did not win")
	}
}

func TestFormats(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct{ got, want string }{
		{Bits(0), "0 bit/s"}, {Bits(999.4), "999 bit/s"}, {Bits(812_000), "812 kbit/s"}, {Bits(64_000), "64.0 kbit/s"},
		{Bits(999_499), "999 kbit/s"}, {Bits(999_500), "1.00 Mbit/s"}, {Bits(2_410_000), "2.41 Mbit/s"},
		{Bits(68_400_000), "68.4 Mbit/s"}, {Bits(9_996_000), "10.0 Mbit/s"}, {Bits(1e18), "1000000 Tbit/s"},
		{Bits(-812_000), "−812 kbit/s"}, {Bits(nan), "—"}, {Bits(inf), "—"},
		{BitsTick(0), "0"}, {BitsTick(500_000), "500k"}, {BitsTick(2_500_000), "2.5M"}, {BitsTick(nan), "—"},
		{Bytes(512), "512 B"}, {Bytes(1_240_000_000), "1.24 GB"},
		{Count(0), "0"}, {Count(4096), "4096"}, {Count(31208), "31\u202f208"}, {Count(-1234567), "−1\u202f234\u202f567"},
		{Clock(7 * time.Second), "0:00:07"}, {Clock(time.Hour + 2*time.Minute + 33*time.Second), "1:02:33"},
		{Clock(49*time.Hour + 2*time.Second), "2 d 01:00:02"}, {Clock(-time.Hour), "0:00:00"},
		{Age(300 * time.Millisecond), "now"}, {Age(-time.Minute), "now"}, {Age(4 * time.Second), "4 s"},
		{Age(12 * time.Minute), "12 min"}, {Age(3 * time.Hour), "3 h"}, {Age(60 * time.Hour), "2 d"},
		{Seconds(480 * time.Millisecond), "480 ms"}, {Seconds(2400 * time.Millisecond), "2.4 s"},
		{Speed(1), "1.00x"}, {Speed(nan), "—"}, {Percent(0.424), "42 %"}, {Percent(inf), "—"},
		{TimeOfDay(time.Date(2026, 1, 2, 14, 5, 33, 0, time.UTC)), "14:05:33"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// The edge of a list is dark enough to be seen on a dark ground and no black bar on a light one.
func TestShadowSuitsItsGround(t *testing.T) {
	if dark, light := Dark().Shadow.A, Light().Shadow.A; light == 0 || light*2 > dark+1 {
		t.Errorf("the shadow is %d on dark and %d on light", dark, light)
	}
}
