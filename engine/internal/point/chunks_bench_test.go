package point

import (
	"context"
	"encoding/binary"
	"io"
	"os"
	"runtime"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// BenchmarkChunk takes in a picture of 4 KB as a chunk of its own, of 50 a group, archives it
// and shows it. A ladder of four rungs at 25 frames/s with sound sends about 150 a second.
func BenchmarkChunk(b *testing.B) { benchmarkAppend(b, 400_000, 50) }

// BenchmarkWholeFragment takes in a group of 50 pictures of 4 KB as one fragment.
func BenchmarkWholeFragment(b *testing.B) { benchmarkAppend(b, 20_000_000, 1) }

// benchmarkAppend sends pieces of a length, of which so many begin with a sync sample.
func benchmarkAppend(b *testing.B, length int64, group int) {
	e := benchmarkSource(b)
	samples := int(length / 400_000)
	payload := make([]byte, 4096*samples)
	mdat := append(binary.BigEndian.AppendUint32(nil, uint32(len(payload)+8)), "mdat"...)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		f := &fmp4.Fragment{TrackID: 1, HasTfxd: true}
		for n := range samples {
			flags := fmp4.FlagsNonSync
			if n == 0 && i%group == 0 {
				flags = fmp4.FlagsSync
			}
			f.Extend(&fmp4.Fragment{Duration: 400_000, PayloadSize: 4096, Samples: []fmp4.Sample{{Duration: 400_000, Size: 4096, Flags: flags}}}, 0)
		}
		f.Start = int64(i) * length
		f.DecodeStart = f.Start
		in := &Incoming{Moof: fmp4.PlainMoof(f), MdatHeader: mdat, Payload: payload, Tracks: []*fmp4.Fragment{f}}
		e.Received(int(in.Size()))
		if err := e.Append(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadChunked reads a fragment of 50 chunks, each a picture of 4 KB, from memory.
func BenchmarkReadChunked(b *testing.B) {
	s, e := benchmarkPoint(b, 16<<20)
	sendGroup(b, e, 0)
	sendGroup(b, e, 20_000_000)
	readFirst(b, s)
}

// BenchmarkReadChunkedCold reads one from the archive.
func BenchmarkReadChunkedCold(b *testing.B) {
	s, e := benchmarkPoint(b, 1)
	sendGroup(b, e, 0)
	sendGroup(b, e, 20_000_000)
	readFirst(b, s)
}

func readFirst(b *testing.B, s *Point) {
	f := &s.Source().View().Streams[0].Tracks[0].Fragments[0]
	b.ReportAllocs()
	b.SetBytes(f.Media.PayloadSize())
	b.ResetTimer()
	for range b.N {
		if _, err := f.Media.Moof(); err != nil {
			b.Fatal(err)
		}
		if _, err := f.Media.WritePayload(io.Discard, 0, f.Media.PayloadSize()); err != nil {
			b.Fatal(err)
		}
	}
}

// sendGroup sends 50 pictures, a chunk each.
func sendGroup(b testing.TB, e *Session, at int64) {
	b.Helper()
	for i := range int64(50) {
		flags := fmp4.FlagsNonSync
		if i == 0 {
			flags = fmp4.FlagsSync
		}
		f := &fmp4.Fragment{TrackID: 1, HasTfxd: true, Start: at + i*400_000, DecodeStart: at + i*400_000}
		f.Extend(&fmp4.Fragment{Duration: 400_000, PayloadSize: 4096, Samples: []fmp4.Sample{{Duration: 400_000, Size: 4096, Flags: flags}}}, 0)
		in := &Incoming{Moof: fmp4.PlainMoof(f), MdatHeader: []byte("\x00\x00\x10\x08mdat"), Payload: make([]byte, 4096), Tracks: []*fmp4.Fragment{f}}
		if err := e.Append(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkSource(b *testing.B) *Session {
	_, e := benchmarkPoint(b, 16<<20)
	return e
}

// benchmarkPoint is a point with an encoder of one track.
func benchmarkPoint(b testing.TB, hot int64) (*Point, *Session) {
	b.Helper()
	dir := b.TempDir()
	settings := engine.DefaultPointConfig()
	settings.Fsync = "none"
	p := New(Config{
		Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(dir) }, Settings: settings, HotBytes: hot,
		ClientManifest: func(*presentation.View) ([]byte, error) { return []byte("<x/>"), nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ran; err != nil {
			b.Error(err)
		}
	})
	<-p.Loaded()
	e, _, err := p.Open(context.Background(), SessionInfo{Stream: "x-400k", Remote: "test"})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.Announce(context.Background(), header(engine.Video, scale)); err != nil {
		b.Fatal(err)
	}
	return p, e
}

// BenchmarkReadForgotten reads one of which every piece has to be found again first.
func BenchmarkReadForgotten(b *testing.B) {
	s, e := benchmarkPoint(b, 1)
	sendGroup(b, e, 0)
	sendGroup(b, e, 20_000_000)
	f := &s.Source().View().Streams[0].Tracks[0].Fragments[0]
	if gone, err := f.Media.(*archive.Joined).Cool(); !gone || err != nil {
		b.Fatal(gone, err)
	}
	b.ReportAllocs()
	b.SetBytes(f.Media.PayloadSize())
	for range b.N {
		b.StopTimer()
		runtime.GC() // takes what was found last
		b.StartTimer()
		if _, err := f.Media.Moof(); err != nil {
			b.Fatal(err)
		}
		if _, err := f.Media.WritePayload(io.Discard, 0, f.Media.PayloadSize()); err != nil {
			b.Fatal(err)
		}
	}
}
