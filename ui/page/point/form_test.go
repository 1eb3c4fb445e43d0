package point

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/kit"
	"pubpoint/ui/look"
)

func TestSpans(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, " 0 ": 0, "30 min": 30 * time.Minute, "30min": 30 * time.Minute, "30m": 30 * time.Minute, "1 h 30 min": 90 * time.Minute,
		"90s": 90 * time.Second, "2 d": 48 * time.Hour, "1 d 2 h": 26 * time.Hour, "1.5h": 90 * time.Minute, "250ms": 250 * time.Millisecond,
	} {
		if got, ok := readSpan(text); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"x", "30", "-1h", "1 y", "99999999h", "1e99d", "NaNd", "Infd", "d", "1d-1h"} {
		if got, ok := readSpan(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	for _, d := range []time.Duration{0, time.Second, 90 * time.Second, time.Hour, 26*time.Hour + 3*time.Minute, 1500 * time.Millisecond, time.Nanosecond} {
		if got, ok := readSpan(writeSpan(d)); !ok || got != d {
			t.Errorf("%v is written %q and read as %v", d, writeSpan(d), got)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "20 GB": 20e9, "1.5tb": 15e11, "500 MiB": 500 << 20, "3 B": 3, "0.5 KB": 500} {
		if got, ok := readSize(text); !ok || got != want {
			t.Errorf("%q is %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"20", "x GB", "-1 GB", "GB", "NaN GB", "1e30 TB", "Inf B"} {
		if got, ok := readSize(text); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
	for _, n := range []int64{0, 1, 999, 20e9, 15e11, 123_456_789, 1_230_000, 1 << 50} {
		if got, ok := readSize(writeSize(n)); !ok || got != n {
			t.Errorf("%d is written %q and read as %d", n, writeSize(n), got)
		}
	}
}

// What was not touched stays to the bit, whatever it is.
func TestAnUntouchedFormChangesNothing(t *testing.T) {
	for _, c := range []engine.PointConfig{
		{}, engine.DefaultPointConfig(),
		{Title: " odd ", DVRWindow: 1234567 * time.Nanosecond, LookAhead: 7, OnReconnect: "burn", Fsync: "often", SourceTimeout: -1, ArchiveKeepBytes: 12_345_678_901},
	} {
		if got := formOf(c).config(c); !got.Equal(c) {
			t.Errorf("%+v becomes %+v", c, got)
		}
		if p := formOf(c).problem(); p != "" {
			t.Errorf("%+v: %s", c, p)
		}
	}
	f := formOf(engine.PointConfig{})
	f.keepBytes = "many"
	if p := f.problem(); !strings.Contains(p, `"many"`) {
		t.Errorf("the problem is %q", p)
	}
}

func TestVerdict(t *testing.T) {
	track := engine.TrackStatus{Stream: "video", Source: "oceans-1", Type: engine.Video}
	found := func(s engine.Severity, stream string) engine.Finding {
		return engine.Finding{Severity: s, Stream: stream, Text: stream + " " + string(s)}
	}
	for name, c := range map[string]struct {
		findings []engine.Finding
		lamp     look.Lamp
		want     string
	}{
		"all is well":         {nil, look.Good, "All well"},
		"the worst":           {[]engine.Finding{found(engine.Warning, "video"), found(engine.Failure, "video")}, look.Good, "video error"},
		"of its encoder":      {[]engine.Finding{found(engine.Warning, "oceans-1")}, look.Good, "oceans-1 warning"},
		"of another":          {[]engine.Finding{found(engine.Failure, "audio")}, look.Good, "All well"},
		"its own first":       {[]engine.Finding{found(engine.Warning, ""), found(engine.Warning, "video")}, look.Good, "video warning"},
		"information is none": {[]engine.Finding{found(engine.Info, "video")}, look.Good, "All well"},
		"silence":             {nil, look.Bad, "Nothing arrives"},
		"another rate":        {nil, look.Warn, "Arrives at another rate than announced"},
		"ended":               {nil, look.Done, "Ended"},
		"not begun":           {nil, look.Busy, "Waits for its first fragment"},
	} {
		if got := verdict(track, engine.PointStatus{Findings: c.findings}, c.lamp); got.Text != c.want {
			t.Errorf("%s: %q, want %q", name, got.Text, c.want)
		}
	}
	p := engine.PointStatus{State: engine.StateStarted, Findings: []engine.Finding{found(engine.Warning, "video")}}
	track.LastArrival = noon()
	if row := trackRow(track, p, noon()); row[0].Lamp != look.Warn || row[len(row)-1] != (kit.Cell{Text: "video warning", Tone: look.ToneWarn}) {
		t.Errorf("the row is %+v", row)
	}
}

func TestCommonBase(t *testing.T) {
	for _, c := range []struct {
		urls []string
		want string
	}{
		{nil, ""}, {[]string{"http://a/b"}, ""}, {[]string{"http://a/p.isml/x", "http://a/p.isml/", "http://a/p.isml/y.mpd"}, "http://a/p.isml/"},
		{[]string{"http://a/x", "https://a/x"}, ""},
	} {
		var links []engine.Link
		for _, u := range c.urls {
			links = append(links, engine.Link{URL: u})
		}
		if got := commonBase(links); got != c.want {
			t.Errorf("%q: %q", c.urls, got)
		}
	}
}

func TestLoopbackIsNoAddressForAPhone(t *testing.T) {
	for link, want := range map[string]bool{"http://127.0.0.1:8088/x": true, "http://localhost/x": true, "http://[::1]:1/x": true, "http://192.0.2.1/x": false, "http://media1/x": false, "::": false} {
		if got := ownMachineOnly(link); got != want {
			t.Errorf("%s: %v", link, got)
		}
	}
}
