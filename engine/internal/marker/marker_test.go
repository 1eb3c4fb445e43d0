package marker_test

import (
	"testing"
	"time"

	"pubpoint/engine/internal/marker"
	"pubpoint/engine/internal/output/outputtest"
)

// TestList reads the markers of the suite's event: the one that has a head alone is left out, and
// a window takes away what lies before it.
func TestList(t *testing.T) {
	event := outputtest.Presentation{Whole: outputtest.WithText(
		outputtest.Synthetic{Name: "event", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 12}.View())}
	for _, c := range []struct {
		name   string
		window time.Duration
		want   []time.Duration // four seconds behind their fragments
	}{
		{"all", 0, []time.Duration{4 * time.Second, 5 * time.Second, 8 * time.Second}},
		{"a window", 6 * time.Second, []time.Duration{8 * time.Second}},
	} {
		v := event.Live(10)
		v.Window = c.window
		var got []time.Duration
		for _, m := range marker.List(v) {
			got = append(got, m.At)
			e, ok := m.Effect()
			if !ok || !e.Out || e.ID != 7 || e.Duration != 30*time.Second || m.Message.ID != 7 {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: markers at %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: markers at %v, want %v", c.name, got, c.want)
			}
		}
	}
}
