package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/point"
	"pubpoint/engine/internal/presentation"
)

// sampleBytes are the bytes of each track's fragments in a stream as it was sent, by track
// and start.
func sampleBytes(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	sent := map[string][]byte{}
	eachSent(t, body, func(f *fmp4.Fragment, payload []byte) {
		// What lies before zero is not published.
		sent[fmt.Sprint(f.TrackID, " ", max(0, f.Start))] = payload[:f.PayloadSize]
	})
	return sent
}

// eachSent shows each fragment of a stream as it was sent, with the bytes from its first sample on.
func eachSent(t *testing.T, body []byte, show func(f *fmp4.Fragment, payload []byte)) {
	t.Helper()
	boxes := fmp4.NewReader(bytes.NewReader(body), fmp4.DefaultLimits())
	var moof []byte
	var moofAt int64
	var init *fmp4.Init
	for {
		box, err := boxes.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := boxes.Bytes(0)
		if err != nil {
			t.Fatal(err)
		}
		switch box.Type {
		case "moov":
			if init, err = fmp4.ParseInit(nil, b, fmp4.DefaultLimits()); err != nil {
				t.Fatal(err)
			}
		case "moof":
			moof, moofAt = b, box.Offset
		case "mdat":
			tracks, err := fmp4.ParseMoof(moof, init, fmp4.DefaultLimits(), fmp4.Position{Moof: moofAt, Payload: box.PayloadOffset()})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range tracks {
				show(f, b[int64(box.HeaderSize)+f.PayloadOffset:])
			}
		}
	}
}

// readSamples makes sure that every fragment that is shown has the bytes that were sent, and
// returns how many there are.
func readSamples(t *testing.T, v *presentation.View, sent map[string][]byte) int {
	t.Helper()
	n := 0
	for _, s := range v.Streams {
		for _, track := range s.Tracks {
			for i := range track.Fragments {
				f := &track.Fragments[i]
				samples, err := output.Samples(track, f)
				if err != nil {
					t.Fatal(err)
				}
				var got bytes.Buffer
				if _, err := f.Media.WritePayload(&got, samples.PayloadOffset, samples.PayloadSize); err != nil {
					t.Fatal(err)
				}
				key := fmt.Sprint(track.Init.ID, " ", f.Start)
				if want := sent[key]; len(want) == 0 || !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%s at %d: %d bytes of samples differ from the %d sent", s.Name, f.Start, got.Len(), len(want))
				}
				n++
			}
		}
	}
	return n
}

func TestFragmentsOfSeveralTracksKeepTheirSamples(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"av-cmaf.mp4":                {"video": "0+25600 25600+25600 51200+12800"},
		"av-fmp4-basedataoffset.mp4": {"video": "0+25874 25874+25600"},
	} {
		t.Run(file, func(t *testing.T) {
			body := vector(t, file)
			sent := sampleBytes(t, body)
			d := newDesk(t, engine.DefaultPointConfig())
			if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
				t.Fatal(status, text)
			}
			d.await(engine.StateStopped)
			check := func(when string) {
				t.Helper()
				v := d.point.Source().View()
				if n := readSamples(t, v, sent); n != len(sent) {
					t.Errorf("%s: %d fragments of %d", when, n, len(sent))
				}
				for name, want := range want {
					if got := timeline(v, name); got != want {
						t.Errorf("%s: %s\n got %s\nwant %s", when, name, got, want)
					}
				}
			}
			check("at the end")
			var bytesOfTracks int64
			for _, track := range d.point.Status().Tracks {
				bytesOfTracks += track.Bytes
			}
			var bytesSent int64
			for _, b := range sent {
				bytesSent += int64(len(b))
			}
			if bytesOfTracks != bytesSent {
				t.Errorf("the tracks are said to have %d bytes, and have %d", bytesOfTracks, bytesSent)
			}
			d.stop()
			d.open(engine.DefaultPointConfig())
			d.await(engine.StateStopped)
			check("read back")
		})
	}
}

// TestMemoryIsBoundedWithoutAnArchive keeps what fits into the memory allowed, and the
// newest fragment in any case; what is gone is not listed.
func TestMemoryIsBoundedWithoutAnArchive(t *testing.T) {
	settings := engine.DefaultPointConfig()
	settings.Archive = false
	for _, file := range []string{"av-cmaf.mp4", "av-fmp4-basedataoffset.mp4", "audio-only-2s-isml.ismv", "2v1a-isml.ismv"} {
		body := vector(t, file)
		_, fragments, _ := split(t, body)
		for _, keep := range []int{1, 2} {
			t.Run(fmt.Sprint(file, " ", keep), func(t *testing.T) {
				limit := int64(1)
				if keep > 1 {
					limit = 0
					for _, f := range fragments[len(fragments)-keep:] {
						limit += int64(len(f))
					}
				}
				d := newDesk(t, settings)
				d.stop()
				d.open(settings, func(c *point.Config) { c.HotBytes = (limit + 1) / 2 }) // without an archive it is twice as much
				if status, text := d.post("/oceans.isml/Streams(x)", bytes.NewReader(body)); status != 200 {
					t.Fatal(status, text)
				}
				d.await(engine.StateStopped)
				held := map[presentation.Media]bool{}
				v := d.point.Source().View()
				for _, s := range v.Streams {
					for _, track := range s.Tracks {
						for i := range track.Fragments {
							held[track.Fragments[i].Media] = true
						}
					}
					for _, p := range s.Spans {
						if _, ok := s.Tracks[0].Find(p.Start); !ok && len(s.Tracks) == 1 {
							t.Errorf("%s at %d is listed and gone", s.Name, p.Start)
						}
					}
				}
				if len(held) != keep {
					t.Errorf("the media of %d fragments is in memory, not of %d", len(held), keep)
				}
				readSamples(t, v, sampleBytes(t, body))
			})
		}
	}
}
