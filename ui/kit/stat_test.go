package kit

import (
	"testing"

	"pubpoint/ui/look"
)

func TestStatKeepsItsWidth(t *testing.T) {
	themed(t)
	s := NewStat("Arriving").Wide("000.0 Mbit/s")
	before := s.MinSize()
	for _, v := range []string{"1.11 Mbit/s", "888 kbit/s", look.Unknown} {
		s.SetValue(v, look.ToneGood)
		if s.MinSize() != before {
			t.Errorf("%q changed the size to %v", v, s.MinSize())
		}
	}
}
