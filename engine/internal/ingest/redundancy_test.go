package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pubpoint/engine"
)

// dropped returns once the newest session of the point has had so many fragments dropped.
func (d *desk) dropped(fragments int64) {
	d.t.Helper()
	d.until("a dropped fragment", func(st engine.PointStatus) bool {
		for _, s := range st.Sources {
			if s.Dropped >= fragments {
				return true
			}
		}
		return false
	})
}

// TestSecondEncoderTakesOverInsideAGroupOfPictures has two encoders send the same; the first
// dies behind a fragment that is followed by one that no player can begin with. The second
// has sent what comes before, so what it brings next is taken.
func TestSecondEncoderTakesOverInsideAGroupOfPictures(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "1s-fragments-midgop-isml.ismv"))
	d := newDesk(t, engine.DefaultPointConfig())
	first, second := d.connect("x"), d.connect("x")
	first.send(header, fragments[0], fragments[1], fragments[2])
	d.arrived(3)
	second.send(header, fragments[0], fragments[1], fragments[2])
	d.dropped(3)
	first.leave()
	second.send(fragments[3])
	d.until("the second half of a group of pictures", func(engine.PointStatus) bool {
		open := d.point.Source().View().Stream("video").Tracks[0].Open
		return open != nil && open.Chunks.Len() == 2 && open.Start == 20000000 && open.Duration == 20000000
	})
	second.send(mark)
	if status := second.leave(); status != 200 {
		t.Fatal(status)
	}
	d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); got != "0+10000000 10000000+10000000 20000000+20000000" {
		t.Fatalf("timeline %s", got)
	}
	checkArchive(t, filepath.Join(d.dir, "x.ismv"), slices.Concat(header, slices.Concat(fragments...), mark))
}

// TestEncoderThatBeginsInsideAGroupOfPicturesWaitsForAKeyFrame begins with a fragment that no
// player can begin with, and nobody has sent what comes before it.
func TestEncoderThatBeginsInsideAGroupOfPicturesWaitsForAKeyFrame(t *testing.T) {
	header, fragments, mark := split(t, vector(t, "1s-fragments-midgop-isml.ismv"))
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(slices.Concat(header, fragments[1], fragments[2], fragments[3], mark))); status != 200 {
		t.Fatal(status, text)
	}
	st := d.await(engine.StateStopped)
	if got := timeline(d.point.Source().View(), "video"); got != "20000000+10000000 30000000+10000000" || st.Sources[0].Dropped != 1 {
		t.Fatalf("timeline %s, %d dropped", got, st.Sources[0].Dropped)
	}
}

// TestOpenGroupsOfPicturesKeepEveryFragment has fragments whose presentation times neither
// begin where the last ones end nor come without overlap; their decode times do.
func TestOpenGroupsOfPicturesKeepEveryFragment(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("testdata", "hevc-opengop-cmaf.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	header, fragments, _ := split(t, body)
	d := newDesk(t, engine.DefaultPointConfig())
	// The connection is lost, and the encoder sends again what it is not sure of.
	for _, b := range [][]byte{slices.Concat(header, fragments[0], fragments[1]), body} {
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(b)); status != 200 {
			t.Fatal(status, text)
		}
	}
	check := func(when string) {
		t.Helper()
		st := d.await(engine.StateStopped)
		v := d.point.Source().View()
		if got := timeline(v, "video"); got != "0+25088 25600+17408 43008+24576 68096+22016" {
			t.Errorf("%s: timeline %s", when, got)
		}
		kept := v.Stream("video").Tracks[0].Fragments
		if len(kept) != len(fragments) || st.Tracks[0].Gaps != 0 {
			t.Fatalf("%s: %d fragments of %d, %d gaps", when, len(kept), len(fragments), st.Tracks[0].Gaps)
		}
		for i := 1; i < len(kept); i++ {
			if end := kept[i-1].Decode + kept[i-1].DecodeLength; kept[i].Decode != end {
				t.Errorf("%s: fragment %d is decoded at %d, the last one ends at %d", when, i, kept[i].Decode, end)
			}
		}
	}
	check("at the end")
	d.stop()
	d.open(engine.DefaultPointConfig())
	check("read back")
}
