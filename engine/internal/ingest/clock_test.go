package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
)

func TestSecondEventNeverReusesATime(t *testing.T) {
	d := newDesk(t, engine.DefaultPointConfig())
	seen := map[string]bool{}
	for n := range 3 {
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(vector(t, "av-isml.ismv"))); status != 200 {
			t.Fatal(status, text)
		}
		d.await(engine.StateStopped)
		for _, s := range d.point.Source().View().Streams {
			if len(s.Spans) != 3 {
				t.Fatalf("event %d: %s has %d spans", n, s.Name, len(s.Spans))
			}
			for _, p := range s.Spans {
				key := fmt.Sprint(s.Name, p.Start)
				if seen[key] {
					t.Fatalf("event %d uses %s again", n, key)
				}
				seen[key] = true
			}
		}
		if n == 1 { // the memory of times survives a restart
			d.stop()
			d.open(engine.DefaultPointConfig())
			d.await(engine.StateStopped)
		}
	}
	events, err := os.ReadDir(filepath.Join(d.dir, "events"))
	if err != nil || len(events) != 2 {
		t.Fatalf("%d earlier events, %v", len(events), err)
	}
}

func TestClockThatBeganAgain(t *testing.T) {
	long := vector(t, "audio-only-2s-isml.ismv")
	for policy, want := range map[engine.ReconnectPolicy]string{
		engine.ReconnectContinue: "|", engine.ReconnectReject: "409", engine.ReconnectNewEvent: "2 events",
	} {
		t.Run(string(policy), func(t *testing.T) {
			settings := engine.DefaultPointConfig()
			settings.OnReconnect = policy
			d := newDesk(t, settings)
			// Four fragments and no end mark, then the clock is back at the beginning.
			for range 2 {
				if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(long[:len(long)-8])); status != 200 {
					if want == "409" && status == 409 && strings.Contains(text, "on_reconnect") {
						return
					}
					t.Fatal(status, text)
				}
			}
			v := d.point.Source().View()
			got := timeline(v, "audio")
			switch want {
			case "|":
				if strings.Count(got, "|") != 1 || strings.Count(got, "+") < 6 {
					t.Fatalf("timeline %s", got)
				}
			case "2 events":
				if events, err := os.ReadDir(filepath.Join(d.dir, "events")); err != nil || len(events) != 1 {
					t.Fatalf("earlier events %v, %v", events, err)
				}
			default:
				t.Fatal("not rejected")
			}
		})
	}
}

// TestEarlyRestartLosesNothing starts an encoder anew before it has sent four fragments: its
// times are those that are there already, its pictures are not.
func TestEarlyRestartLosesNothing(t *testing.T) {
	header, fragments, _ := split(t, vector(t, "av-isml.ismv"))
	d := newDesk(t, engine.DefaultPointConfig())
	first := slices.Concat(header, fragments[0], fragments[1], fragments[2], fragments[3])
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(first)); status != 200 {
		t.Fatal(status, text)
	}
	again := slices.Clone(header)
	for _, f := range fragments {
		other := slices.Clone(f)
		other[len(other)-1] ^= 1
		again = append(again, other...)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(again)); status != 200 {
		t.Fatal(status, text)
	}
	for _, stream := range []string{"video", "audio"} {
		if got := timeline(d.point.Source().View(), stream); strings.Count(got, "+") != 5 || strings.Count(got, "|") != 1 {
			t.Errorf("%s: %s", stream, got)
		}
	}
	// Sent again, the same bytes are the same fragments.
	last := slices.Clone(header)
	for _, f := range fragments[2:] {
		other := slices.Clone(f)
		other[len(other)-1] ^= 1
		last = append(last, other...)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(last)); status != 200 {
		t.Fatal(status, text)
	}
	for _, s := range d.point.Source().View().Streams {
		if len(s.Spans) != 5 {
			t.Errorf("%s: %s", s.Name, timeline(d.point.Source().View(), s.Name))
		}
	}
}
