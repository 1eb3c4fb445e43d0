//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestChunkForEachPicture runs the README's command for low latency, for eight seconds and as fast
// as it goes: what players of whole fragments get is what was encoded, packet for packet, in
// fragments of a group of pictures.
func TestChunkForEachPicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), t.TempDir()
	const to = "-f mp4 -movflags cmaf+frag_every_frame"
	command := strings.ReplaceAll(documented(t, "ffmpeg", to), "-re ", "")
	command = strings.ReplaceAll(command, "http://127.0.0.1:8088/", s.media+"/")
	shell(t, dir, strings.ReplaceAll(command, to, "-nostdin -t 8 "+to))
	s.awaitState(t, "oceans", "stopped")

	// The same encoding in a file of another kind.
	options, _, _ := strings.Cut(command, to)
	shell(t, dir, options+" -nostdin -y -t 8 whole.mp4")
	want := probe(t, filepath.Join(dir, "whole.mp4"))
	checkSealed(t, h.read(t, "oceans", "oceans-800k-64k.ismv"), "oceans-800k-64k.ismv")
	p := newPlayer(t, s.url("oceans", "Manifest"))
	_, levels := p.mustManifest(t)
	if len(levels) != 2 {
		t.Fatalf("%d quality levels", len(levels))
	}
	for i, l := range levels {
		if len(l.spans) < 4 || len(l.spans) > 5 {
			t.Errorf("%s has %d fragments in 8 s: %v", l, len(l.spans), l.spans)
		}
		var samples []sample
		for _, f := range download(t, p, l) {
			samples = append(samples, f.samples...)
		}
		compare(t, l, fromZero(samples, l.scale), packetsFromZero(want[i]))
	}
}

// fromZero moves samples to where the first begins at zero, in 100 ns: CMAF does not tell what
// ffmpeg's sound has before its zero.
func fromZero(samples []sample, scale int64) []sample {
	moved := make([]sample, len(samples))
	for i, s := range samples {
		moved[i] = s
		moved[i].pts = ((s.pts-samples[0].pts)*10_000_000*2 + scale) / (2 * scale)
	}
	return moved
}

func packetsFromZero(packets []packet) []packet {
	moved := make([]packet, len(packets))
	for i, p := range packets {
		moved[i] = p
		moved[i].pts -= packets[0].pts
	}
	return moved
}

// TestChunksThatHoldKeyFrames sends pieces of half a second whose ends have nothing to do with key
// frames, with pictures that are decoded in another order than they are shown.
func TestChunksThatHoldKeyFrames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s, dir := h.start(t), film(t)
	const options = audioOptions + " -vcodec libx264 -preset veryfast -bf 2 -g 50 -keyint_min 50 -sc_threshold 0 -b:v 400k -s 848x400 "
	shell(t, dir, "ffmpeg -nostdin -y -i oceans.mov "+options+"-f ismv -movflags isml -frag_duration 500000 -send_expect_100 1 '"+s.ingest("oceans", "oceans-400k-64k")+"'")
	s.awaitState(t, "oceans", "stopped")
	checkFiles(t, h, "oceans-400k-64k.ismv")
	encoded := probe(t, encode(t, dir, options, "large.mp4"))
	served := checkServed(t, s, map[int][]packet{large: encoded[0], sound: encoded[1]})
	if n := len(served["video 400000"]); n != 6 {
		t.Errorf("%d video fragments, want one for each of six groups of pictures", n)
	}
}
