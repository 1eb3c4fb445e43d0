//go:build unix

package origin

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
)

// pretendFFmpeg is a program that answers as ffmpeg does, but not before somebody has written
// to the pipe gate. It notes in the file ran when it is asked to encode.
const pretendFFmpeg = `#!/bin/sh
for last; do :; done
case "$last" in
-version) read -r answer <%[1]q; cat %[2]q/version.txt;;
-encoders|-muxers|-filters) cat %[2]q/"${last#-}".txt;;
http*) echo "$last" >>%[3]q; exec cat;;
esac
`

// TestEncoderRemovedDuringTheSearchForFFmpegDoesNotRun removes an encoder that has been
// ordered to run, while the order waits for ffmpeg to tell what it can do.
func TestEncoderRemovedDuringTheSearchForFFmpegDoesNotRun(t *testing.T) {
	o := newOrigin(t)
	dir := t.TempDir()
	gate, ran := filepath.Join(dir, "gate"), filepath.Join(dir, "ran")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	answers, err := filepath.Abs(filepath.Join("..", "internal", "encoder", "testdata", "ffmpeg", "full"))
	if err != nil {
		t.Fatal(err)
	}
	o.fleet.path = filepath.Join(dir, "ffmpeg")
	if err := os.WriteFile(o.fleet.path, fmt.Appendf(nil, pretendFFmpeg, gate, answers, ran), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := o.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	spec := engine.EncoderSpec{
		Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, FPS: 10, GOP: time.Second,
		Video: []engine.Rung{{Width: 96, Height: 54, Bitrate: 30_000}}, AudioBitrate: 32_000,
	}
	removed, err := o.AddEncoder(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := o.AddEncoder(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	ordered := make(chan error, 1)
	go func() { ordered <- o.OrderEncoder(t.Context(), removed, engine.OrderRun) }()
	answer, err := os.OpenFile(gate, os.O_WRONLY, 0) // returns when ffmpeg is being asked
	if err != nil {
		t.Fatal(err)
	}
	if err := o.RemoveEncoder(t.Context(), removed); err != nil {
		t.Fatal(err)
	}
	if _, err := answer.WriteString("go on\n"); err != nil {
		t.Fatal(err)
	}
	if err := answer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ordered; engine.KindOf(err) != engine.NotFound {
		t.Fatalf("the order was carried out: %v", err)
	}
	if all := o.Encoders(); len(all) != 1 || all[0].Spec.ID != kept {
		t.Fatalf("encoders %+v", all)
	}
	nothing := make(chan struct{})
	go func() {
		defer close(nothing)
		o.fleet.group.Wait()
	}()
	ended(t, "what is supervised", nothing)
	if b, err := os.ReadFile(ran); err == nil {
		t.Fatalf("ffmpeg encodes: %s", b)
	}
	// The tool has been found: the other one can be run.
	if err := o.OrderEncoder(t.Context(), kept, engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	if err := o.RemoveEncoder(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
}
