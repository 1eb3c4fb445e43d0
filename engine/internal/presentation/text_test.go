package presentation

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func TestListedOfASparseStream(t *testing.T) {
	video := &Stream{Name: "video", Type: engine.Video, Timescale: 1000, Spans: []Span{{Start: 0, Duration: 2000}, {Start: 2000, Duration: 2000}}}
	markers := &Stream{Name: "scte", Type: engine.Text, Timescale: 10_000_000, Text: &Text{Parent: "video"},
		Spans: []Span{{Start: 5_000_000, Duration: 900_000_000}, {Start: 20_000_000, Duration: 1}, {Start: 30_000_000, Duration: 1}}}
	captions := &Stream{Name: "captions", Type: engine.Text, Timescale: 1000, Text: &Text{}, Spans: video.Spans}
	v := &View{Live: true, Streams: []*Stream{captions, markers, video}}
	for _, c := range []struct {
		window time.Duration
		live   bool
		want   int
	}{{0, true, 3}, {time.Hour, true, 3}, {2 * time.Second, true, 2}, {time.Second, true, 1}, {time.Millisecond, true, 0}, {time.Second, false, 3}} {
		v.Window, v.Live = c.window, c.live
		if got := v.Listed(markers); len(got) != c.want {
			t.Errorf("window %v, live %t: %d markers are listed, want %d", c.window, c.live, len(got), c.want)
		}
	}
	if v.Parent(markers) != video || v.Parent(video) != nil || v.Parent(captions) != nil {
		t.Error("parents are mistaken")
	}
	markers.Text = &Text{Parent: "nothing"}
	if v.Parent(markers) != video {
		t.Error("a parent that is not there has no stand-in")
	}
	v.Streams = v.Streams[:2]
	if v.Parent(markers) != nil || len(v.Listed(markers)) != 3 {
		t.Error("captions are a parent")
	}
	if v.Duration() != 0 {
		t.Error("text makes the presentation longer")
	}
}
