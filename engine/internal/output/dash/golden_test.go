package dash

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden are events of which the MPDs are kept, and which packaging/manifests checks with other
// people's parsers.
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
		"live":                 ladder(same).Live(6),
		"live-window":          windowed(ladder(same).Live(8)),
		"ended":                windowed(ladder(same).Whole),
		"discontinuity":        windowed(ladder(restart).Live(8)),
		"discontinuity-passed": windowed(ladder(restart).Live(10)),
		"discontinuity-ended":  ladder(restart).Whole,
		"late-rung":            ladder(func(v *presentation.View) *presentation.View { return outputtest.WithLateRung(v, 3) }).Live(6),
		"gap": outputtest.Synthetic{Name: "gap", Video: []int{400_000}, Audio: []string{"eng"},
			Fragments: 12, GapAt: 4, GapLength: 3}.View(),
		"epoch":       outputtest.Synthetic{Name: "epoch", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 4, Start: 17_953_586_960_000_000}.View(),
		"languages":   file("v-2audio-lang-isml.ismv"),
		"audio-only":  file("audio-only-2s-isml.ismv"),
		"hevc":        file("hevc-hvc1-isml.ismv"),
		"29.97":       file("video-2997-isml.ismv"),
		"text":        ladder(text).Live(6),
		"low-latency": outputtest.Presentation{Whole: outputtest.WithChunks(chunks)}.Live(12),
	}
}

func render(t *testing.T, v *presentation.View) []byte {
	t.Helper()
	obj, err := manifest{}.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := obj.Body.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenManifests(t *testing.T) {
	for name, v := range golden(t) {
		t.Run(name, func(t *testing.T) {
			got := render(t, v)
			file := filepath.Join("testdata", name+".mpd")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is\n%s\nwant\n%s", file, got, want)
			}
			// dash.js tells an MPD by its first 500 bytes.
			at := bytes.Index(got, []byte("<MPD"))
			if end := bytes.IndexByte(got[at:], '>'); at < 0 || at+end >= 500 {
				t.Errorf("the MPD tag ends at byte %d", at+end)
			}
			if err := checkOrder(got); err != nil {
				t.Error(err)
			}
		})
	}
}

// content is the order of children that the schema gives each element (ISO/IEC 23009-1 annex B),
// of those that are written here.
func content(parent string) []string {
	switch parent {
	case "":
		return []string{"MPD"}
	case "MPD":
		return []string{"ServiceDescription", "Period", "UTCTiming"}
	case "ServiceDescription":
		return []string{"Latency", "PlaybackRate"}
	case "Period":
		return []string{"EventStream", "AdaptationSet"}
	case "EventStream":
		return []string{"Event"}
	case "Event":
		return []string{"Signal"}
	case "Signal":
		return []string{"Binary"}
	case "AdaptationSet":
		return []string{"Role", "SegmentTemplate", "Representation"}
	case "Representation":
		return []string{"AudioChannelConfiguration", "SegmentTemplate"}
	case "SegmentTemplate":
		return []string{"SegmentTimeline"}
	case "SegmentTimeline":
		return []string{"S"}
	}
	return nil
}

// checkOrder holds an MPD to the order of elements.
func checkOrder(text []byte) error {
	in := xml.NewDecoder(bytes.NewReader(text))
	parents, places := []string{""}, []int{0}
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		n := len(parents) - 1
		switch e := token.(type) {
		case xml.StartElement:
			i := slices.Index(content(parents[n]), e.Name.Local)
			if i < places[n] {
				return fmt.Errorf("%s stands in %s where the schema does not have it", e.Name.Local, parents[n])
			}
			places[n] = i
			parents, places = append(parents, e.Name.Local), append(places, 0)
		case xml.EndElement:
			parents, places = parents[:n], places[:n]
		}
	}
}
