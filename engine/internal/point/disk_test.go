package point

import (
	"slices"
	"syscall"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
)

// inMemory has a stage work on a disk in memory.
func inMemory(d *archivetest.Disk) func(*Config) {
	return func(cfg *Config) {
		cfg.Directory = func() (archive.Directory, error) { return d, nil }
	}
}

// full lets a disk take no more media.
func full(op archivetest.Op) error {
	if op.Kind == "write" {
		return archivetest.Short{N: op.Size / 2, Err: syscall.ENOSPC}
	}
	return nil
}

// TestDiskThatFailsInTheMiddle keeps little in memory: what the disk refused is forgotten
// when it has to make room, what was archived before and after stays.
func TestDiskThatFailsInTheMiddle(t *testing.T) {
	for name, c := range map[string]struct {
		hot  int64
		want []engine.Ticks // the fragments that can be fetched in the end
	}{
		"with room for all":  {hot: 1 << 20, want: []engine.Ticks{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		"with room for none": {hot: 1, want: []engine.Ticks{0, 1, 2, 6, 7, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			d := archivetest.New()
			s := newStage(t, inMemory(d), func(cfg *Config) { cfg.HotBytes = c.hot })
			e := s.connect("x-200k", engine.Video, scale)
			next := engine.Ticks(0)
			three := func() {
				t.Helper()
				for range 3 {
					e.send(next*gop*second, gop*second)
					next++
				}
			}
			three()
			if a := s.Status().Archive; !a.Recording || a.Reason != "" {
				t.Fatalf("archive %+v", a)
			}
			d.Fault(full)
			three()
			if st := s.Status(); st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
				t.Fatalf("state %s, archive %+v", st.State, st.Archive)
			}
			if edge := s.view().Stream("video").Edge(); edge != next*gop*second {
				t.Fatalf("live stands still at %d", edge)
			}
			d.Fault(nil)
			three()
			if a := s.Status().Archive; !a.Recording || a.Reason != "" {
				t.Fatalf("archive %+v", a)
			}
			if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			var want []engine.Ticks
			for _, n := range c.want {
				want = append(want, n*gop*second)
			}
			if got := starts(s.view(), "x-200k"); !slices.Equal(got, want) {
				t.Errorf("fragments at %v, want %v", got, want)
			}
			var listed []engine.Ticks
			for _, p := range s.view().Stream("video").Spans {
				listed = append(listed, p.Start)
			}
			if !slices.Equal(listed, want) {
				t.Errorf("listed are %v, want %v", listed, want)
			}
		})
	}
}
