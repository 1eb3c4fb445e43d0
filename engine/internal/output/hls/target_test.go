package hls

import (
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// TestTargetDurationStaysAsSoundIsCutBesidePictures looks at the beginning of events as
// encoders send them: the first fragment of sound is shorter than the pictures, the next are
// longer, and the target duration must never change (bis-22 4.4.3.1).
func TestTargetDurationStaysAsSoundIsCutBesidePictures(t *testing.T) {
	for _, c := range []struct {
		kind                 kind
		video, first, second time.Duration
		want                 int
	}{
		{transport, time.Second, 981 * time.Millisecond, 1003 * time.Millisecond, 2},
		{transport, 2 * time.Second, 1984 * time.Millisecond, 2005 * time.Millisecond, 3},
		{transport, 2 * time.Second, 1920 * time.Millisecond, 2091 * time.Millisecond, 3},
		{transport, 2 * time.Second, 0, 0, 2},
		{transport, 0, 2 * time.Second, 2 * time.Second, 2},
		{fragmented, 2 * time.Second, 1920 * time.Millisecond, 2091 * time.Millisecond, 2},
	} {
		for _, sound := range []time.Duration{c.first, c.second} {
			v := &presentation.View{}
			for kind, length := range map[engine.MediaType]time.Duration{engine.Video: c.video, engine.Audio: sound} {
				if length > 0 {
					v.Streams = append(v.Streams, &presentation.Stream{Type: kind, Timescale: 1000, Longest: engine.Ticks(length / time.Millisecond)})
				}
			}
			if got := (&show{kind: c.kind, view: v}).target(); got != c.want {
				t.Errorf("pictures of %v and sound of %v: %d, want %d", c.video, sound, got, c.want)
			}
		}
	}
}
