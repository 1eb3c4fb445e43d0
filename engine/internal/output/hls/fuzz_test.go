package hls

import (
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
)

// FuzzResolve sends addresses and delivery directives.
func FuzzResolve(f *testing.F) {
	for _, path := range append(outputtest.Nonsense(),
		"oceans.m3u8", "oceans-cmaf.m3u8", "Manifest(format=m3u8-aapl)", "ts/video-400000.m3u8", "ts/video-400000.vod.m3u8",
		"ts/video-400000/20000000.ts", "ts/captions-1000/0.vtt", "hls/video-400000.m3u8", "hls/video-400000.keys.m3u8",
		"hls/video-400000.keys.vod.m3u8", "cmaf/video-400000/20000000.3.m4s", "cmaf/video-400000/20000000.key.m4s",
	) {
		f.Add(path, "12", "3", "YES", "30")
	}
	f.Fuzz(func(t *testing.T, path, msn, part, skip, window string) {
		for _, format := range []Format{TS(), CMAF()} {
			outputtest.CheckResolve(t, format, output.Request{Point: "oceans", Path: path, Query: map[string][]string{
				"_HLS_msn": {msn}, "_HLS_part": {part}, "_HLS_skip": {skip}, "dvr_window_length": {window}}})
		}
	})
}
