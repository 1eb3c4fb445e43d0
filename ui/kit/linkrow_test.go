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

func TestBannerWrapsAndActs(t *testing.T) {
	themed(t)
	acted, closed := 0, 0
	b := NewBanner(Notice{Lamp: look.Warn, Sentence: "one two three four five six seven eight nine ten eleven twelve thirteen",
		Action: "Fix", OnAction: func() { acted++ }, OnClose: func() { closed++ }})
	w := shown(t, b, 900, 60)
	wide := b.MinSize().Height
	test.Tap(b.action)
	test.Tap(b.close)
	if acted != 1 || closed != 1 {
		t.Errorf("acted %d, closed %d times", acted, closed)
	}
	w.Resize(fyne.NewSize(280, 200))
	if b.MinSize().Height <= wide {
		t.Error("a narrow banner is not higher")
	}
	b.Set(Notice{Lamp: look.Good, Sentence: "Fixed."})
	if b.action.Visible() || b.close.Visible() || b.sentence.Text() != "Fixed." {
		t.Errorf("after another notice: %q", b.sentence.Text())
	}
	test.Tap(b.action)
}

func TestEmptyStateLeadsOn(t *testing.T) {
	themed(t)
	made := 0
	e := NewEmptyState(EmptyConfig{Icon: look.IconEncoder, Headline: "No apples yet", Hint: "Plant a tree and wait for the autumn, which comes sooner than one thinks.",
		Command: "plant --tree", Action: "Plant", OnAction: func() { made++ }})
	w := shown(t, e, 480, 300)
	test.Tap(e.action)
	if made != 1 {
		t.Error("the action does nothing")
	}
	test.AssertRendersToMarkup(t, "empty.xml", w.Canvas())
	bare := NewEmptyState(EmptyConfig{Headline: "Nothing"})
	if bare.hint.Visible() || bare.command.Visible() || bare.action.Visible() {
		t.Error("empty parts are shown")
	}
}
