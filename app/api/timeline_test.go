package api

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestTimeline(t *testing.T) {
	s, fake := fresh(t)
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	fake.SetPoint(engine.PointStatus{Name: "sea"})
	fake.SetFragments("sea", engine.FragmentMap{Event: "e1", Zero: noon, From: noon, To: noon.Add(4 * time.Second),
		Lanes: []engine.FragmentLane{{Track: "video/800000", Label: "640×360 800k", Type: engine.Video, Bitrate: 800_000, Marks: []engine.FragmentMark{
			{Length: 2 * time.Second, Bytes: 200_000, Count: 1, Peak: 800_000, Arrived: noon.Add(2 * time.Second), Source: "sea-1"},
			{Start: 2 * time.Second, Length: 2 * time.Second, Bytes: 100_000, Count: 1, Peak: 400_000, Gap: true, NoKey: true},
		}}},
		Notes: []engine.TimelineNote{{At: noon.Add(time.Second), Kind: engine.NoteOperator, Text: "kick-off"}}})
	for _, c := range []struct {
		name, query string
		status      int
		want        []string
		never       string
	}{
		{"all", "", 200, []string{`"event":"e1"`, `"track":"video/800000"`, `"rate":800000`, `"start_seconds":2,`, `"gap":true`, `"no_key":true`, `"text":"kick-off"`, `"severity":"info"`, `"source":"sea-1"`}, `"jump"`},
		{"a stretch", "?from=" + url.QueryEscape("2026-05-04T12:00:02Z"), 200, []string{`"rate":400000`, `"notes":[]`}, `"rate":800000`},
		{"no instant", "?from=noon", 400, []string{"noon"}, ""},
		{"backwards", "?from=2026-05-04T12:00:02Z&to=2026-05-04T12:00:01Z", 400, []string{"turn it around"}, ""},
		{"no number", "?max=many", 400, []string{"many"}, ""},
		{"too many", "?max=100001", 400, []string{"100000"}, ""},
		{"no event", "?event=e9", 404, []string{"e9"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(s, "GET", "/api/v1/points/sea/timeline"+c.query, "")
			if w.Code != c.status {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			for _, want := range c.want {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%q is not in %s", want, w.Body)
				}
			}
			if c.never != "" && strings.Contains(w.Body.String(), c.never) {
				t.Errorf("%q is in %s", c.never, w.Body)
			}
		})
	}
	if w := ask(s, "GET", "/api/v1/points/none/timeline", ""); w.Code != 404 {
		t.Errorf("no point: %d %s", w.Code, w.Body)
	}
	fake.Fail("Fragments", errors.New("disk"))
	if w := ask(s, "GET", "/api/v1/points/sea/timeline", ""); w.Code != 500 {
		t.Errorf("failure: %d %s", w.Code, w.Body)
	}
}
