package kit

import (
	"strings"
	"testing"
)

func TestRingKeepsTheNewest(t *testing.T) {
	r := newRing(3)
	for i, line := range numbered(0, 5) {
		if dropped := r.add(line); dropped != (i >= 3) {
			t.Errorf("line %d dropped another: %v", i, dropped)
		}
	}
	for i, want := range []string{"line 2", "line 3", "line 4", ""} {
		if got := r.at(i).Text; got != want {
			t.Errorf("at %d: %q, want %q", i, got, want)
		}
	}
	if r.at(-1).Text != "" {
		t.Error("a line before the first")
	}
	r.clear()
	if r.count != 0 || r.at(0).Text != "" {
		t.Error("lines after clearing")
	}
	if empty := newRing(0); empty.add(LogLine{Text: "x"}) || empty.at(0).Text != "x" {
		t.Error("a ring of no capacity must keep one line")
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("frame= 50\tfps=25\r\n")
	f.Add("\x1b[31mred\x1b[0m \x00 \xff")
	f.Add(strings.Repeat("é", longestLine))
	f.Fuzz(func(t *testing.T, s string) {
		got := oneLine(s)
		if len(got) > longestLine+len(ellipsis) || strings.ContainsAny(got, "\n\r\t\x00\x1b") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
