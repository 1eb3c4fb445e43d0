package point

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive"
	"pubpoint/engine/internal/archive/archivetest"
)

const two = 2 * second

// held is a disk that lets writes of media wait until it is released.
func held(d *archivetest.Disk) (release func()) {
	gate := make(chan struct{})
	d.Fault(func(op archivetest.Op) error {
		if op.Kind == "write" && strings.HasSuffix(op.Name, ".ismv") {
			<-gate
		}
		return nil
	})
	return func() {
		d.Fault(nil)
		close(gate)
	}
}

// TestSlowDiskDelaysNobody has the disk stand still: what arrives is shown all the same, and
// is in the archive in the end.
func TestSlowDiskDelaysNobody(t *testing.T) {
	d, clock, told := archivetest.New(), newHands(), &ears{}
	s := newStage(t, inMemory(d), told.config, func(cfg *Config) { cfg.Now, cfg.Patience, cfg.HotBytes = clock.Now, time.Millisecond, 1 })
	c := s.camera("x-200k", engine.Video, two)
	c.send(2)
	release := held(d)
	for range 30 {
		c.send(1)
		clock.advance(2 * time.Second)
		if edge := s.view().Stream("video").Edge(); edge != c.next {
			t.Fatalf("shown up to %d of %d", edge, c.next)
		}
	}
	if got := fetch(t, s.view(), "x-200k"); len(got) != 32 {
		t.Fatalf("%d of 32 fragments can be fetched while the disk stands still", len(got))
	}
	told.await(t, "The disk is slow")
	if a := s.Status().Archive; !strings.Contains(a.Reason, "behind") || !a.Recording {
		t.Fatalf("archive %+v", a)
	}
	release()
	told.await(t, "The archive has caught up")
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if a := s.Status().Archive; a.Reason != "" || !a.Sealed {
		t.Fatalf("archive %+v", a)
	}
	if scan := scanned(t, d, "x-200k.ismv"); len(scan.Records) != 32 || !scan.Sealed {
		t.Fatalf("%d of 32 fragments were archived", len(scan.Records))
	}
}

// TestDiskTooSlowLeavesAHole has more wait for the disk than may: what does not fit is
// missing in the archive, which is told with its times.
func TestDiskTooSlowLeavesAHole(t *testing.T) {
	d, told := archivetest.New(), &ears{}
	s := newStage(t, inMemory(d), told.config, func(cfg *Config) { cfg.Patience, cfg.ArchiveQueue = time.Millisecond, 500 })
	c := s.camera("x-200k", engine.Video, two)
	c.send(2)
	release := held(d)
	c.send(10)
	told.await(t, "so slow that nothing more can wait")
	if st := s.Status(); st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
		t.Fatalf("state %s, archive %+v", st.State, st.Archive)
	}
	if got := fetch(t, s.view(), "x-200k"); len(got) != 12 {
		t.Fatalf("%d of 12 fragments can be fetched", len(got))
	}
	release()
	if err := s.do(t.Context(), "wait", func(w *writer) error {
		return w.onDisk(func(archive.Directory) error { return nil })
	}); err != nil {
		t.Fatal(err)
	}
	c.send(2)
	text := told.await(t, "goes on; it lacks what is from")
	scan := scanned(t, d, "x-200k.ismv")
	lost := 14 - len(scan.Records)
	if want := fmt.Sprintf("to %s.", onClock(12*two)); lost < 5 || !strings.HasSuffix(text, want) {
		t.Fatalf("%d lost; told %q, want %q", lost, text, want)
	}
	if a := s.Status().Archive; !a.Recording || a.Reason != "" {
		t.Fatalf("archive %+v", a)
	}
}

// TestDiskThatDoesNotAnswerWhenTheEventEnds is waited for no longer than a person would, and
// gets the end of the archive when it does answer.
func TestDiskThatDoesNotAnswerWhenTheEventEnds(t *testing.T) {
	d, told := archivetest.New(), &ears{}
	s := newStage(t, inMemory(d), told.config, func(cfg *Config) { cfg.Patience, cfg.Drain = time.Millisecond, 10*time.Millisecond })
	c := s.camera("x-200k", engine.Video, two)
	c.send(1)
	release := held(d)
	c.send(3)
	if err := s.SetState(t.Context(), engine.StateStopped); engine.KindOf(err) != engine.Storage {
		t.Fatalf("stopped on a disk that does not answer: %v", err)
	}
	if st := s.Status(); st.State != engine.StateStopped || st.Archive.Sealed || st.Reason == "" {
		t.Fatalf("state %s, reason %q, archive %+v", st.State, st.Reason, st.Archive)
	}
	if got := fetch(t, s.view(), "x-200k"); len(got) != 4 || s.view().Live {
		t.Fatalf("%d of 4 fragments can be fetched", len(got))
	}
	release()
	told.await(t, "The event has ended")
	if scan := scanned(t, d, "x-200k.ismv"); len(scan.Records) != 4 || !scan.Sealed {
		t.Fatalf("%d of 4 fragments were archived, sealed %v", len(scan.Records), scan.Sealed)
	}
}

