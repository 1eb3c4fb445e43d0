package point

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/archive/archivetest"
	"pubpoint/engine/internal/presentation"
	"pubpoint/engine/internal/servermanifest"
)

// numbers are those of a stream's spans by their start.
func numbers(v *presentation.View, stream string) map[engine.Ticks]string {
	out := map[engine.Ticks]string{}
	for _, p := range v.Stream(stream).Spans {
		out[p.Start] = fmt.Sprint(p.Number, " ", p.Jumps)
	}
	return out
}

// sameNumbers makes sure that what is kept has the numbers that it had.
func sameNumbers(t *testing.T, stream string, back, before *presentation.View) {
	t.Helper()
	got, want := numbers(back, stream), numbers(before, stream)
	for at, n := range want {
		if got[at] != n {
			t.Fatalf("%s at %v: number and jumps are %q after a restart, were %q\nnow  %v\nthen %v", stream, at.Duration(scale), got[at], n,
				back.Stream(stream).Spans[:min(4, len(back.Stream(stream).Spans))], before.Stream(stream).Spans[:min(4, len(before.Stream(stream).Spans))])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d spans after a restart, were %d: %v", stream, len(got), len(want), back.Stream(stream).Spans)
	}
}

// keeping is a point that keeps little.
func keeping(cfg *Config) {
	cfg.Settings.DVRWindow, cfg.Settings.ArchiveKeep = 20*time.Second, 30*time.Second
}

// TestNumbersAfterARungHasLeft deletes the beginning of an event in which one rung left early, so
// that its last segment is never followed.
func TestNumbersAfterARungHasLeft(t *testing.T) {
	r := newRolled(t, archivetest.New(), keeping)
	r.connect()
	r.run(24 * second)
	r.high.Close("connection lost")
	for r.low.next < 150*second {
		r.low.send(1)
		for r.sound.next+r.sound.length <= r.low.next {
			r.sound.send(1)
		}
		r.clock.advance(2 * time.Second)
		r.look(t)
	}
	r.told.await(t, "Deleted from the archive")
	if stamped, fits := servermanifest.CheckStamp(r.disk.Bytes("oceans.ism")); !stamped || !fits {
		t.Error("the server manifest has no checksum that fits")
	}
	before := r.view()
	again := newRolled(t, r.disk.Kill(), keeping)
	sameNumbers(t, "video", again.view(), before)
	sameNumbers(t, "audio", again.view(), before)
}

// TestNumbersOfSoundInPieces deletes the beginning of sound whose fragments are joined across the
// end of a segment: what is left of one in the next file is not shown.
func TestNumbersOfSoundInPieces(t *testing.T) {
	r := newRolled(t, archivetest.New(), keeping)
	r.low = r.camera("low-200k", engine.Video, 11*second/4) // cuts lie inside the cells of sound
	r.sound = r.camera("sound-64k", engine.Audio, second/2)
	for r.low.next < 100*second {
		r.low.send(1)
		for r.sound.next+r.sound.length <= r.low.next {
			r.sound.send(1)
		}
		r.clock.advance(2750 * time.Millisecond)
		r.look(t)
	}
	r.told.await(t, "Deleted from the archive")
	before := r.view()
	again := newRolled(t, r.disk.Kill(), keeping)
	sameNumbers(t, "video", again.view(), before)
	sameNumbers(t, "audio", again.view(), before)
	got, want := starts(again.view(), "sound-64k"), starts(before, "sound-64k")
	if !slices.Equal(got, want) {
		t.Errorf("sound begins at %v, was %v", got[:2], want[:2])
	}
}

// TestNumbersBehindLostMedia restarts an event of which the disk refused some and memory has let
// it go.
func TestNumbersBehindLostMedia(t *testing.T) {
	d := archivetest.New()
	s := newStage(t, inMemory(d), func(cfg *Config) { cfg.HotBytes = 1 })
	c := s.camera("x-200k", engine.Video, two)
	c.send(3)
	d.Fault(func(op archivetest.Op) error {
		if op.Kind == "write" && strings.HasSuffix(op.Name, ".ismv") {
			return full(op)
		}
		return nil
	})
	c.send(2)
	d.Fault(nil)
	c.send(3)
	before := s.view()
	if n := len(before.Stream("video").Spans); n != 6 {
		t.Fatalf("%d spans", n)
	}
	again := newStage(t, inMemory(d.Kill()))
	sameNumbers(t, "video", again.view(), before)
}

// TestStreamThatHasLeftDoesNotKeepTheArchive goes on with pictures when the sound has gone: what
// is behind all windows is deleted all the same.
func TestStreamThatHasLeftDoesNotKeepTheArchive(t *testing.T) {
	r := newRolled(t, archivetest.New(), keeping)
	r.connect()
	r.run(24 * second)
	r.sound.Close("connection lost")
	for r.low.next < 150*second {
		r.low.send(1)
		r.high.send(1)
		r.clock.advance(2 * time.Second)
		r.look(t)
	}
	if r.disk.Bytes("low-200k.0004.ismv") != nil {
		t.Errorf("files are kept: %v", r.disk.Names())
	}
}

// TestLastSegmentWithoutMedia restarts behind the header of a new segment.
func TestLastSegmentWithoutMedia(t *testing.T) {
	r := newRolled(t, archivetest.New(), keeping)
	r.connect()
	r.run(30 * second)
	d := r.disk.Kill()
	first := d.Bytes("low-200k.0001.ismv")
	for _, name := range []string{"low-200k", "high-400k"} {
		d.Put(name+".0004.ismv", archivetest.Header(first))
	}
	again := newRolled(t, d, keeping)
	again.connect()
	again.low.next, again.high.next, again.sound.next = r.low.next, r.high.next, r.sound.next
	again.low.sent, again.high.sent, again.sound.sent = r.low.sent, r.high.sent, r.sound.sent
	for at := r.low.next; at < 120*second; at += 10 * second {
		again.run(at)
		again.look(t)
	}
	if d.Bytes("low-200k.0004.ismv") != nil || d.Bytes("low-200k.0011.ismv") == nil {
		t.Errorf("files: %v", d.Names())
	}
}
