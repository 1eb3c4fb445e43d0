package point

import (
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive/archivetest"
)

// TestRestartCostsByFilesNotByFragments opens an archive and one that is ten times as long, and
// counts what is asked of the disk: as many files are opened, and the media is read as rarely.
func TestRestartCostsByFilesNotByFragments(t *testing.T) {
	open := func(fragments int) map[string]int {
		d := archivetest.New()
		makeArchive(t, d, 3, fragments, 100)
		var mu sync.Mutex
		asked := map[string]int{}
		d.Fault(func(op archivetest.Op) error {
			mu.Lock()
			defer mu.Unlock()
			if op.Kind == "open" || op.Kind == "read" {
				asked[op.Kind+path.Ext(op.Name)]++
			}
			return nil
		})
		s := newStage(t, inMemory(d))
		if n := len(s.view().Stream("video").Spans); n != fragments {
			t.Fatalf("%d of %d fragments", n, fragments)
		}
		mu.Lock()
		defer mu.Unlock()
		return asked
	}
	short, long := open(300), open(3000)
	for _, what := range []string{"open.ismv", "open.ismx", "open.ism", "read.ismv"} {
		if long[what] > short[what]+3 || long[what] > 60 {
			t.Errorf("%s: %d for 300 fragments and %d for 3,000 of them", what, short[what], long[what])
		}
	}
	if short["open.ismv"] == 0 {
		t.Errorf("nothing was opened: %v", short)
	}
}

// BenchmarkSlowDisk takes fragments in while each write of media, and each sync, takes so long: how
// long it is until they are shown.
func BenchmarkSlowDisk(b *testing.B) {
	for _, delay := range []time.Duration{0, 20 * time.Millisecond, time.Second} {
		b.Run(delay.String(), func(b *testing.B) {
			d := archivetest.New()
			d.Fault(func(op archivetest.Op) error {
				if delay > 0 && (op.Kind == "sync" || op.Kind == "write" && strings.HasSuffix(op.Name, ".ismv")) {
					<-time.After(delay)
				}
				return nil
			})
			cfg := Config{Name: "oceans", Settings: engine.DefaultPointConfig(), ClientManifest: noManifest, Drain: time.Millisecond}
			inMemory(d)(&cfg)
			p, stop := runPoint(b, cfg)
			s := &stage{Point: p, t: &testing.T{}} // what a helper finds wrong shows in what is measured
			c := s.camera("x-200k", engine.Video, two)
			c.send(1)
			var worst time.Duration
			for b.Loop() {
				began := time.Now()
				c.send(1)
				worst = max(worst, time.Since(began))
				if edge := s.view().Stream("video").Edge(); edge != c.next {
					b.Fatalf("shown up to %d of %d", edge, c.next)
				}
			}
			b.ReportMetric(float64(worst)/1e6, "worst-ms")
			if err := stop(); err != nil && delay == 0 {
				b.Fatal(err)
			}
		})
	}
}
