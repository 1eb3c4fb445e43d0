package point

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/finding"
)

// codes are those of findings that somebody should do something about.
func codes(list []engine.Finding) string {
	var out []string
	for _, f := range list {
		if f.Severity != engine.Info {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, " ")
}

// TestRungsThatAreCutElsewhereAreFound sends two rungs, of which one is cut one second later
// for a while.
func TestRungsThatAreCutElsewhereAreFound(t *testing.T) {
	s := newStage(t)
	low, high := s.connect("low-200k", engine.Video, scale), s.connect("high-400k", engine.Video, scale)
	both := func(from, n, late engine.Ticks) {
		for i := from; i < from+n; i++ {
			low.send(i*gop*second, gop*second)
			high.send(i*gop*second+late, gop*second)
		}
	}
	both(0, 3, 0)
	if got := s.Status().Findings; len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	both(3, 3, second)
	got := s.Status().Findings
	if codes(got) != "gop-misaligned time-gap" || got[0].Stream != "video" || !strings.Contains(got[0].Text, "Video 400k cuts 1.00 s after Video 200k") {
		t.Fatalf("%+v", got)
	}
	both(7, 10, 0)
	if got := codes(s.Status().Findings); got != "time-gap time-gap" {
		t.Fatalf("it stays: %s", got)
	}
}

func TestFragmentsWithoutKeyFramesAreFound(t *testing.T) {
	s := newStage(t)
	e := s.connect("x-200k", engine.Video, scale)
	send := func(n engine.Ticks, sync bool) {
		t.Helper()
		if err := e.sendFragment(n*gop*second, gop*second, sync, "media"); err != nil {
			t.Fatal(err)
		}
	}
	send(0, false)
	if got := codes(s.Status().Findings); got != "" {
		t.Fatal(got) // nothing was there to be behind
	}
	send(1, true)
	send(2, false)
	send(3, true)
	got := s.Status().Findings
	if codes(got) != "no-key-start" || got[0].Count != 1 || got[0].Stream != "video" {
		t.Fatalf("%+v", got)
	}
	e.Close("connection lost")
	e = s.connect("x-200k", engine.Video, scale)
	send(4, false)
	if got := codes(s.Status().Findings); got != "no-key-start" {
		t.Fatal(got)
	}
	for n := range engine.Ticks(5) {
		send(5+n, true)
	}
	if got := codes(s.Status().Findings); got != "time-gap" {
		t.Fatal(got)
	}
}

// TestDuplicatesThatDifferAreFound has two encoders that do not send the same bytes for a
// while, until one of them leaves.
func TestDuplicatesThatDifferAreFound(t *testing.T) {
	s := newStage(t)
	a, b := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
	both := func(from, n engine.Ticks, mine string) {
		t.Helper()
		for i := from; i < from+n; i++ {
			a.send(i*gop*second, gop*second)
			if err := b.sendFragment(i*gop*second, gop*second, true, mine); err != nil {
				t.Fatal(err)
			}
		}
	}
	both(0, 3, "media")
	if got := s.Status().Findings; len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	both(3, 2, "other") // of the same size
	both(5, 2, "of another size")
	if got := s.Status().Findings; codes(got) != "duplicate-differs" || got[0].Count != 4 {
		t.Fatalf("%+v", got)
	}
	both(7, 10, "media")
	if got := codes(s.Status().Findings); got != "" {
		t.Fatalf("it stays: %s", got)
	}
	both(17, 1, "other")
	b.Close("connection lost")
	if got := codes(s.Status().Findings); got != "" {
		t.Fatalf("it stays though one encoder is left: %s", got)
	}
	onGrid(t, s.view(), "video", gop*second, 18)
}

// TestSilenceIsFound waits for first fragments that do not come, and for an encoder that left.
func TestSilenceIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		sound := s.connect("sound-64k", engine.Audio, 48_000)
		pictures := s.connect("pictures-200k", engine.Video, scale)
		mute, _, err := s.Open(t.Context(), SessionInfo{Stream: "mute", Remote: "192.0.2.9:1"})
		if err != nil {
			t.Fatal(err)
		}
		pass(finding.FirstFragment - time.Millisecond)
		if got := s.Status().Findings; len(got) != 0 {
			t.Fatalf("%+v", got)
		}
		pass(time.Millisecond)
		got := s.Status().Findings
		if codes(got) != "no-fragment no-fragment no-fragment" || !strings.Contains(got[0].Text, "header") || !strings.Contains(got[1].Action, "-g") ||
			!strings.Contains(got[2].Action, "-frag_duration 2000000") {
			t.Fatalf("%+v", got)
		}
		mute.Close("connection lost")
		sound.send(0, 96_000)
		pictures.send(0, gop*second)
		if got := s.Status().Findings; len(got) != 0 {
			t.Fatalf("%+v", got)
		}
		sound.Close("connection lost")
		pictures.Close("connection lost")
		pass(time.Second)
		if got := s.Status().Findings; codes(got) != "source-lost" || got[0].Severity != engine.Failure || time.Since(got[0].First) != time.Second {
			t.Fatalf("%+v", got)
		}
		// A moment before the event ends, nobody is missing.
		sound, pictures = s.connect("sound-64k", engine.Audio, 48_000), s.connect("pictures-200k", engine.Video, scale)
		sound.end()
		pictures.end()
		if got := s.Status().Findings; len(got) != 0 {
			t.Fatalf("%+v", got)
		}
		// Nothing is wrong with what encoders send once the event is over.
		if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
			t.Fatal(err)
		}
		if got := s.Status().Findings; len(got) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

