package ingest

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// chunkVector reads a capture of an encoder that sends less than a fragment at once.
func chunkVector(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sampleLines describes samples one by one: when they are shown and decoded, and what they are.
func sampleLines(f *fmp4.Fragment, payload []byte) []string {
	var out []string
	at := f.DecodeStart
	for _, s := range f.Samples {
		out = append(out, fmt.Sprintf("%d %d %v %x", at+int64(s.CTO), at, s.Sync(), md5.Sum(payload[:s.Size])))
		payload = payload[s.Size:]
		at += int64(s.Duration)
	}
	return out
}

// sentSamples are the samples of each track in a stream as it was sent.
func sentSamples(t *testing.T, body []byte) map[uint32][]string {
	t.Helper()
	sent := map[uint32][]string{}
	eachSent(t, body, func(f *fmp4.Fragment, payload []byte) {
		sent[f.TrackID] = append(sent[f.TrackID], sampleLines(f, payload)...)
	})
	return sent
}

// shownSamples are the samples of a track as formats see them, in its fragments or, one by one,
// in their chunks.
func shownSamples(t *testing.T, track *presentation.Track, chunks bool) []string {
	t.Helper()
	var out []string
	read := func(f *presentation.Fragment) {
		own, err := output.Samples(track, f)
		if err != nil {
			t.Fatal(err)
		}
		var payload bytes.Buffer
		if _, err := f.Media.WritePayload(&payload, own.PayloadOffset, own.PayloadSize); err != nil {
			t.Fatal(err)
		}
		out = append(out, sampleLines(own, payload.Bytes())...)
	}
	for i := range track.Fragments {
		f := &track.Fragments[i]
		if !chunks || f.Chunks == nil {
			read(f)
			continue
		}
		list, err := f.Chunks.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			read(&presentation.Fragment{Start: c.Decode, Shift: f.Shift, Media: c.Media})
		}
	}
	return out
}

// TestPiecesOfSeveralTracksBecomeFragments takes in pieces with a traf of video and one of audio,
// whose ends have nothing to do with key frames.
func TestPiecesOfSeveralTracksBecomeFragments(t *testing.T) {
	for file, video := range map[string]string{
		"chunks-500ms-cmaf.mp4":           "0+25600 25600+25600 51200+12800",
		"chunks-500ms-basedataoffset.mp4": "1024+25600 26624+25600 52224+12800",
	} {
		t.Run(file, func(t *testing.T) {
			body := chunkVector(t, file)
			sent := sentSamples(t, body)
			d := newDesk(t, engine.DefaultPointConfig())
			if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
				t.Fatal(status, text)
			}
			d.await(engine.StateStopped)
			check := func(when string) {
				v := d.point.Source().View()
				if got := timeline(v, "video"); got != video {
					t.Errorf("%s: video\n got %s\nwant %s", when, got, video)
				}
				if got := timeline(v, "audio"); strings.Count(got, "+") != 3 {
					t.Errorf("%s: audio %s", when, got)
				}
				for _, s := range v.Streams {
					track := s.Tracks[0]
					for _, chunks := range []bool{false, true} {
						if got, want := shownSamples(t, track, chunks), sent[track.Init.ID]; !slices.Equal(got, want) {
							t.Errorf("%s: %s, chunks %v: %d samples of %d, or others", when, s.Name, chunks, len(got), len(want))
						}
					}
				}
			}
			check("at the end")
			d.stop()
			d.open(engine.DefaultPointConfig())
			d.await(engine.StateStopped)
			check("read back")
		})
	}
}

// TestChunksAreForgottenWithoutAnArchive keeps nothing but what fits into the memory allowed.
func TestChunksAreForgottenWithoutAnArchive(t *testing.T) {
	settings := engine.DefaultPointConfig()
	settings.Archive = false
	body := chunkVector(t, "chunks-500ms-cmaf.mp4")
	for limit, most := range map[int64]int{1: 1, 1 << 20: 3} {
		d := newDesk(t, settings)
		d.stop()
		d.open(settings, func(c *point.Config) { c.HotBytes = limit })
		if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
			t.Fatal(status, text)
		}
		d.await(engine.StateStopped)
		for _, s := range d.point.Source().View().Streams {
			if n := len(s.Tracks[0].Fragments); n > most || n == 0 || limit > 1 && n != most {
				t.Errorf("with %d bytes, %s has %d fragments", limit, s.Name, n)
			}
		}
	}
}

// TestStreamThatGoesOnBehindItsEnd continues a stream whose open fragment was completed because it
// had ended: what was shown stays, and is the same after a crash.
func TestStreamThatGoesOnBehindItsEnd(t *testing.T) {
	header, pieces, mark := split(t, chunkVector(t, "chunks-500ms-cmaf.mp4"))
	settings := engine.DefaultPointConfig()
	d := newDesk(t, settings)
	d.stop()
	d.open(settings, func(c *point.Config) { c.Grace = deadline })
	first := slices.Concat(header, slices.Concat(pieces[:6]...), mark)
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(first)); status != 200 {
		t.Fatal(status, text)
	}
	ended := d.point.Source().View()
	if got := timeline(ended, "video"); got != "0+25600 25600+14336" {
		t.Fatalf("at the end: video %s", got)
	}
	if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(slices.Concat(header, slices.Concat(pieces[3:9]...)))); status != 200 {
		t.Fatal(status, text)
	}
	check := func(when string) {
		t.Helper()
		v := d.point.Source().View()
		if got := timeline(v, "video"); got != "0+25600 25600+14336 39936+11264" {
			t.Errorf("%s: video %s", when, got)
		}
		if open := v.Stream("video").Tracks[0].Open; open == nil || open.Chunks.Len() != 2 || open.Decode != 51200 || !open.Sync {
			t.Errorf("%s: open %+v", when, open)
		}
	}
	check("while it goes on")
	d.crash()
	d.open(settings)
	d.await(engine.StateStarted)
	check("after a crash")
}
