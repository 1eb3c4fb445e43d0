package kit

import (
	"testing"

	"pubpoint/ui/look"
)

func TestKeyValueShowsAsManyFactsAsThereAre(t *testing.T) {
	themed(t)
	k := NewKeyValue(Pair{"a", "1", 0}, Pair{"b", "2", look.ToneBad}, Pair{"c", "3", 0})
	shown(t, k, 200, 100)
	k.SetPairs([]Pair{{"d", "4", 0}})
	if k.MinSize().Height != pairHeight || k.keys[0].Text() != "d" || k.values[0].Text() != "4" || k.keys[1].Visible() {
		t.Errorf("shows %q %q, second visible %v", k.keys[0].Text(), k.values[0].Text(), k.keys[1].Visible())
	}
	k.SetPairs([]Pair{{"d", "4", 0}, {"e", "5", 0}})
	if !k.keys[1].Visible() || len(k.keys) != 3 {
		t.Errorf("the second fact is hidden, or new objects were made (%d)", len(k.keys))
	}
}
