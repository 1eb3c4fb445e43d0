package dash

import (
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
)

func FuzzResolve(f *testing.F) {
	for _, path := range append(outputtest.Nonsense(), "oceans.mpd", "Manifest(format=mpd-time-cmaf)",
		"cmaf/video-400000/init-53bc44a5dc0c.mp4", "cmaf/video-400000/20000000.m4s", "cmaf/video-400000/20000000.0.m4s") {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		outputtest.CheckResolve(t, New(), output.Request{Point: "oceans", Path: path})
	})
}
