package finding

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// TestSentencesTellWhatWasMeasured holds the words of cases to their numbers.
func TestSentencesTellWhatWasMeasured(t *testing.T) {
	video := &Subject{Stream: "video", Bitrate: 1_500_000, Type: engine.Video, Height: 720, Nominal: 1_500_000}
	other := &Subject{Stream: "video", Bitrate: 5_000_000, Type: engine.Video, Height: 1080}
	audio := &Subject{Stream: "audio", Type: engine.Audio}
	named, _ := Misnamed("oceans-400k", []int{400_000, 64_000, 800_000})
	vague, _ := Misnamed("oceans-400k", []int{400_000, 0})
	for _, c := range []struct {
		c    Case
		want string
	}{
		{BeforeZero(audio, 21333*time.Microsecond), "Audio starts 21 ms before zero (encoder priming)."},
		{BeforeZero(video, 80*time.Millisecond), "Video 1500k starts 80 ms before zero."},
		{JumpedBack(video, 3200*time.Millisecond), "Video 1500k jumped back by 3.20 s"},
		{Missing(audio, 2*time.Second), "2.00 s of Audio never arrived."},
		{Misaligned(video, other, 480*time.Millisecond), "720p cuts 480 ms after 1080p; players will glitch when they switch."},
		{Misaligned(video, audio, -1480*time.Millisecond), "Video 1500k cuts 1.48 s before Audio;"},
		{Slow(video, 0.91), "at 0.91x"},
		{Differs("x", "Video", 12*time.Second), "(Video at 12.0 s)"},
		{Differs("x", "Video", time.Date(2030, 1, 1, 15, 4, 5, 0, time.UTC).Sub(time.Unix(0, 0))), "(Video at 15:04:05 UTC)"},
		{Drift(video, -84, -50*time.Millisecond), "84 ppm fast: 50 ms in ten minutes"},
		{Near("x", "The moov", 90, 100), "takes 90 of the 100 that are allowed (90 %)"},
		{named, "names 1 bitrate but carries 3 tracks"},
	} {
		if !strings.Contains(c.c.Text, c.want) || !strings.HasSuffix(c.c.Text, ".") {
			t.Errorf("%q, want %q", c.c.Text, c.want)
		}
	}
	if named.Option != "stream_id=oceans-400k-64k-800k.ismv" || vague.Option != "" || vague.Text == "" {
		t.Errorf("%+v %+v", named, vague)
	}
	if _, mismatch := Misnamed("oceans-400k-64k", []int{1, 2}); mismatch {
		t.Error("as many names as tracks are no mismatch")
	}
	if IsNear(84, 100) || !IsNear(85, 100) || IsNear(1, 0) {
		t.Error("near is 85 % of a limit")
	}
}

// TestSilenceNeedsTime holds what silence tells to its times.
func TestSilenceNeedsTime(t *testing.T) {
	st := &engine.PointStatus{State: engine.StateStarted, Event: engine.EventStatus{Began: noon},
		Sources: []engine.SourceStatus{{Stream: "x", Connected: true, Fragments: 3, Began: noon}},
		Tracks: []engine.TrackStatus{
			{Stream: "video", Type: engine.Video, Source: "x", Fragments: 3, LastArrival: noon, LastLength: 2, Timescale: 1},
			{Stream: "video", Type: engine.Video, Source: "y", Fragments: 3, LastArrival: noon, LastLength: 5, Timescale: 1},
			{Stream: "audio", Type: engine.Audio, Source: "x", Timescale: 1},
			{Stream: "old", Type: engine.Audio, Source: "gone", Fragments: 3, Timescale: 1}, // read back
			{Stream: "scte", Type: engine.Text, Source: "x", LastArrival: noon, Timescale: 1},
			{Stream: "over", Type: engine.Video, Fragments: 1, LastArrival: noon, Ended: true, Timescale: 1},
		}}
	for after, want := range map[time.Duration]string{9 * time.Second: "", 10 * time.Second: "rate-zero rate-zero", 15 * time.Second: "rate-zero rate-zero rate-zero"} {
		if got := codes(Silence(st, nil, noon.Add(after))); got != want {
			t.Errorf("after %s: %q, want %q", after, got, want)
		}
	}
	st.SourceLost = true
	if got := codes(Silence(st, nil, noon.Add(time.Minute))); got != "source-lost" {
		t.Errorf("%s", got)
	}
	st.SourceLost, st.Tracks = false, st.Tracks[5:]
	if got := codes(Silence(st, nil, noon.Add(time.Minute))); got != "audio-missing" {
		t.Errorf("%s", got)
	}
	waiting := []Awaited{{Stream: "x", Remote: "a", Since: noon}, {Stream: "x", Remote: "b", Since: noon}, {Stream: "y", Since: noon, Header: true, Audio: true}}
	st.State = engine.StateStarting
	if got := Silence(st, waiting, noon.Add(FirstFragment)); codes(got) != "no-fragment no-fragment" || got[1].Option != "-frag_duration 2000000" {
		t.Errorf("%+v", got)
	}
}