// TestClocksAndNamesAreFound restarts an encoder, and counts bitrates wrongly.
func TestClocksAndNamesAreFound(t *testing.T) {
	s := newStage(t)
	e := s.connect("x-200k-64k", engine.Video, scale)
	for i := range engine.Ticks(6) {
		e.send(i*gop*second, gop*second)
	}
	e.Close("connection lost")
	e = s.connect("x-200k-64k", engine.Video, scale)
	if err := e.sendFragment(0, gop*second, true, "other"); err != nil {
		t.Fatal(err)
	}
	got := s.Status().Findings
	if codes(got) != "clock-restarted name-mismatch" || !strings.Contains(got[1].Text, "x-200k-64k") {
		t.Fatalf("%+v", got)
	}
	// Another event begins without them.
	e.end()
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if err := s.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	s.connect("y-200k", engine.Video, scale).send(0, gop*second)
	if got := s.Status().Findings; len(got) != 0 {
		t.Fatalf("%+v", got)
	}
}

// TestTimesThatGoBackAreFound has an encoder begin again without connecting again.
func TestTimesThatGoBackAreFound(t *testing.T) {
	s := newStage(t)
	e := s.connect("x-200k", engine.Video, scale)
	for i := range engine.Ticks(20) {
		e.send(i*gop*second, gop*second)
	}
	e.send(19*gop*second, gop*second) // again
	if got := s.Status().Findings; len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	e.send(gop*second, gop*second)
	got := s.Status().Findings
	if codes(got) != "time-backwards" || !strings.Contains(got[0].Text, "38.00 s") {
		t.Fatalf("%+v", got)
	}
	onGrid(t, s.view(), "video", gop*second, 20)
}

func TestManifestThatCannotBeReadIsFound(t *testing.T) {
	s := newStage(t)
	session, _, err := s.Open(t.Context(), SessionInfo{Stream: "x-200k", Remote: "test"})
	if err != nil {
		t.Fatal(err)
	}
	h := header(engine.Video, scale)
	h.ManifestFault = "it ends too early"
	if err := session.Announce(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if got := s.Status().Findings; codes(got) != "manifest-unreadable" || !strings.Contains(got[0].Text, h.ManifestFault) {
		t.Fatalf("%+v", got)
	}
	session.Close("x")
}
