package point

import (
	"context"
	"runtime"
	"testing"

	"pubpoint/engine/internal/fmp4"
)

// heap is what is in use when nothing is left to collect.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what a pool or a weak pointer had
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkChunkMemory tells how much memory a group of 50 chunks, a picture each, costs for the
// rest of the event. A day of one rung has 43,200 of them.
func BenchmarkChunkMemory(b *testing.B) {
	p, e := benchmarkPoint(b, 1<<20)
	const warm = 100 // fragments until as many are forgotten as come
	for i := range warm {
		sendGroup(b, e, int64(i)*20_000_000)
	}
	before := heap()
	b.ResetTimer()
	for i := range b.N {
		sendGroup(b, e, int64(warm+i)*20_000_000)
	}
	b.StopTimer()
	b.ReportMetric(float64(heap()-before)/float64(b.N), "B/fragment")
	runtime.KeepAlive(p)
}

// TestOldChunksCostNothing bounds what 50 chunks cost once they are old: a
// fragment costs the same whether it came in chunks or not, but for a little.
func TestOldChunksCostNothing(t *testing.T) {
	const warm, more, most = 60, 240, 1000
	p, e := benchmarkPoint(t, 1<<20)
	send := func(from, to int) {
		for i := from; i < to; i++ {
			sendGroup(t, e, int64(i)*20_000_000)
		}
	}
	send(0, warm)
	before := heap()
	send(warm, warm+more)
	if each := (heap() - before) / more; each > most {
		t.Errorf("a fragment of 50 chunks costs %d bytes, want at most %d", each, most)
	}
	if n, cold := chunkStates(p.Source().View()); n < warm+more-1 || cold < n-50 {
		t.Errorf("%d of %d fragments are cold", cold, n)
	}
}

// sendWhole sends a fragment of 2 s in one piece, of so many samples as video or audio has.
func sendWhole(t testing.TB, e *Session, number int64) {
	t.Helper()
	const length, samples = 20_000_000, 50
	f := &fmp4.Fragment{TrackID: 1, HasTfxd: true}
	for n := range samples {
		flags := fmp4.FlagsNonSync
		if n == 0 {
			flags = fmp4.FlagsSync
		}
		f.Extend(&fmp4.Fragment{Duration: length / samples, PayloadSize: 16, Samples: []fmp4.Sample{{Duration: length / samples, Size: 16, Flags: flags}}}, 0)
	}
	f.Start = number * length
	f.DecodeStart = f.Start
	payload := make([]byte, samples*16)
	in := &Incoming{Moof: fmp4.PlainMoof(f), MdatHeader: []byte("\x00\x00\x03\x28mdat"), Payload: payload, Tracks: []*fmp4.Fragment{f}}
	if err := e.Append(context.Background(), in); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkFragmentMemory tells how much memory a fragment costs for the rest of the event. A channel
// of three rungs and sound has 7,200 an hour.
func BenchmarkFragmentMemory(b *testing.B) {
	p, e := benchmarkPoint(b, 1<<16)
	const warm = 200 // until as much is cooled as comes
	for i := range warm {
		sendWhole(b, e, int64(i))
	}
	before := heap()
	b.ResetTimer()
	for i := range b.N {
		sendWhole(b, e, int64(warm+i))
	}
	b.StopTimer()
	b.ReportMetric(float64(heap()-before)/float64(b.N), "B/fragment")
	runtime.KeepAlive(p)
}
