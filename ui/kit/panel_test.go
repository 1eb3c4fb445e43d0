package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func TestPanelStructure(t *testing.T) {
	themed(t)
	stat := NewStat("Arriving").Wide("00.0 Mbit/s")
	stat.SetValue("2.41 Mbit/s", look.ToneText)
	p := NewPanel("Tracks", container.NewHBox(stat, NewKeyValue(Pair{"Lag", "2.1 s", look.ToneText})),
		NewButton(ButtonPlain, "Open", look.IconOpen, nil))
	p.SetNote("4 in 2 streams")
	test.AssertRendersToMarkup(t, "panel.xml", shown(t, p, 420, 120).Canvas())
}

func TestPanelWithoutTitleHasNoHead(t *testing.T) {
	themed(t)
	content := NewText(look.Body, "content")
	bare, titled := NewPanel("", content), NewPanel("Title", content)
	if got := titled.MinSize().Height - bare.MinSize().Height; got != panelHead {
		t.Errorf("the head takes %v, want %v", got, panelHead)
	}
	if flush := NewPanel("", content).Flush(); flush.MinSize().Width >= bare.MinSize().Width {
		t.Error("a flush panel has a margin")
	}
}

func TestPanelCutsALongTitleBeforeItsActions(t *testing.T) {
	themed(t)
	action := NewButton(ButtonPlain, "Open", "", nil)
	p := NewPanel("a title that is far too long for the little room it has here", NewText(look.Body, ""), action)
	p.SetNote("and a note")
	shown(t, p, 200, 100)
	left := fyne.CurrentApp().Driver().AbsolutePositionForObject(action).X
	if end := p.title.Position().X + p.title.Size().Width; end > left {
		t.Errorf("the title ends at %v, the action begins at %v", end, left)
	}
	if p.note.Visible() {
		t.Error("the note is drawn over the action")
	}
	p.SetTitle("short")
	p.Resize(fyne.NewSize(400, 100))
	if !p.note.Visible() {
		t.Error("the note is gone although there is room")
	}
}
