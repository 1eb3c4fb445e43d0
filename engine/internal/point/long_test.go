package point

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/servermanifest"
)

// makeArchive writes the ended event of some rungs, in fragments of 2 s.
func makeArchive(t testing.TB, d archive.Directory, rungs, fragments, size int) {
	t.Helper()
	h := headerOf(t, engine.Video)
	doc := &servermanifest.Document{Meta: []servermanifest.Pair{{Name: metaEvent, Value: "long"}, {Name: metaEnded, Value: "2030-01-02T03:04:05Z"}}}
	for r := range rungs {
		name := fmt.Sprintf("x-%d00k.ismv", r+1)
		w, err := archive.Create(d, name, h.Raw, archive.Options{Sync: archive.SyncNone})
		if err != nil {
			t.Fatal(err)
		}
		index := fmp4.TrackIndex{TrackID: 1}
		for i := range fragments {
			p := archivetest.Fragment(1, uint32(i), uint64(i)*uint64(two), uint64(two), size)
			p.Arrived = 1_900_000_000_000_000_000 + int64(i)*2_000_000_000
			m := archive.NewMedia(&p)
			if err := w.Keep(m, &p); err != nil {
				t.Fatal(err)
			}
			index.Entries = append(index.Entries, indexEntry(engine.Ticks(i)*two, m.Offset()))
		}
		if err := w.Seal([]fmp4.TrackIndex{index}); err != nil {
			t.Fatal(err)
		}
		if err := w.File().Close(); err != nil {
			t.Fatal(err)
		}
		doc.Sources = append(doc.Sources, servermanifest.Source{Type: "video", Src: name, SystemBitrate: uint32(r+1) * 100_000, TrackID: 1, TrackName: "video"})
	}
	if err := archive.WriteFile(d, "oceans.ism", servermanifest.Write(doc)); err != nil {
		t.Fatal(err)
	}
}

// TestLongArchiveIsOpenedByItsIndex counts how often the media is looked at: once for each
// fragment without an index, and hardly ever with one.
func TestLongArchiveIsOpenedByItsIndex(t *testing.T) {
	const fragments = 1500
	d := archivetest.New()
	makeArchive(t, d, 2, fragments, 9000)
	open := func(d *archivetest.Disk) (looks int64, got []shown) {
		var reads atomic.Int64
		d.Fault(func(op archivetest.Op) error {
			if op.Kind == "read" && strings.HasSuffix(op.Name, ".ismv") {
				reads.Add(1)
			}
			return nil
		})
		s := newStage(t, inMemory(d))
		looks = reads.Load()
		return looks, fetch(t, s.view(), "x-200k")
	}
	scanned := d.Kill()
	for _, name := range []string{"x-100k.ismx", "x-200k.ismx"} {
		if err := scanned.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	with, a := open(d)
	without, b := open(scanned)
	if with > 40 || without < 2*fragments {
		t.Errorf("the media is looked at %d times with an index and %d times without", with, without)
	}
	for i := range b {
		b[i].Arrived = a[i].Arrived // which the media does not tell
	}
	same(t, "with an index", a, b)
}

// BenchmarkOpenDay opens the archive of 24 h and four rungs, as a restart does, and tells how
// much memory each fragment takes then.
func BenchmarkOpenDay(b *testing.B) {
	const rungs, fragments = 4, 24 * 3600 / 2
	root, err := os.OpenRoot(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	d := archive.On(root)
	defer func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	}()
	makeArchive(b, d, rungs, fragments, 1000)
	b.Run("index", func(b *testing.B) { openDay(b, root.Name(), rungs*fragments) })
	for r := range rungs {
		if err := d.Remove(fmt.Sprintf("x-%d00k.ismx", r+1)); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("scan", func(b *testing.B) { openDay(b, root.Name(), rungs*fragments) })
}

func openDay(b *testing.B, dir string, fragments int) {
	var before, after runtime.MemStats
	for b.Loop() {
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&before)
		b.StartTimer()
		p, stop := runPoint(b, Config{Name: "oceans", Settings: engine.DefaultPointConfig(), ClientManifest: noManifest,
			Open: func() (*os.Root, error) { return os.OpenRoot(dir) }})
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		if n := len(p.Source().View().Stream("video").Spans); n*4 != fragments {
			b.Fatalf("%d spans", n)
		}
		if err := stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(fragments), "B/fragment")
}
