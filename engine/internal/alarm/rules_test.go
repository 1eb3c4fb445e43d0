package alarm

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pubpoint/engine"
)

// codes are what Causes finds, as "code severity point/encoder".
func codes(in Input) []string {
	var out []string
	for _, c := range in.Causes() {
		out = append(out, fmt.Sprintf("%s %s %s/%s", c.Code, c.Severity, c.Point, c.Encoder))
	}
	return out
}

func TestCauses(t *testing.T) {
	finding := func(code string, s engine.Severity, first, last time.Duration) engine.Finding {
		return engine.Finding{Code: code, Severity: s, Text: "x.", First: day.Add(-first), Last: day.Add(-last)}
	}
	onAir := func(f ...engine.Finding) engine.PointStatus {
		return engine.PointStatus{Name: "oceans", State: engine.StateStarted, Findings: f}
	}
	gone := finding("source-lost", engine.Failure, time.Second, 0)
	encoder := func(change func(*engine.EncoderStatus)) engine.EncoderStatus {
		e := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "oceans"}, Order: engine.OrderRun, State: engine.EncoderRunning}
		change(&e)
		return e
	}
	failed := encoder(func(e *engine.EncoderStatus) { e.State, e.Reason = engine.EncoderFailed, "No camera" })
	stalled := encoder(func(e *engine.EncoderStatus) { e.Stalled = true })
	for name, c := range map[string]struct {
		in   Input
		want []string
	}{
		"all is well":     {Input{Points: []engine.PointStatus{onAir()}, Encoders: []engine.EncoderStatus{encoder(func(*engine.EncoderStatus) {})}}, nil},
		"a lost source":   {Input{Points: []engine.PointStatus{onAir(gone)}}, []string{"source-lost error oceans/"}},
		"a single gap":    {Input{Points: []engine.PointStatus{onAir(finding("gap", engine.Warning, time.Minute, time.Minute))}}, nil},
		"gaps":            {Input{Points: []engine.PointStatus{onAir(finding("gap", engine.Warning, 10*time.Second, 0))}}, []string{"gap warning oceans/"}},
		"a lasting thing": {Input{Points: []engine.PointStatus{onAir(finding("bitrates-miscounted", engine.Warning, 70*time.Second, 70*time.Second))}}, []string{"bitrates-miscounted warning oceans/"}},
		"information":     {Input{Points: []engine.PointStatus{onAir(finding("time-negative", engine.Info, time.Hour, 0))}}, nil},
		"stopped": {Input{Points: []engine.PointStatus{{Name: "oceans", State: engine.StateStopped, Findings: []engine.Finding{gone}, Reason: "x",
			Archive: engine.ArchiveStatus{Reason: "x"}}}}, nil},
		"cannot work":       {Input{Points: []engine.PointStatus{{Name: "oceans", State: engine.StateError, Reason: "Not writable."}}}, []string{"point-error error oceans/"}},
		"hampered":          {Input{Points: []engine.PointStatus{{Name: "oceans", State: engine.StateStarted, Reason: "point.toml."}}}, []string{"point-hampered warning oceans/"}},
		"no room":           {Input{Points: []engine.PointStatus{{Name: "oceans", State: engine.StateStarted, Archive: engine.ArchiveStatus{Reason: "Full."}}}}, []string{"archive-failing error oceans/"}},
		"failed":            {Input{Encoders: []engine.EncoderStatus{failed}}, []string{"encoder-failed error oceans/one"}},
		"failed, and lost":  {Input{Encoders: []engine.EncoderStatus{failed}, Points: []engine.PointStatus{onAir(gone)}}, []string{"encoder-failed error oceans/one", "source-lost error oceans/"}},
		"stalled":           {Input{Encoders: []engine.EncoderStatus{stalled}, Points: []engine.PointStatus{onAir()}}, []string{"encoder-stalled warning oceans/one"}},
		"stalled, and lost": {Input{Encoders: []engine.EncoderStatus{stalled}, Points: []engine.PointStatus{onAir(gone)}}, []string{"source-lost error oceans/"}},
		"flapping": {Input{Encoders: []engine.EncoderStatus{encoder(func(e *engine.EncoderStatus) { e.Reason = "It ended" })}, Restarts: map[string]int{"one": 3}},
			[]string{"encoder-flapping warning oceans/one"}},
		"two restarts":    {Input{Encoders: []engine.EncoderStatus{encoder(func(*engine.EncoderStatus) {})}, Restarts: map[string]int{"one": 2}}, nil},
		"ordered to stop": {Input{Encoders: []engine.EncoderStatus{encoder(func(e *engine.EncoderStatus) { e.Order, e.State = engine.OrderStop, engine.EncoderFailed })}}, nil},
		"much room":       {Input{System: engine.SystemStatus{DiskFree: 5 << 30, DiskSize: 9 << 30, Recording: 1, DiskLasts: time.Hour}}, nil},
		"an hour":         {Input{System: engine.SystemStatus{DiskFree: 5 << 30, DiskSize: 9 << 30, Recording: 1, DiskLasts: time.Hour - 1}}, []string{"disk-filling warning /"}},
		"ten minutes":     {Input{System: engine.SystemStatus{DiskFree: 5 << 30, DiskSize: 9 << 30, Recording: 1, DiskLasts: 10*time.Minute - 1}}, []string{"disk-filling error /"}},
		"a gigabyte":      {Input{System: engine.SystemStatus{DiskFree: 1<<30 - 1, DiskSize: 9 << 30}}, []string{"disk-filling error /"}},
		"nobody knows":    {Input{System: engine.SystemStatus{DiskFree: -1, DiskSize: -1}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Now = day
			if got := codes(c.in); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			for _, c := range c.in.Causes() {
				if c.Text == "" || c.Text[len(c.Text)-1] != '.' {
					t.Errorf("%q is no sentence", c.Text)
				}
			}
		})
	}
	in := Input{Now: day, Encoders: []engine.EncoderStatus{stalled}, Points: []engine.PointStatus{onAir(gone)}}
	if got := in.Causes()[0].Action; got != "Encoder one runs, and nothing of it arrives. Look at its input and its log; it is started again by itself." {
		t.Errorf("what to do is %q", got)
	}
}

