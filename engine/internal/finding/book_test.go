package finding

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

func codes(list []engine.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func gap(stream, text string) Case { return Case{Code: TimeGap, Stream: stream, Text: text} }

func TestFindingsAreCountedAndGo(t *testing.T) {
	var told []string
	b := Book{Tell: func(f engine.Finding) { told = append(told, f.Text) }}
	b.Raise(gap("video", "one"), noon)
	b.Raise(gap("video", "two"), noon.Add(time.Second))
	quiet := gap("audio", "three")
	quiet.Quiet = true
	b.Raise(quiet, noon)
	got := b.Page(true).Findings(noon.Add(2 * time.Second))
	if len(got) != 2 || got[0].Stream != "audio" || got[1].Count != 2 || got[1].Text != "two" || got[1].First != noon || got[1].Last != noon.Add(time.Second) || got[1].Action == "" {
		t.Fatalf("%+v", got)
	}
	// A gap goes a minute after it was last seen, and is new when it comes again.
	if got := b.Page(true).Findings(noon.Add(time.Minute)); len(got) != 1 || got[0].Stream != "video" {
		t.Fatalf("%+v", got)
	}
	b.Raise(gap("video", "four"), noon.Add(2*time.Minute))
	if got := b.Page(true).Findings(noon.Add(2 * time.Minute)); len(got) != 1 || got[0].Count != 1 || got[0].First != noon.Add(2*time.Minute) {
		t.Fatalf("%+v", got)
	}
	if want := []string{"one", "four"}; !slices.Equal(told, want) {
		t.Fatalf("told %q, want %q", told, want)
	}
	b.Clear(TimeGap, "video")
	b.Drop(TimeGap, "audio", 0)
	if got := b.Page(true).Findings(noon); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
}

// TestHysteresis raises after a few sightings and calms after a few of the opposite.
func TestHysteresis(t *testing.T) {
	c := Case{Code: GOPLong, Stream: "video", Bitrate: 1, Text: "x"}
	rule := RuleOf(GOPLong)
	var b Book
	shown := func() int { return len(b.Page(true).Findings(noon)) }
	b.Raise(c, noon)
	b.Calm(GOPLong, "video", 1) // a single sighting is forgotten
	for i := range rule.Sightings {
		if shown() != 0 {
			t.Fatalf("told after %d sightings", i)
		}
		b.Raise(c, noon)
	}
	for i := range rule.Calm {
		if shown() != 1 {
			t.Fatalf("gone after %d", i)
		}
		b.Calm(GOPLong, "video", 1)
	}
	if shown() != 0 {
		t.Fatal("it stays")
	}
	// Once in between is not in a row.
	for range rule.Sightings {
		b.Raise(c, noon)
	}
	for i := range 3 * rule.Calm {
		if i%rule.Calm == 0 {
			b.Raise(c, noon)
		}
		b.Calm(GOPLong, "video", 1)
		if shown() != 1 && (i+1)%rule.Calm != 0 {
			t.Fatalf("gone after %d", i)
		}
		if shown() == 0 {
			break
		}
	}
	b.Calm(GOPLong, "audio", 1) // not there
}

// TestHistoryKeepsWhatWasTold is how a report about something that is over works.
func TestHistoryKeepsWhatWasTold(t *testing.T) {
	b := Book{History: true}
	b.Raise(gap("video", "x"), noon)
	b.Raise(gap("video", "y"), noon.Add(time.Hour))
	b.Raise(Case{Code: GOPLong, Stream: "video", Text: "once"}, noon)
	b.Calm(TimeGap, "video", 0)
	b.Clear(TimeGap, "video")
	b.Calm(GOPLong, "video", 0)
	for range 2 {
		b.Raise(Case{Code: NoKeyStart, Stream: "video", Text: "z"}, noon)
	}
	for range 10 {
		b.Calm(NoKeyStart, "video", 0)
	}
	got := b.Page(true).Findings(noon.Add(24 * time.Hour))
	if codes(got) != "no-key-start time-gap" || got[1].Count != 2 || got[1].First != noon {
		t.Fatalf("%+v", got)
	}
}

// TestStrangersCannotFillIt names more streams than there is room for.
func TestStrangersCannotFillIt(t *testing.T) {
	var b Book
	for i := range 1000 {
		b.Raise(gap(fmt.Sprint("stream", i), "x"), noon.Add(-2*time.Minute))
	}
	for i := range 1000 {
		b.Raise(Case{Code: NoKeyStart, Stream: fmt.Sprint("stream", i), Text: "x"}, noon)
	}
	if got := b.Page(true).Findings(noon); len(got) != MaxCases || got[0].Code != NoKeyStart {
		t.Fatalf("%d findings", len(got))
	}
}

func TestWorstFirstAndOffAir(t *testing.T) {
	var b Book
	for _, code := range []string{TimeNegative, TimeGap, SourceLost, RefusedState, HeaderChanged} {
		b.Raise(Case{Code: code, Stream: "x", Text: "x"}, noon)
	}
	got := b.Page(true).Findings(noon, engine.Finding{Code: "more", Severity: engine.Failure})
	if codes(got) != "header-changed more source-lost refused-state time-gap time-negative" {
		t.Errorf("%s", codes(got))
	}
	if got := codes(b.Page(false).Findings(noon)); got != "header-changed refused-state" {
		t.Errorf("off air: %s", got)
	}
	b.Admit("x")
	if got := codes(b.Page(false).Findings(noon)); got != "header-changed" {
		t.Errorf("let in: %s", got)
	}
}

// TestEveryRuleIsWhole holds the rules to their form.
func TestEveryRuleIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range Codes() {
		r := RuleOf(code)
		if r.Action == "" || !strings.HasSuffix(r.Action, ".") || r.Severity == "" || seen[code] {
			t.Errorf("%s: %+v", code, r)
		}
		seen[code] = true
	}
	if RuleOf("nonsense").Severity != engine.Warning {
		t.Error("an unknown code is no warning")
	}
}

// However many are turned away, what is wrong with what is on air is told.
func TestThoseTurnedAwayHideNothing(t *testing.T) {
	var b Book
	for i := range 2 * MaxCases {
		b.Raise(Case{Code: RefusedState, Stream: fmt.Sprint("stranger", i), Text: "x."}, noon)
	}
	b.Raise(Case{Code: TimeBackwards, Stream: "video", Text: "x."}, noon)
	b.Raise(Case{Code: RefusedState, Stream: "one more", Text: "x."}, noon)
	got := b.Page(true).Findings(noon)
	if len(got) != MaxCases || got[0].Code != TimeBackwards {
		t.Errorf("%d findings, the first is %s", len(got), got[0].Code)
	}
}
