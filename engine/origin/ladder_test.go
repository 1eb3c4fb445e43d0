//go:build unix

package origin_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
)

// encoderNow is what the engine tells of its only encoder.
func (r *running) encoderNow() engine.EncoderStatus {
	if all := r.Encoders(); len(all) == 1 {
		return all[0]
	}
	return engine.EncoderStatus{}
}

// TestProcessPerRung runs a ladder by three processes, as one encoder: the point presents one
// stream, whose fragments align also after one of the three was killed and came back. Then the
// encoder is changed to one process.
func TestProcessPerRung(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	spec := engine.EncoderSpec{
		ID: "one", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, FPS: 10, GOP: time.Second, Method: 1, Preset: "ultrafast",
		Video:        []engine.Rung{{Width: 96, Height: 54, Bitrate: 30_000}, {Width: 160, Height: 90, Bitrate: 60_000}, {Width: 192, Height: 108, Bitrate: 90_000}},
		AudioBitrate: 32_000,
	}
	r.await("ffmpeg", func() bool { return r.EncoderTool().Version != "" || r.EncoderTool().Reason != "" })
	if _, err := r.AddEncoder(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := r.OrderEncoder(t.Context(), "one", engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	r.await("three processes", func() bool {
		e := r.encoderNow()
		return e.State == engine.EncoderRunning && len(e.Processes) == 3 &&
			!slices.ContainsFunc(e.Processes, func(p engine.EncoderProcess) bool { return p.State != engine.EncoderRunning })
	})
	before := r.encoderNow()
	if before.Stream != "oceans-90k-32k" || before.Processes[0].Stream != before.Stream || before.Processes[2].Stream != "oceans-30k" ||
		strings.Count(before.Command, "\n") != 2 || before.Order != engine.OrderRun {
		t.Fatalf("encoder %+v", before)
	}
	r.awaitLadder(t, 3, 2)

	if err := syscall.Kill(before.Processes[1].PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	r.await("the killed one is back", func() bool {
		p := r.encoderNow().Processes
		return p[1].PID != before.Processes[1].PID && p[1].State == engine.EncoderRunning && p[1].Restarts == 1
	})
	after := r.encoderNow()
	for _, i := range []int{0, 2} {
		if after.Processes[i].PID != before.Processes[i].PID || after.Processes[i].Restarts != 0 {
			t.Errorf("%s was restarted too: %+v", after.Processes[i].Stream, after.Processes[i])
		}
	}
	r.awaitLadder(t, 3, 6)

	spec.Method, spec.Video = 2, spec.Video[:2]
	if err := r.UpdateEncoder(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	r.await("one process", func() bool {
		e := r.encoderNow()
		return e.State == engine.EncoderRunning && len(e.Processes) == 0 && e.Stream == "oceans-30k-60k-32k"
	})
	for _, p := range after.Processes {
		if err := syscall.Kill(p.PID, 0); err == nil {
			t.Errorf("%s still runs beside its successor", p.Stream)
		}
	}
	r.await("what it takes is told", func() bool { return r.encoderNow().Memory > 0 })
	if err := r.RemoveEncoder(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
}

// awaitLadder waits until the manifest has one video stream of so many levels, on a grid of seconds
// since 1970, with at least the chunks asked for.
func (r *running) awaitLadder(t *testing.T, levels, chunks int) {
	t.Helper()
	r.await("a ladder", func() bool {
		status, _, body := r.get("/oceans.isml/Manifest")
		if status != 200 {
			return false
		}
		videos := 0
		for _, s := range parse(t, body).Streams {
			if s.Name != "video" {
				continue
			}
			videos++
			if len(s.Levels) != levels || len(s.Chunks) < chunks {
				return false
			}
			at := int64(0)
			for _, c := range s.Chunks {
				if c.T != nil {
					at = *c.T
				}
				if at%10_000_000 != 0 || at < 1e16 {
					t.Fatalf("a fragment begins at %d, beside the grid", at)
				}
				at += c.D
			}
		}
		return videos == 1
	})
}

// TestRefusedStreamIsTold has the engine refuse what a supervised encoder sends after its header.
func TestRefusedStreamIsTold(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	r.await("ffmpeg", func() bool { return r.EncoderTool().Version != "" || r.EncoderTool().Reason != "" })
	// Without a setup of its codec in the header nobody can play it.
	spec := engine.EncoderSpec{ID: "one", Point: "oceans", Restart: engine.RestartNever, Input: engine.EncoderInput{Kind: engine.InputCustom,
		Args: strings.Fields("-re -f lavfi -i testsrc2=size=96x54:rate=10 -c:v mpeg4 -g 10 -b:v 50k")}}
	if _, err := r.AddEncoder(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := r.OrderEncoder(t.Context(), "one", engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	r.await("the refusal", func() bool {
		e := r.encoderNow()
		return e.Order == engine.OrderStop && strings.HasPrefix(e.Reason, "the engine refused the stream: ")
	})
}
