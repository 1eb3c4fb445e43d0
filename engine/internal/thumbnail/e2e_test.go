//go:build e2e

package thumbnail

import (
	"bytes"
	"errors"
	"image/jpeg"
	"log/slog"
	"os/exec"
	"testing"

	"pubpoint/engine/internal/output/outputtest"
)

// Every picture and every sound of real encoders comes back at its own place, all from one child.
func TestDevelopRealStreams(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	var shots []*shot
	var reels []reel
	for _, file := range []string{"av-isml.ismv", "hevc-hvc1-isml.ismv", "av-ac3-delaymoov-isml.ismv", "bframes-isml.ismv", "av-cmaf.mp4"} {
		v, err := outputtest.FromVector(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []func() (*shot, error){func() (*shot, error) { return pickPicture(v) }, func() (*shot, error) { return pickSound(v) }} {
			one, err := s()
			if errors.Is(err, errNoSound) {
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			r, err := one.read()
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			shots, reels = append(shots, one), append(reels, r)
		}
	}
	d, err := develop(t.Context(), ffmpeg, reels, slog.Default())
	if err != nil {
		t.Fatalf("%v, %s", err, d.said)
	}
	t.Logf("%d tracks, %v", len(reels), d.cpu)
	for i, s := range shots {
		if s.init.Type == "video" {
			p, err := picture(s, d.tracks[i])
			if err != nil {
				t.Errorf("%s %s: %v", s.moment.event, s.init.Codec, err)
				continue
			}
			img, err := jpeg.Decode(bytes.NewReader(p.JPEG))
			if err != nil || img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
				t.Errorf("%s: %v, %v, want %d by %d", s.init.Codec, err, img, p.Width, p.Height)
			}
			continue
		}
		l, err := level(s, d.tracks[i], leadOf(s.init, reels[i].samples))
		if err != nil || l.Peak < -60 || l.RMS > l.Peak || len(l.Peaks) != s.init.Channels {
			t.Errorf("%s: %+v, %v", s.init.Codec, l, err)
		}
	}
	// ffmpeg gives up a film of which it cannot decode one track at all: then its points go alone.
	damaged := reels[0]
	damaged.data = bytes.Repeat([]byte{0x5a}, len(damaged.data))
	if _, err := develop(t.Context(), ffmpeg, append(reels, damaged), slog.Default()); err == nil {
		t.Error("a damaged key frame was decoded")
	}
}
