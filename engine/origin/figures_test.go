package origin

import (
	"testing"
	"time"

	"pubpoint/engine"
)

func TestGrowthOfArchives(t *testing.T) {
	var g growth
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	sea := engine.PointStatus{Name: "sea", Event: engine.EventStatus{ID: "1"}, Archive: engine.ArchiveStatus{Bytes: 5 << 40}}
	loop := engine.PointStatus{Name: "loop", Event: engine.EventStatus{ID: "1", Duration: time.Hour}, Config: engine.PointConfig{ArchiveKeep: time.Hour}}
	step := func(seconds int) (all, lasting int64) {
		for range seconds {
			all, lasting = g.observe(now, []engine.PointStatus{sea, loop})
			now = now.Add(time.Second)
			sea.Archive.Bytes += 1000
			loop.Archive.Bytes += 500
			if loop.Archive.Bytes > 60_000 { // a segment is deleted
				loop.Archive.Bytes -= 60_000
			}
		}
		return all, lasting
	}
	if all, lasting := step(5); all != 0 || lasting != 0 {
		t.Errorf("after a moment it is %d, %d", all, lasting)
	}
	if all, lasting := step(10); all != 1500 || lasting != 1000 {
		t.Errorf("it is %d, %d", all, lasting)
	}
	step(240)
	if all, lasting := step(1); all < 1400 || all > 1500 || lasting != 1000 {
		t.Errorf("later it is %d, %d", all, lasting)
	}
	sea.Event.ID, sea.Archive.Bytes = "2", 1000 // the next event begins
	if all, lasting := step(1); all < 1400 || lasting != 1000 {
		t.Errorf("in the next event it is %d, %d", all, lasting)
	}
	if len(g.past) > 100 {
		t.Errorf("%d moments are remembered", len(g.past))
	}
}

// What was recorded before the program started is not what it records, and the minute before a point
// went on air does not make its rate smaller.
func TestGrowthBeginsWithAnEvent(t *testing.T) {
	var g growth
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	sea := engine.PointStatus{Name: "sea"}
	look := func() (int64, int64) { now = now.Add(time.Second); return g.observe(now, []engine.PointStatus{sea}) }
	for range 40 {
		look()
	}
	sea.Event.ID, sea.Archive.Bytes = "1", 5<<40 // recovered
	for range 20 {
		if all, lasting := look(); all != 0 || lasting != 0 {
			t.Fatalf("a recovered event grows by %d, %d", all, lasting)
		}
	}
	for range 5 {
		sea.Archive.Bytes += 1000
		look()
	}
	air := engine.PointStatus{Name: "air", Event: engine.EventStatus{ID: "1"}}
	for i := range 30 {
		now = now.Add(time.Second)
		sea.Archive.Bytes += 1000
		air.Archive.Bytes += 1000
		if all, _ := g.observe(now, []engine.PointStatus{sea, air}); all != 0 && all != 2000 {
			t.Fatalf("%d s after the second event began it is %d", i, all)
		}
	}
}

func TestHowLongADiskLasts(t *testing.T) {
	for _, c := range []struct {
		free, rate int64
		want       time.Duration
	}{
		{1000, 10, 100 * time.Second}, {-1, 10, 0}, {1000, 0, 0}, {1 << 62, 1, 0}, {0, 10, time.Second},
		{1 << 40, 1 << 20, 1 << 20 * time.Second},
	} {
		if got := lasts(c.free, c.rate); got != c.want {
			t.Errorf("%d at %d last %v, want %v", c.free, c.rate, got, c.want)
		}
	}
}

func TestFiguresOfThisMachine(t *testing.T) {
	w := watch(t, t.TempDir())
	w.await("figures", func() bool { return w.System().DiskFree >= 0 })
	st := w.System()
	if st.Cores < 1 || st.Memory < 1<<20 || st.DiskSize < st.DiskFree || st.Began.IsZero() || st.Unreliable != "" {
		t.Errorf("%+v", st)
	}
	f := newFigures(w.Origin)
	if st := f.status(); st.DiskFree != -1 || st.Cores < 1 {
		t.Errorf("before the first look it is %+v", st)
	}
	f.latest.Store(&look{at: time.Now().Add(-time.Minute), status: st})
	if f.status().Unreliable == "" {
		t.Error("old figures are told as if they were new")
	}
	var g growth
	first := f.look(&look{}, &g, time.Now())
	if second := f.look(first, &g, first.at.Add(time.Second)); second.status.CPU < 0 || second.status.CPU > 64 {
		t.Errorf("the program takes %v cores", second.status.CPU)
	}
	f.root = "/none/of/this"
	if st := f.look(first, &g, time.Now()).status; st.Unreliable == "" || st.DiskFree != -1 {
		t.Errorf("of a disk that is not there it is %+v", st)
	}
}
