package machine

import "testing"

func TestResident(t *testing.T) {
	for text, want := range map[string]int64{"5 3 1 1 0 1 0\n": 3 * 4096, "": -1, "5": -1, "5 x": -1, "5 -3": -1, "1 9000000000000000000": -1} {
		got, err := resident(text, 4096)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}
