package point

import (
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
)

// failDisk has the archive of a stream refuse everything until mend is called.
func (s *stage) failDisk(stream string) (mend func()) {
	s.t.Helper()
	var works *archive.Writer
	err := s.do(s.t.Context(), "fail", func(w *writer) error {
		st := w.event.streams[stream]
		refuses, err := archive.Create(w.root, "refuses.ismv", []byte("header"), archive.Options{})
		if err != nil {
			return err
		}
		works, st.file = st.file, refuses
		return refuses.Close() // a writer that is closed takes nothing
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return func() {
		s.t.Helper()
		err := s.do(s.t.Context(), "mend", func(w *writer) error {
			st := w.event.streams[stream]
			refuses := st.file
			st.file = works
			return refuses.File().Close()
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
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
			s := newStage(t, func(cfg *Config) { cfg.HotBytes = c.hot })
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
			mend := s.failDisk("x-200k")
			three()
			if st := s.Status(); st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
				t.Fatalf("state %s, archive %+v", st.State, st.Archive)
			}
			if edge := s.view().Stream("video").Edge(); edge != next*gop*second {
				t.Fatalf("live stands still at %d", edge)
			}
			mend()
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
