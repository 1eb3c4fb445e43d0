package kit

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

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