// TestProgramEndsOnADiskThatDoesNotAnswer says what is lost.
func TestProgramEndsOnADiskThatDoesNotAnswer(t *testing.T) {
	d, told := archivetest.New(), &ears{}
	var release func()
	t.Run("program", func(t *testing.T) {
		cfg := Config{Name: "oceans", Settings: engine.DefaultPointConfig(), Patience: time.Millisecond, Drain: 10 * time.Millisecond, ClientManifest: noManifest}
		inMemory(d)(&cfg)
		told.config(&cfg)
		p, stop := runPoint(t, cfg)
		s := &stage{Point: p, t: t}
		c := s.camera("x-200k", engine.Video, two)
		c.send(1)
		release = held(d)
		c.send(5)
		if err := stop(); err == nil {
			t.Error("nothing was said to be wrong")
		}
	})
	told.await(t, "did not answer", "lost")
	release()
	left := newStage(t, inMemory(d.Kill()))
	if got := fetch(t, left.view(), "x-200k"); len(got) == 0 {
		t.Error("nothing is left of what had been archived")
	}
}

// TestFullDisk stops the archive, not the presentation: it is told at once and goes on by
// itself, and nothing in the file is other than whole.
func TestFullDisk(t *testing.T) {
	for what, fault := range map[string]func(archivetest.Op) error{
		"full": full,
		"broken": func(op archivetest.Op) error {
			if op.Kind == "write" || op.Kind == "truncate" {
				return syscall.EIO
			}
			return nil
		},
		"short": func(op archivetest.Op) error {
			if op.Kind == "write" {
				return archivetest.Short{N: op.Size / 3}
			}
			return nil
		},
		"read-only": func(op archivetest.Op) error {
			if slices.Contains([]string{"write", "create", "rename", "truncate", "mkdir", "remove"}, op.Kind) {
				return syscall.EROFS
			}
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			d, told := archivetest.New(), &ears{}
			s := newStage(t, inMemory(d), told.config)
			c := s.camera("x-200k", engine.Video, two)
			c.send(3)
			d.Fault(fault)
			c.send(1)
			if st := s.Status(); st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
				t.Fatalf("state %s, archive %+v", st.State, st.Archive)
			}
			c.send(3)
			d.Fault(nil)
			c.send(3)
			told.await(t, "The archive of x-200k goes on; it lacks what is from 0:00:06.0 to 0:00:14.0.")
			if got := fetch(t, s.view(), "x-200k"); len(got) != 10 {
				t.Fatalf("%d of 10 fragments can be fetched", len(got))
			}
			again := newStage(t, inMemory(d.Kill()))
			want := slices.Delete(fetch(t, s.view(), "x-200k"), 3, 7)
			same(t, "after a crash", fetch(t, again.view(), "x-200k"), want)
			if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
				t.Fatal(err)
			}
			if scan := scanned(t, d, "x-200k.ismv"); len(scan.Records) != 6 || !scan.Sealed || scan.Torn != 0 {
				t.Fatalf("%d records, sealed %v, torn %d", len(scan.Records), scan.Sealed, scan.Torn)
			}
		})
	}
}

// TestReadOnlyDirectory is a point that cannot work, until it can.
func TestReadOnlyDirectory(t *testing.T) {
	d := archivetest.New()
	d.Fault(func(op archivetest.Op) error {
		if op.Kind == "create" {
			return syscall.EROFS
		}
		return nil
	})
	s := newStage(t, inMemory(d))
	if st := s.Status(); st.State != engine.StateError || st.Reason == "" || st.Action == "" {
		t.Fatalf("state %s, %q %q", st.State, st.Reason, st.Action)
	}
	d.Fault(nil)
	if err := s.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	s.camera("x-200k", engine.Video, two).send(2)
	if a := s.Status().Archive; !a.Recording {
		t.Fatalf("archive %+v", a)
	}
}

