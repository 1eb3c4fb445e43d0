package fmp4

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"testing"
	"testing/iotest"
)

// The seeds are the captures of real pushes, two of which end in an error that does not
// matter here. FuzzReader starts from whole streams cut
// short, for speed; the others from the header and the moof boxes of each.

// cost runs f and returns the bytes it allocated.
func cost(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func mustBeFault(t *testing.T, err error) {
	t.Helper()
	var fault *FormatError
	if err != nil && !errors.As(err, &fault) {
		t.Errorf("%v is no FormatError", err)
	}
}

// withOwnSize returns a copy of b whose size field is right, which gets the fuzzer
// further in.
func withOwnSize(b []byte) []byte {
	if len(b) < 4 {
		return b
	}
	return append(appendUint32s(nil, uint32(len(b))), b[4:]...)
}

func FuzzReader(f *testing.F) {
	for _, v := range vectorTimes {
		b := vector(f, v.name)
		f.Add(b[:min(len(b), 4000)])
	}
	f.Add(large(16, "mdat"))
	f.Add(raw(64<<20, "mdat"))
	f.Fuzz(func(t *testing.T, b []byte) {
		spent := cost(func() {
			r := NewReader(iotest.HalfReader(bytes.NewReader(b)), DefaultLimits())
			var end int64
			for {
				box, err := r.Next()
				if err == io.EOF {
					if end != int64(len(b)) {
						t.Errorf("a clean end at %d of %d bytes", end, len(b))
					}
					return
				}
				if err == nil {
					if box.Offset != end {
						t.Fatalf("a box at %d where %d was the end", box.Offset, end)
					}
					end = box.Offset + box.Size
					var whole []byte
					if whole, err = r.Bytes(0); err == nil && !bytes.Equal(whole, b[box.Offset:end]) {
						t.Error("the bytes of a box are not those of the stream")
					}
				}
				if err != nil {
					mustBeFault(t, err)
					return
				}
			}
		})
		// Each box costs its bytes about twice, and the last one a first step.
		if limit := uint64(8*len(b) + 64*firstStep); spent > limit {
			t.Errorf("%d bytes of stream cost %d of memory", len(b), spent)
		}
	})
}

func FuzzParseInit(f *testing.F) {
	for _, v := range vectorTimes {
		if s, _ := readStream(reader(f, v.name), DefaultLimits()); s.moov != nil {
			f.Add(s.ftyp, s.moov)
		}
	}
	f.Add([]byte(nil), moovOf("soun", audioEntry("ec-3", box("dec3", []byte{0x0c, 0, 0x20, 0x0f, 0}))))
	f.Add([]byte(nil), moovOf("subt", box("stpp", make([]byte, 12))))
	f.Add([]byte(nil), moovOf("meta", box("scte", make([]byte, 8))))
	f.Add([]byte(nil), moovOf("meta", box("urim", make([]byte, 8), box("uri ", make([]byte, 4), []byte("urn:x:y\x00")))))
	f.Add([]byte(nil), moovOf("meta", box("mett", make([]byte, 8), []byte("\x00a/b\x00"))))
	f.Fuzz(func(t *testing.T, ftyp, moov []byte) {
		moov = withOwnSize(moov)
		init, err := ParseInit(ftyp, moov, DefaultLimits())
		if err != nil {
			mustBeFault(t, err)
			return
		}
		if !init.Same(init) || len(init.Tracks) == 0 || len(init.Tracks) > DefaultLimits().Tracks {
			t.Errorf("%+v", init)
		}
		for _, track := range init.Tracks {
			if track.ID == 0 || track.Timescale == 0 || track.Codec == "" || len(track.Language) != 3 ||
				track.Type == "video" && (track.NALLengthSize != 4 || len(track.CodecPrivate) == 0) {
				t.Errorf("%+v", track)
			}
		}
	})
}

func FuzzParseMoof(f *testing.F) {
	init := &Init{}
	for id := range uint32(3) {
		init.Tracks = append(init.Tracks, TrackInit{ID: id + 1, Timescale: 1000})
	}
	init.Tracks[2].Type = "text"
	f.Add(box("moof", box("mfhd", appendUint32s(nil, 0, 1)), box("traf", box("tfhd", appendUint32s(nil, 0, 3)), AppendTfxd(nil, Span{Start: 700, Duration: 30}))), int64(0), int64(0))
	for _, v := range vectorTimes {
		s, _ := readStream(reader(f, v.name), DefaultLimits())
		for _, moof := range s.moofs {
			f.Add(moof, int64(1234), int64(0))
		}
	}
	f.Fuzz(func(t *testing.T, moof []byte, at, payload int64) {
		moof = withOwnSize(moof)
		l := DefaultLimits()
		fragments, err := ParseMoof(moof, init, l, Position{Moof: at, Payload: payload})
		if err != nil {
			mustBeFault(t, err)
			return
		}
		total := 0
		for _, f := range fragments {
			total += len(f.Samples)
			if len(f.Samples) == 0 || f.PayloadOffset < 0 || f.PayloadSize < 0 || f.Duration < 0 {
				t.Errorf("%+v", f)
			}
			if err := f.Check(1 << 20); err == nil && f.PayloadOffset+f.PayloadSize > 1<<20 {
				t.Errorf("%+v passes for 1 MiB", f)
			}
			checkRewrite(t, f, init)
		}
		if total > l.Samples {
			t.Errorf("%d samples", total)
		}
	})
}

// checkRewrite writes f for players and reads that back.
func checkRewrite(t *testing.T, f *Fragment, init *Init) {
	t.Helper()
	samples, ticks, skip := f.TrimNegative()
	if samples > len(f.Samples) || skip > f.PayloadSize || skip < 0 {
		t.Fatalf("trim %d samples, %d bytes of %+v", samples, skip, f)
	}
	b := SmoothMoof(f, Rewrite{TrackID: 1, Sequence: f.Sequence, Start: f.Start, Duration: f.Duration, Trim: samples, TrimTicks: ticks})
	again, err := ParseMoof(b, init, DefaultLimits(), Position{})
	if err != nil {
		t.Fatal(err)
	}
	kept := len(f.Samples) - samples
	if kept == 0 && len(again) == 0 {
		return
	}
	if len(again) != 1 || len(again[0].Samples) != kept || again[0].PayloadSize != f.PayloadSize-skip || again[0].Start != f.Start {
		t.Errorf("%+v became %+v", f, again)
	}
}
