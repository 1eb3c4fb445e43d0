package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func TestLinkRowsAndBannersLook(t *testing.T) {
	themed(t)
	clock := &later{}
	copied := NewLinkRow("http://127.0.0.1:8088/orchard.isml/orchard.m3u8", LinkConfig{Label: "HLS", Open: func(string) {}, Later: clock.after})
	box := container.NewVBox(
		copied,
		NewLinkRow("http://127.0.0.1:8088/orchard.isml/a-very-long-name-that-does-not-fit.mpd", LinkConfig{Label: "DASH", Open: func(string) {}}),
		NewLinkRow("mkdir orchard.isml", LinkConfig{}),
		NewBanner(Notice{Lamp: look.Warn, Sentence: "Nominal 2500, arriving 1180 kbit/s.", Action: "Show encoder", OnClose: func() {}}),
		NewBanner(Notice{Lamp: look.Bad, Sentence: "Nothing arrives."}),
	)
	w := shown(t, NewPanel("", box), 460, 230)
	box.Refresh() // the canvas does this itself when a paragraph's height follows its width
	test.Tap(copied.copy)
	test.AssertRendersToImage(t, "links.png", w.Canvas())
}

func TestLinkRowCopiesAndSaysSo(t *testing.T) {
	themed(t)
	clock, opened := &later{}, ""
	r := NewLinkRow("http://a/b", LinkConfig{Label: "HLS", Open: func(s string) { opened = s }, Later: clock.after})
	shown(t, r, 400, 40)
	r.SetText("http://a/c")
	test.Tap(r.copy)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "http://a/c" {
		t.Errorf("copied %q", got)
	}
	if !r.copied.Visible() {
		t.Error("nothing says that it was copied")
	}
	if d := clock.pass(t); d != copiedFor || r.copied.Visible() {
		t.Errorf("after %v the word still stands: %v", d, r.copied.Visible())
	}
	test.Tap(r.open)
	if opened != "http://a/c" || r.Text() != "http://a/c" {
		t.Errorf("opened %q", opened)
	}
}

func TestLinkRowWithoutOpenHasNoButton(t *testing.T) {
	themed(t)
	said := ""
	r := NewLinkRow("mkdir x", LinkConfig{Copy: func(s string) { said = s }, Later: (&later{}).after})
	if r.open.Visible() {
		t.Error("a button that does nothing is shown")
	}
	test.Tap(r.copy)
	if said != "mkdir x" {
		t.Errorf("copied %q", said)
	}
}
