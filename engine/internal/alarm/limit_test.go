package alarm

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// TestLimitsAreOneCause: limits that turn people away now are told together; one refusal a while ago is not.
func TestLimitsAreOneCause(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	in := Input{Now: now, System: engine.SystemStatus{DiskFree: -1, DiskSize: -1, Limits: []engine.LimitStatus{
		{Key: "connections", Limit: 10, Last: now.Add(-time.Second)}, {Key: "requests", Limit: 20, Last: now.Add(-7 * time.Second)},
		{Key: "waiting-requests", Limit: 30, Last: now.Add(-time.Minute)}, {Key: "ingest-sessions", Limit: 40},
	}}}
	causes := in.Causes()
	if len(causes) != 1 || causes[0].Code != CodeLimitReached || causes[0].Severity != engine.Warning || causes[0].Action == "" ||
		!strings.Contains(causes[0].Text, "connections, which is 10.") || !strings.Contains(causes[0].Text, "requests, which is 20.") || strings.Contains(causes[0].Text, "30") {
		t.Errorf("%+v", causes)
	}
	in.Now = now.Add(pressed)
	if causes := in.Causes(); len(causes) != 0 {
		t.Errorf("afterwards %+v", causes)
	}
}

// TestOneRefusalIsNoAlarm: a limit that is hit once calls nobody, one that is hit all the time does, once.
func TestOneRefusalIsNoAlarm(t *testing.T) {
	for name, c := range map[string]struct {
		hits int // a second each
		want int
	}{"once": {1, 0}, "for half a minute": {30, 1}} {
		book, began := NewBook(), time.Unix(1_800_000_000, 0)
		last := began
		for i := range 60 {
			now := began.Add(time.Duration(i) * time.Second)
			if i < c.hits {
				last = now
			}
			in := Input{Now: now, System: engine.SystemStatus{DiskFree: -1, DiskSize: -1, Limits: []engine.LimitStatus{{Key: "requests", Limit: 5, Last: last}}}}
			book.Observe(now, in.Causes(), in.Over)
		}
		if all := book.All(); len(all) != c.want {
			t.Errorf("%s: %+v", name, all)
		}
	}
}
