package hds

import (
	"bytes"
	"context"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

var update = flag.Bool("update", false, "write the golden files anew")

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

func vector(t testing.TB, file string) outputtest.Presentation {
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

func rendered(t *testing.T, r output.Resource, v *presentation.View) []byte {
	t.Helper()
	obj, err := r.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := obj.Body.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func windowed(v *presentation.View, window time.Duration) *presentation.View {
	narrow := *v
	narrow.Window = window
	return &narrow
}

// goldens are views, each shown as its two manifests and the bootstrap of its first rendition.
func goldens(t *testing.T) map[string]*presentation.View {
	ladder := synthetic(outputtest.Synthetic{Name: "ladder", Video: []int{200_000, 400_000, 900_000}, Audio: []string{"eng"}, Fragments: 20})
	escaped := synthetic(outputtest.Synthetic{Name: "fish & <chips>", Video: []int{400_000}, Audio: []string{"eng", "fra"}, Fragments: 9}).Whole
	back := synthetic(outputtest.Synthetic{Name: "back", Video: []int{400_000}, Fragments: 16}).Whole
	back.Streams[0].Spans[8].Discontinuity = true
	epoch := synthetic(outputtest.Synthetic{Name: "epoch", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 9, Start: 17_953_586_960_000_000})
	epoch.Whole.Origin = engine.Ticks(17_953_586_960_000_000).Duration(10_000_000)
	return map[string]*presentation.View{
		"live":       ladder.Live(19),
		"live-dvr":   windowed(ladder.Live(19), 9*time.Second),
		"ended":      ladder.Whole,
		"languages":  escaped,
		"epoch-live": epoch.Live(9),
		"gap":        synthetic(outputtest.Synthetic{Name: "gap", Video: []int{400_000}, Fragments: 24, GapAt: 6, GapLength: 11}).Whole,
		"long-gops":  synthetic(outputtest.Synthetic{Name: "long", Video: []int{400_000}, Fragments: 5, Length: at(10)}).Whole,
		"clock-back": back,
		"29.97":      vector(t, "video-2997-isml.ismv").Whole,
		"audio-only": vector(t, "audio-only-2s-isml.ismv").Whole,
		"ac3":        vector(t, "av-ac3-delaymoov-isml.ismv").Whole,
		"hevc":       vector(t, "hevc-hvc1-isml.ismv").Whole,
		"two-videos": vector(t, "2v1a-isml.ismv").Whole,
	}
}

func TestGolden(t *testing.T) {
	for name, v := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			text := rendered(t, manifest{kind: listKind}, v)
			text = append(text, rendered(t, manifest{kind: setKind}, v)...)
			first := choose(v).main[0]
			text = append(text, rendered(t, manifest{kind: singleKind, rendition: first}, v)...)
			text = append(text, hex.Dump(rendered(t, bootstrap{first}, v))...)
			compareGolden(t, name, text)
		})
	}
}

// TestBootstrapOfTheSpecification is the example that can be checked by hand: fragments 11 to
// 20 of 4 s, live.
func TestBootstrapOfTheSpecification(t *testing.T) {
	p := synthetic(outputtest.Synthetic{Name: "example", Video: []int{400_000}, Fragments: 80})
	v := windowed(p.Live(80), 40*time.Second)
	const want = "0000006a61627374000000000000001420000003e800000000000138800000000000000000" +
		"0000000000010000001961737274000000000000000001000000010000000a" +
		"010000002561667274" + "00000000000003e800000000010000000b0000000000009c4000000fa0"
	r := choose(v).main[0]
	if got := hex.EncodeToString(rendered(t, bootstrap{r}, v)); got != want {
		t.Errorf("bootstrap =\n%s, want\n%s", got, want)
	}
	ended := *v
	ended.Live = false
	live, err := parseABST(rendered(t, bootstrap{r}, &ended))
	if err != nil {
		t.Fatal(err)
	}
	if !live.live || !live.ended() || live.version != 21 || live.count != 20 {
		t.Errorf("after the end: %+v, want live still, ended, and a greater version", live)
	}
}