// Of an encoder of several processes the one that is in trouble is named, and that nothing comes
// of its track is not told once more.
func TestOneProcessOfSeveral(t *testing.T) {
	silent := engine.Finding{Code: "rate-zero", Stream: "video", Bitrate: 100_000, Severity: engine.Warning, Text: "x.", First: day.Add(-20 * time.Second), Last: day}
	p := engine.PointStatus{Name: "oceans", State: engine.StateStarted, Findings: []engine.Finding{silent}, Tracks: []engine.TrackStatus{
		{Stream: "video", Bitrate: 300_000, Source: "x-300k"}, {Stream: "video", Bitrate: 100_000, Source: "x-100k"}}}
	for _, c := range []struct {
		name   string
		change func(e *engine.EncoderStatus, one *engine.EncoderProcess)
		want   string
	}{
		{"stalled", func(e *engine.EncoderStatus, one *engine.EncoderProcess) { e.Stalled, one.Stalled = true, true }, "Encoder one (x-100k) runs, and nothing of it arrives."},
		{"failed", func(e *engine.EncoderStatus, one *engine.EncoderProcess) {
			e.State, one.State, e.Reason = engine.EncoderFailed, engine.EncoderFailed, "No camera"
		}, "Encoder one (x-100k) was given up: No camera."},
		{"well", func(*engine.EncoderStatus, *engine.EncoderProcess) {}, "x."},
	} {
		e := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: "one", Point: "oceans"}, Stream: "x-300k", Order: engine.OrderRun, State: engine.EncoderRunning,
			Processes: []engine.EncoderProcess{{Stream: "x-300k", State: engine.EncoderRunning}, {Stream: "x-100k", State: engine.EncoderRunning}}}
		c.change(&e, &e.Processes[1])
		in := Input{Now: day, Encoders: []engine.EncoderStatus{e}, Points: []engine.PointStatus{p}}
		if got := in.Causes(); len(got) != 1 || got[0].Text != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestOver(t *testing.T) {
	in := Input{
		Points: []engine.PointStatus{{Name: "on", State: engine.StateStarted}, {Name: "off", State: engine.StateIdle}, {Name: "vod", State: engine.StateStopped}, {Name: "bad", State: engine.StateError}},
		Encoders: []engine.EncoderStatus{{Spec: engine.EncoderSpec{ID: "runs"}, Order: engine.OrderRun},
			{Spec: engine.EncoderSpec{ID: "rests"}, Order: engine.OrderStop}},
	}
	for _, c := range []struct {
		alarm engine.Alarm
		want  bool
	}{
		{engine.Alarm{}, false}, {engine.Alarm{Point: "on"}, false}, {engine.Alarm{Point: "off"}, true}, {engine.Alarm{Point: "vod"}, true},
		{engine.Alarm{Point: "bad"}, false}, {engine.Alarm{Point: "gone"}, true},
		{engine.Alarm{Point: "off", Encoder: "runs"}, false}, {engine.Alarm{Point: "on", Encoder: "rests"}, true}, {engine.Alarm{Encoder: "gone"}, true},
	} {
		if got := in.Over(c.alarm); got != c.want {
			t.Errorf("%+v: %v", c.alarm, got)
		}
	}
}

func TestRestarts(t *testing.T) {
	var r Restarts
	now := day
	see := func(restarts int) int {
		now = now.Add(time.Minute)
		return r.Observe(now, []engine.EncoderStatus{{Spec: engine.EncoderSpec{ID: "one"}, Restarts: restarts}})["one"]
	}
	for i, c := range []struct{ restarts, want int }{
		{5, 0}, // before our time
		{6, 1}, {6, 1}, {8, 3}, {8, 3},
		{0, 0},         // ordered anew
		{1, 1}, {1, 1}, // eight minutes on
		{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 0},
		{1_000_000, 3},
	} {
		if got := see(c.restarts); got != c.want {
			t.Errorf("step %d: %d restarts, want %d", i, got, c.want)
		}
	}
}
