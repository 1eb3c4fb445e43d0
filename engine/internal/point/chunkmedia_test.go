package point

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/presentation"
)

// footage is what a capture of a real encoder has, to be sent again in other pieces.
type footage struct {
	header *Header
	sent   []*Incoming               // as the encoder sent it
	tracks map[uint32]*fmp4.Fragment // all samples of a track as one fragment
	bytes  map[uint32][]byte         // of the samples of a track
}

// readFootage reads a capture.
func readFootage(t testing.TB, name string) *footage {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("..", "fmp4", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	f := &footage{header: &Header{}, tracks: map[uint32]*fmp4.Fragment{}, bytes: map[uint32][]byte{}}
	boxes := fmp4.NewReader(bytes.NewReader(file), fmp4.DefaultLimits())
	var ftyp, moof []byte
	var moofAt int64
	for {
		box, err := boxes.Next()
		if errors.Is(err, io.EOF) {
			return f
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := boxes.Bytes(0)
		if err != nil {
			t.Fatal(err)
		}
		switch box.Type {
		case "ftyp":
			ftyp, f.header.Raw = b, slices.Clone(b)
		case "moov":
			f.header.Raw = append(f.header.Raw, b...)
			if f.header.Init, err = fmp4.ParseInit(ftyp, b, fmp4.DefaultLimits()); err != nil {
				t.Fatal(err)
			}
		case "moof":
			moof, moofAt = b, box.Offset
		case "mdat":
			in := &Incoming{Moof: moof, MdatHeader: b[:box.HeaderSize], Payload: b[box.HeaderSize:]}
			in.Tracks, err = fmp4.ParseMoof(moof, f.header.Init, fmp4.DefaultLimits(), fmp4.Position{Moof: moofAt, Payload: box.PayloadOffset()})
			if err != nil {
				t.Fatal(err)
			}
			f.add(in)
		}
	}
}

// add takes a fragment in.
func (f *footage) add(in *Incoming) {
	f.sent = append(f.sent, in)
	for _, part := range in.Tracks {
		own := *part
		own.Samples = slices.Clone(part.Samples)
		own.PayloadOffset = 0
		f.bytes[part.TrackID] = append(f.bytes[part.TrackID], in.Payload[part.PayloadOffset:][:part.PayloadSize]...)
		if all := f.tracks[part.TrackID]; all != nil {
			all.Extend(&own, own.DecodeStart-all.DecodeStart-all.Duration)
		} else {
			f.tracks[part.TrackID] = &own
		}
	}
}

// piece is some samples of a track as a moof and mdat of their own.
func (f *footage) piece(t testing.TB, track uint32, from, to int) *Incoming {
	t.Helper()
	s := f.tracks[track].Section(from, to)
	in := &Incoming{Moof: fmp4.PlainMoof(s), MdatHeader: []byte("sizemdat"), Payload: f.bytes[track][s.PayloadOffset:][:s.PayloadSize]}
	size := uint32(8 + len(in.Payload))
	in.MdatHeader = append([]byte{byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}, "mdat"...)
	var err error
	if in.Tracks, err = fmp4.ParseMoof(in.Moof, f.header.Init, fmp4.DefaultLimits(), fmp4.Position{}); err != nil {
		t.Fatal(err)
	}
	return in
}

// pieces cuts all tracks and sorts what that gives by decode time, as an encoder sends it.
// step says how many samples of a track the next piece has, of those from one on.
func (f *footage) pieces(t testing.TB, step func(track uint32, from int) int) []*Incoming {
	t.Helper()
	var all []*Incoming
	for i := range f.header.Init.Tracks {
		id := f.header.Init.Tracks[i].ID
		for from, n := 0, f.tracks[id].Count; from < n; {
			to := min(n, from+step(id, from))
			all = append(all, f.piece(t, id, from, to))
			from = to
		}
	}
	slices.SortStableFunc(all, func(a, b *Incoming) int { return int(max(-1, min(1, f.at(a)-f.at(b)))) })
	return all
}

// at is when a piece is decoded, in 100 ns.
func (f *footage) at(in *Incoming) int64 {
	part := in.Tracks[0]
	return int64(engine.Ticks(part.DecodeStart).Rescale(f.header.Init.Track(part.TrackID).Timescale, shiftScale))
}

// each is a step of always the same number of samples; inner is false when pieces end before
// a key frame.
func (f *footage) each(n int, inner bool) func(uint32, int) int {
	return func(track uint32, from int) int {
		all := f.tracks[track]
		for i := from + 1; i < from+n && i < all.Count && !inner && f.header.Init.Track(track).Type == "video"; i++ {
			if all.Samples[i].Sync() {
				return i - from
			}
		}
		return n
	}
}

// some is a step of random numbers of samples.
func (f *footage) some(rng *rand.Rand, most int, inner bool) func(uint32, int) int {
	return func(track uint32, from int) int { return f.each(1+rng.IntN(most), inner)(track, from) }
}

// perform runs a point over a directory; stop ends it in order, as often as it is called.
func perform(t *testing.T, dir string, change ...func(*Config)) (s *stage, stop func()) {
	t.Helper()
	s = &stage{t: t, dir: dir}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	settings := engine.DefaultPointConfig()
	settings.Fsync = "none"
	cfg := Config{
		Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(dir) }, Settings: settings, HotBytes: 20_000,
		Patience:       time.Minute, // whatever the machine has to do, what is shown is archived
		ClientManifest: func(v *presentation.View) ([]byte, error) { return []byte("<" + v.Event + "/>"), nil },
	}
	for _, c := range change {
		c(&cfg)
	}
	s.Point = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	<-s.Loaded()
	return s, stop
}

// encode connects an encoder of the footage.
func (s *stage) encode(f *footage) *source {
	s.t.Helper()
	stream := "x-400k-64k-200k"
	if len(f.header.Init.Tracks) == 2 {
		stream = "x-400k-64k"
	}
	session, gone, err := s.Open(s.t.Context(), SessionInfo{Stream: stream, Remote: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := session.Announce(s.t.Context(), f.header); err != nil {
		s.t.Fatal(err)
	}
	return &source{Session: session, t: s.t, gone: gone}
}

// put sends pieces.
func (e *source) put(pieces ...*Incoming) {
	e.t.Helper()
	for _, in := range pieces {
		e.Received(int(in.Size()))
		if err := e.Append(e.t.Context(), in); err != nil {
			e.t.Fatal(err)
		}
	}
}

// samplesOf describes the published samples of a fragment: times, sizes and a sum over the
// bytes of each.
func samplesOf(t *testing.T, track *presentation.Track, f *presentation.Fragment) []string {
	t.Helper()
	own, err := output.Samples(track, f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.Media.WritePayload(&b, own.PayloadOffset, own.PayloadSize); err != nil {
		t.Fatal(err)
	}
	var out []string
	at := own.DecodeStart
	for _, s := range own.Samples {
		data := b.Next(int(s.Size))
		if own.Start >= 0 || at >= 0 { // AAC before zero is not published
			out = append(out, fmt.Sprint(at+int64(s.CTO), " ", at, " ", s.Duration, " ", s.Sync(), " ", s.Size, " ", fmt.Sprintf("%x", md5.Sum(data))))
		}
		at += int64(s.Duration)
	}
	return out
}
