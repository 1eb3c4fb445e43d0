package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

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
