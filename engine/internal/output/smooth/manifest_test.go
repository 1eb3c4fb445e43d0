package smooth

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fromVector is an event made of a capture.
func fromVector(t *testing.T, file string) outputtest.Presentation {
	t.Helper()
	v, err := outputtest.FromVector(file)
	if err != nil {
		t.Fatal(err)
	}
	return outputtest.Presentation{Name: file, Whole: v}
}

func synthetic(s outputtest.Synthetic) outputtest.Presentation {
	return outputtest.Presentation{Name: s.Name, Whole: s.View()}
}

// live is the event after n fragments with a look-ahead and a DVR window.
func live(p outputtest.Presentation, n, lookAhead int, window time.Duration) *presentation.View {
	v := p.Live(n)
	v.LookAhead, v.Window = lookAhead, window
	return v
}

func TestClientManifest(t *testing.T) {
	oneLevel := outputtest.Synthetic{Name: "one", Video: []int{400_000}, Fragments: 6}
	ladder := outputtest.Synthetic{Name: "ladder", Video: []int{200_000, 400_000, 900_000}, Audio: []string{"und"}, Fragments: 6}
	gap := outputtest.Synthetic{Name: "gap", Video: []int{400_000}, Fragments: 9, GapAt: 3, GapLength: 2}
	epoch := outputtest.Synthetic{Name: "epoch", Video: []int{400_000}, Fragments: 5, Start: 17_953_586_960_000_000}
	text := outputtest.Synthetic{Name: "text", Video: []int{400_000}, Fragments: 9}
	strange := outputtest.Synthetic{Name: "strange", Video: []int{400_000}, Audio: []string{`a&"<'é`}, Fragments: 2}.View()
	for _, test := range []struct {
		golden string
		view   *presentation.View
	}{
		{"one-level", oneLevel.View()},
		{"ladder", ladder.View()},
		{"audio-only", fromVector(t, "audio-only-2s-isml.ismv").Whole},
		{"two-languages", fromVector(t, "v-2audio-lang-isml.ismv").Whole},
		{"gap", gap.View()},
		{"live-lookahead-0", live(synthetic(ladder), 5, 0, 0)},
		{"live-lookahead-1", live(synthetic(ladder), 5, 1, 0)},
		{"live-lookahead-2", live(synthetic(ladder), 5, 2, 0)},
		{"live-window", live(synthetic(oneLevel), 6, 2, 4*time.Second)},
		{"ended", synthetic(ladder).Whole},
		{"live-epoch", live(synthetic(epoch), 5, 2, 0)},
		{"29.97", fromVector(t, "video-2997-isml.ismv").Whole},
		{"negative-audio-start", fromVector(t, "av-isml.ismv").Whole},
		{"live-negative-audio-start", live(fromVector(t, "av-isml.ismv"), 3, 1, 0)},
		{"ac3", fromVector(t, "av-ac3-delaymoov-isml.ismv").Whole},
		{"hevc-alone", fromVector(t, "hevc-hvc1-isml.ismv").Whole},
		{"cmaf-timescales", fromVector(t, "av-cmaf.mp4").Whole},
		{"escaped", strange},
		{"text", withText(text).Whole},
		{"live-text", live(withText(text), 7, 2, 0)},
		{"live-text-window", live(withText(text), 9, 2, 3*time.Second)},
	} {
		t.Run(test.golden, func(t *testing.T) {
			got := clientManifest(test.view)
			if _, err := parse(got); err != nil {
				t.Errorf("the manifest cannot be read back: %v", err)
			}
			if again := clientManifest(test.view); !bytes.Equal(got, again) {
				t.Error("the manifest is another the second time")
			}
			compareGolden(t, test.golden, got)
		})
	}
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run the test with -update and look at the difference\ngot:\n%s", path, got)
	}
}

func TestManifestLeavesOut(t *testing.T) {
	avc := outputtest.Synthetic{Name: "one", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 6}.View()
	other := fromVector(t, "hevc-hvc1-isml.ismv").Whole.Streams[0]
	second := *other
	second.Name = "video_2"
	text := *avc.Streams[1]
	text.Name, text.Type = "captions", engine.Text
	v := *avc
	v.Streams = []*presentation.Stream{avc.Streams[0], &second, avc.Streams[1], &text}
	p, err := parse(clientManifest(&v))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.StreamIndex) != 2 || p.StreamIndex[0].Name != "video" || p.StreamIndex[1].Name != "audio" {
		t.Errorf("streams = %+v, want video and audio: no HEVC beside other video, no text", p.StreamIndex)
	}
	if p.MinorVersion != "0" {
		t.Errorf("MinorVersion = %s, want 0 without HEVC", p.MinorVersion)
	}
}

func TestManifestOfNothing(t *testing.T) {
	v := outputtest.Synthetic{Name: "none", Video: []int{400_000}}.View()
	if got := clientManifest(v); got != nil {
		t.Errorf("a manifest of nothing: %s", got)
	}
	v.Live = true
	if got := clientManifest(v); got != nil {
		t.Errorf("a live manifest of nothing: %s", got)
	}
}

func BenchmarkClientManifestOfADay(b *testing.B) {
	p := synthetic(outputtest.Synthetic{Name: "day", Video: []int{400_000}, Fragments: 43_200})
	v := p.Whole
	for b.Loop() {
		clientManifest(v)
	}
}
