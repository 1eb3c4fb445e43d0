package hls

import (
	"context"
	"strings"
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
)

// TestCaptions fetches WebVTT made of the three kinds of captions, for both formats: cues count
// from the origin of the event, and the time stamp map says where that lies on the media's clock.
func TestCaptions(t *testing.T) {
	const start = 17_953_586_960_000_000 // in 2026, counted from 1970
	v := outputtest.WithSubtitles(outputtest.WithText(
		outputtest.Synthetic{Name: "event", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 6, Start: start}.View()))
	src := outputtest.NewSource(v)
	for _, c := range []struct {
		format     Format
		path, want string
	}{
		{TS(), "ts/subtitles_eng-1000/17953586990000000.vtt", "MPEGTS:5613864480,LOCAL:00:00:00.000\n\n00:00:03.000 --> 00:00:04.000\nLine 3 of many\n"},
		{CMAF(), "hls/subtitles_eng-1000/17953586990000000.vtt", "MPEGTS:5612964480,LOCAL:00:00:00.000\n\n00:00:03.000 --> 00:00:04.000\nLine 3 of many\n"},
		{CMAF(), "hls/subtitles_fra-1000/17953586990000000.vtt", "MPEGTS:5612964480,LOCAL:00:00:00.000\n\n00:00:03.000 --> 00:00:04.000\nLigne 3\net une autre\n"},
		{CMAF(), "hls/captions-1000/17953586990000000.vtt", "MPEGTS:5612964480,LOCAL:00:00:00.000\n\n00:00:03.000 --> 00:00:04.000\nLine 3\n"},
	} {
		res, err := c.format.Resolve(output.Request{Point: "oceans", Path: c.path})
		if err != nil {
			t.Fatal(err)
		}
		obj, err := res.Render(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if _, err := obj.Body.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != "WEBVTT\nX-TIMESTAMP-MAP="+c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
}
