package verify_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/verify"
)

// BenchmarkEvent checks an hour of two tracks: 40 MB in fragments of 2 s.
func BenchmarkEvent(b *testing.B) {
	s := newStudio(b)
	header, fragments := capture(b, "video-2997-isml.ismv")
	for n := range 4 {
		for range 225 {
			s.send(fmt.Sprintf("video-%dk", n+1), header, fragments...)
		}
	}
	s.end()
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		v, err := verify.Event(context.Background(), root, verify.Options{Base: "oceans", Patience: -1})
		if err != nil || v.Verdict != engine.VerdictComplete {
			b.Fatal(told(v), err)
		}
		b.SetBytes(v.Bytes)
	}
	if err := root.Close(); err != nil {
		b.Fatal(err)
	}
}
