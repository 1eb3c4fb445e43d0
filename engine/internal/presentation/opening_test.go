package presentation_test

import (
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

func TestManifestsWaitForTheFirstFragmentOfEachStream(t *testing.T) {
	for _, c := range []struct {
		name         string
		live         bool
		video, audio int
		text         bool
		want         bool
	}{
		{"nothing", true, 0, 0, false, false},
		{"pictures alone", true, 1, 0, false, true},
		{"sound alone", true, 0, 1, false, true},
		{"both", true, 1, 1, false, false},
		{"text is not waited for", true, 1, 1, true, false},
		{"a silent one is not waited for", true, 2, 0, false, false},
		{"ended", false, 1, 0, false, false},
	} {
		v := &presentation.View{Live: c.live, Streams: []*presentation.Stream{
			{Name: "video", Type: engine.Video, Spans: make([]presentation.Span, c.video)},
			{Name: "audio", Type: engine.Audio, Spans: make([]presentation.Span, c.audio)},
		}}
		if c.text {
			v.Streams = append(v.Streams, &presentation.Stream{Name: "text", Type: engine.Text})
		}
		if got := v.Opening(); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
