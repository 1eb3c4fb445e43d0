package ingest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// cutOff is a capture without its end mark: the encoder goes, its stream does not end.
func cutOff(t *testing.T, name string) []byte {
	t.Helper()
	header, fragments, _ := split(t, vector(t, name))
	return slices.Concat(header, slices.Concat(fragments...))
}

// use notes every time that a presentation lists, and fails when one has been used before
// by another event.
func use(t *testing.T, used map[string]string, v *presentation.View) {
	t.Helper()
	for _, s := range v.Streams {
		for _, p := range s.Spans {
			key := fmt.Sprint(s.Name, " ", p.Start)
			if event := used[key]; event != "" && event != v.Event {
				t.Fatalf("event %s uses %s again, which was of event %s", v.Event, key, event)
			}
			used[key] = v.Event
		}
	}
}

func TestRecoveredEventMeetsAClockThatBeganAgain(t *testing.T) {
	body := cutOff(t, "audio-only-2s-isml.ismv")
	const four = "0+19840000 19840000+20053333 39893333+20053334 59946667+53333"
	for _, policy := range []engine.ReconnectPolicy{engine.ReconnectContinue, engine.ReconnectReject, engine.ReconnectNewEvent} {
		t.Run(string(policy), func(t *testing.T) {
			settings := engine.DefaultPointConfig()
			settings.OnReconnect = policy
			d := newDesk(t, settings)
			if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
				t.Fatal(status, text)
			}
			used := map[string]string{}
			before := d.point.Source().View()
			use(t, used, before)
			d.crash()
			d.open(settings)
			d.await(engine.StateStarted)
			status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body))
			v := d.point.Source().View()
			got := timeline(v, "audio")
			switch policy {
			case engine.ReconnectContinue:
				if status != 200 || !strings.HasPrefix(got, four+" |") || strings.Count(got, "+") != 8 || v.Event != before.Event {
					t.Fatalf("%d %s; timeline %s", status, text, got)
				}
			case engine.ReconnectReject:
				if status != 409 || !strings.Contains(text, "on_reconnect") || got != four {
					t.Fatalf("%d %s; timeline %s", status, text, got)
				}
			case engine.ReconnectNewEvent:
				if status != 200 || v.Event == before.Event || strings.Contains(got, "|") || strings.Count(got, "+") != 4 {
					t.Fatalf("%d %s; event %s after %s, timeline %s", status, text, v.Event, before.Event, got)
				}
				if earlier, err := os.ReadDir(filepath.Join(d.dir, "events")); err != nil || len(earlier) != 1 {
					t.Fatalf("earlier events %v, %v", earlier, err)
				}
			}
			use(t, used, v)
		})
	}
}

func TestRecoveredEventKeepsTheShiftInForce(t *testing.T) {
	body := cutOff(t, "audio-only-2s-isml.ismv")
	header, fragments, _ := split(t, body)
	d := newDesk(t, engine.DefaultPointConfig())
	// The clock begins again after four fragments, and the program dies after two more.
	for _, b := range [][]byte{body, slices.Concat(header, fragments[0], fragments[1])} {
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(b)); status != 200 {
			t.Fatal(status, text)
		}
	}
	before := timeline(d.point.Source().View(), "audio")
	if strings.Count(before, "|") != 1 || strings.Count(before, "+") != 6 {
		t.Fatalf("timeline %s", before)
	}
	d.crash()
	d.open(engine.DefaultPointConfig())
	d.await(engine.StateStarted)
	// The same encoder sends again what it is not sure of, and goes on.
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
		t.Fatal(status, text)
	}
	after := timeline(d.point.Source().View(), "audio")
	if !strings.HasPrefix(after, before+" ") || strings.Count(after, "+") != 8 || strings.Count(after, "|") != 1 {
		t.Fatalf("\nbefore %s\nafter  %s", before, after)
	}
}

func TestEventsAfterACrashUseTimesOfTheirOwn(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	used := map[string]string{}
	whole := vector(t, "av-isml.ismv")
	header, fragments, _ := split(t, whole)
	cut := slices.Concat(header, slices.Concat(fragments[:4]...))
	send := func(b []byte) {
		t.Helper()
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(b)); status != 200 {
			t.Fatal(status, text)
		}
	}
	send(whole)
	d.await(engine.StateStopped)
	use(t, used, d.point.Source().View())
	send(cut) // the second event, in which the program dies
	use(t, used, d.point.Source().View())
	second := d.point.Source().View()
	d.crash()
	d.open(engine.DefaultPointConfig())
	d.await(engine.StateStarted)
	if got := d.point.Source().View(); got.Event != second.Event || timeline(got, "video") != timeline(second, "video") {
		t.Fatalf("recovered %s %s, was %s %s", got.Event, timeline(got, "video"), second.Event, timeline(second, "video"))
	}
	send(whole) // it comes back, is where it was, and ends
	d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); !strings.HasPrefix(got, timeline(second, "video")+" ") || strings.Count(got, "+") != 3 || strings.Contains(got, "|") {
		t.Fatalf("timeline %s, was %s", got, timeline(second, "video"))
	}
	use(t, used, d.point.Source().View())
	send(whole)
	d.await(engine.StateStopped)
	use(t, used, d.point.Source().View())
	if events := len(slices.Compact(slices.Sorted(maps.Values(used)))); events != 3 {
		t.Fatalf("%d events", events)
	}
}

func TestNoTimeComesAgainWithoutAnArchive(t *testing.T) {
	settings := engine.DefaultPointConfig()
	settings.Archive = false
	d := newDesk(t, settings)
	used := map[string]string{}
	for range 3 {
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
			t.Fatal(status, text)
		}
		d.await(engine.StateStopped)
		v := d.point.Source().View()
		if got := strings.Count(timeline(v, "video"), "+"); got != 3 {
			t.Fatalf("timeline %s", timeline(v, "video"))
		}
		use(t, used, v)
		d.stop()
		d.open(settings)
	}
	if len(used) != 18 { // three events, two streams, three spans
		t.Fatalf("%d times were used: %v", len(used), used)
	}
}
