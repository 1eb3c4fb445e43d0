package fmp4

import "testing"

// Each fragment that comes and each that goes is parsed or rewritten once: what that allocates is counted.
func TestAllocationsOfAFragment(t *testing.T) {
	s, err := readStream(reader(t, "av-isml.ismv"), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := ParseMoof(s.moofs[0], s.init, DefaultLimits(), Position{}); err != nil {
			t.Fatal(err)
		}
	}); n > 3 {
		t.Errorf("parsing a moof allocates %v times, want at most 3", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		SmoothMoof(s.fragments[0], Rewrite{TrackID: 1, Sequence: 1, Lookahead: []Span{{1, 2}, {3, 4}}})
	}); n > 1 {
		t.Errorf("rewriting a moof allocates %v times, want at most 1", n)
	}
}
