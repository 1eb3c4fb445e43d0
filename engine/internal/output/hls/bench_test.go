package hls

import (
	"context"
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// aDay is 24 hours of fragments of 2 s: three rungs of video, two languages.
func aDay() *presentation.View {
	v := outputtest.Synthetic{
		Name: "day", Video: []int{200_000, 400_000, 900_000}, Audio: []string{"eng", "fra"}, Fragments: 43_200, Length: 20_000_000, Samples: 1,
	}.View()
	v.Live = true
	return v
}

func benchmark(b *testing.B, f Format, path string) {
	src := outputtest.NewSource(aDay())
	res, err := f.Resolve(output.Request{Point: "oceans", Path: path})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		obj, err := res.Render(context.Background(), src)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(obj.Size)
	}
}

func BenchmarkMultivariantOfADay(b *testing.B)    { benchmark(b, CMAF(), "oceans-cmaf.m3u8") }
func BenchmarkMultivariantTSOfADay(b *testing.B)  { benchmark(b, TS(), "oceans.m3u8") }
func BenchmarkVideoPlaylistOfADay(b *testing.B)   { benchmark(b, CMAF(), "hls/video-400000.m3u8") }
func BenchmarkVideoPlaylistTSOfADay(b *testing.B) { benchmark(b, TS(), "ts/video-400000.m3u8") }
func BenchmarkAudioPlaylistOfADay(b *testing.B)   { benchmark(b, CMAF(), "hls/audio_fra-64000.m3u8") }