// TestDirectoryRemovedWhileLive goes on from memory and open files, and archives again when
// there is a directory again.
func TestDirectoryRemovedWhileLive(t *testing.T) {
	d, clock, told := archivetest.New(), newHands(), &ears{}
	now := d
	s := newStage(t, told.config, func(cfg *Config) {
		cfg.Now = clock.Now
		cfg.Directory = func() (archive.Directory, error) { return now, nil }
	})
	video, audio := s.camera("x-200k", engine.Video, two), s.camera("y-64k", engine.Audio, two)
	both := func(n int) {
		for range n {
			video.send(1)
			audio.send(1)
			clock.advance(2 * time.Second)
		}
	}
	both(3)
	d.RemoveAll()
	both(3)
	told.await(t, "x-200k.ismv has been removed")
	told.await(t, "y-64k.ismv has been removed")
	if st := s.Status(); st.State != engine.StateStarted || st.Archive.Recording || st.Archive.Reason == "" {
		t.Fatalf("state %s, archive %+v", st.State, st.Archive)
	}
	fresh := archivetest.New()
	if err := s.do(t.Context(), "put back", func(*writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	now = fresh // the recorder asks with the next fragment
	both(3)
	told.await(t, "The archive of x-200k goes on; it lacks")
	told.await(t, "The archive of y-64k goes on; it lacks")
	if got := fetch(t, s.view(), "x-200k"); len(got) != 9 {
		t.Fatalf("%d of 9 fragments can be fetched", len(got))
	}
	again := newStage(t, inMemory(fresh.Kill()))
	for _, stream := range []string{"x-200k", "y-64k"} {
		all := fetch(t, s.view(), stream)
		same(t, stream, fetch(t, again.view(), stream), all[6:])
	}
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if names := fresh.Names(); !slices.Contains(names, "x-200k.0002.ismv") || !slices.Contains(names, "oceans.ismc") {
		t.Fatalf("files %v", names)
	}
}

// TestPowerCutCostsOneFragment has the power fail with fsync = every.
func TestPowerCutCostsOneFragment(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 3))
		d := archivetest.New()
		s := newStage(t, inMemory(d), func(cfg *Config) { cfg.Settings.Fsync = "every" })
		c := s.camera("x-200k", engine.Video, two)
		n := 1 + rng.IntN(8)
		c.send(n)
		want := fetch(t, s.view(), "x-200k")
		after := newStage(t, inMemory(d.PowerCut(rng)))
		got := fetch(t, after.view(), "x-200k")
		if len(got) < n-1 {
			t.Fatalf("seed %d: %d of %d fragments are left", seed, len(got), n)
		}
		for i := range got {
			if got[i].Start != want[i].Start || got[i].bytes != want[i].bytes {
				t.Fatalf("seed %d: fragment %d is another", seed, i)
			}
		}
		s.camera("y-64k", engine.Audio, two).send(1) // still on air
	}
}

// TestDiskThatCannotSync takes media and cannot promise to keep it, which is told until it can.
func TestDiskThatCannotSync(t *testing.T) {
	d, clock, told := archivetest.New(), newHands(), &ears{}
	s := newStage(t, inMemory(d), told.config, func(cfg *Config) { cfg.Now = clock.Now })
	c := s.camera("x-200k", engine.Video, two)
	send := func(n int) {
		for range n {
			c.send(1)
			clock.advance(2 * time.Second)
		}
	}
	send(2)
	d.Fault(func(op archivetest.Op) error {
		if op.Kind == "sync" {
			return syscall.EIO
		}
		return nil
	})
	send(3)
	told.await(t, "cannot be written (input/output error)", "Live goes on from memory")
	d.Fault(nil)
	send(2)
	told.await(t, "The archive of x-200k goes on.")
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if scan := scanned(t, d, "x-200k.ismv"); len(scan.Records) != 7 || !scan.Sealed {
		t.Fatalf("%d of 7 fragments were archived, sealed %v", len(scan.Records), scan.Sealed)
	}
}

// TestDamagedFileIsFollowedByAnother keeps what somebody may want to mend, and goes on.
func TestDamagedFileIsFollowedByAnother(t *testing.T) {
	d := archivetest.New()
	s := newStage(t, inMemory(d))
	s.camera("x-200k", engine.Video, two).send(6)
	all := fetch(t, s.view(), "x-200k")
	left, scan := d.Kill(), scanned(t, d, "x-200k.ismv")
	media := left.Bytes("x-200k.ismv")
	copy(media[scan.Records[3].Offset:], "this was a box once")
	left.Put("x-200k.ismv", media)
	left.Put("x-200k.ismx", nil)
	told := &ears{}
	again := newStage(t, inMemory(left), told.config)
	told.await(t, "x-200k.ismv is damaged")
	same(t, "before the damage", fetch(t, again.view(), "x-200k"), unknown(all[:3]))
	c := again.camera("x-200k", engine.Video, two)
	c.next, c.sent = 6*two, 6
	c.send(3)
	told.await(t, "The archive of x-200k goes on")
	if err := again.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	if string(left.Bytes("x-200k.ismv")) != string(media) {
		t.Error("the damaged file has been changed")
	}
	if scan := scanned(t, left, "x-200k.0002.ismv"); len(scan.Records) != 3 || !scan.Sealed {
		t.Errorf("%d of 3 fragments were archived, sealed %v", len(scan.Records), scan.Sealed)
	}
	ended := newStage(t, inMemory(left.Kill()))
	if got := starts(ended.view(), "x-200k"); !slices.Equal(got, []engine.Ticks{0, two, 2 * two, 6 * two, 7 * two, 8 * two}) {
		t.Errorf("fragments at %v", got)
	}
}

// unknown is fragments without their times of arrival.
func unknown(all []shown) []shown {
	out := slices.Clone(all)
	for i := range out {
		out[i].Arrived = 0
	}
	return out
}
