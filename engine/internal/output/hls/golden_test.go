package hls

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden are events of which all playlists are kept, and which packaging/manifests checks with
// other people's parsers.
func golden(t *testing.T) map[string]*presentation.View {
	t.Helper()
	ladder := func(change func(*presentation.View) *presentation.View) outputtest.Presentation {
		v := outputtest.Synthetic{Name: "ladder", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 10}.View()
		return outputtest.Presentation{Name: "ladder", Whole: change(v)}
	}
	same := func(v *presentation.View) *presentation.View { return v }
	windowed := func(v *presentation.View) *presentation.View { v.Window = 5 * time.Second; return v }
	file := func(name string) *presentation.View {
		v, err := outputtest.FromVector(name)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	restart := func(v *presentation.View) *presentation.View { return outputtest.WithRestart(v, 4, time.Minute) }
	text := func(v *presentation.View) *presentation.View { return outputtest.WithSubtitles(outputtest.WithText(v)) }
	chunks := outputtest.Synthetic{Name: "chunks", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 14, Samples: 12}.View()
	return map[string]*presentation.View{
		"live":          ladder(same).Live(6),
		"live-window":   windowed(ladder(same).Live(8)),
		"ended":         ladder(same).Whole,
		"ended-window":  windowed(ladder(same).Whole),
		"discontinuity": windowed(ladder(restart).Live(8)),
		"late-rung":     ladder(func(v *presentation.View) *presentation.View { return outputtest.WithLateRung(v, 3) }).Live(6),
		"gap": outputtest.Synthetic{Name: "gap", Video: []int{400_000}, Audio: []string{"eng"},
			Fragments: 12, GapAt: 4, GapLength: 3}.View(),
		"epoch":         outputtest.Synthetic{Name: "epoch", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 4, Start: 17_953_586_960_000_000}.View(),
		"languages":     file("v-2audio-lang-isml.ismv"),
		"audio-only":    file("audio-only-2s-isml.ismv"),
		"hevc":          file("hevc-hvc1-isml.ismv"),
		"text":          ladder(text).Live(6),
		"low-latency":   outputtest.Presentation{Whole: outputtest.WithChunks(chunks)}.Live(12),
		"chunked-ended": chunks,
	}
}

// all renders every playlist that the first names, and what a delta update leaves of the first
// media playlist.
func all(t *testing.T, f Format, v *presentation.View) map[string]string {
	t.Helper()
	src := outputtest.NewSource(v)
	get := func(path string, query map[string][]string) string {
		res, err := f.Resolve(output.Request{Point: "oceans", Path: path, Query: query})
		if err != nil {
			t.Fatal(err)
		}
		obj, err := res.Render(context.Background(), src)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		var b strings.Builder
		if _, err := obj.Body.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := f.Links("oceans")[0].Path
	out := map[string]string{first: get(first, nil)}
	for _, uri := range append(uris(out[first]), keys(out[first])...) {
		out[uri] = get(uri, nil)
		if strings.Contains(out[uri], "CAN-SKIP-UNTIL") && strings.Contains(uri, "video-400000") {
			out[strings.TrimSuffix(uri, suffix)+".delta"+suffix] = get(uri, map[string][]string{"_HLS_skip": {"YES"}})
		}
	}
	return out
}

// keys are the playlists of key frames that a multivariant playlist names.
func keys(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if _, uri, ok := strings.Cut(strings.TrimSpace(line), `URI="`); ok && strings.Contains(uri, keysSuffix) {
			out = append(out, strings.TrimSuffix(uri, `"`))
		}
	}
	return out
}

func TestGoldenPlaylists(t *testing.T) {
	for name, v := range golden(t) {
		for _, f := range []Format{TS(), CMAF()} {
			t.Run(name+"/"+f.Name(), func(t *testing.T) {
				if name == "hevc" && f.kind == transport && len(newShow(transport, v).video) > 0 {
					t.Error("HEVC in MPEG-TS")
				}
				for path, text := range all(t, f, v) {
					file := filepath.Join("testdata", name, f.Name(), strings.ReplaceAll(path, "/", "_"))
					if *update {
						if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
							t.Fatal(err)
						}
						if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
							t.Fatal(err)
						}
					}
					want, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					if text != string(want) {
						t.Errorf("%s is\n%s\nwant\n%s", file, text, want)
					}
				}
			})
		}
	}
}
