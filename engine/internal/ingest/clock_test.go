package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
