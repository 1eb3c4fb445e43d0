package hds

import (
	"context"
	"testing"

	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// benchmarkView is one video of 4 Mbit/s and sound, in fragments of 2 s and 50 pictures.
func benchmarkView(seconds int) *presentation.View {
	return outputtest.Synthetic{
		Name: "bench", Video: []int{4_000_000}, Audio: []string{"eng"}, Fragments: max(1, seconds),
		Samples: 50, SampleSize: 10_000,
	}.View()
}

func BenchmarkFragment(b *testing.B) {
	v := benchmarkView(8)
	f, src := ask(choose(v).main[0], 1), outputtest.NewSource(v)
	b.ReportAllocs()
	for b.Loop() {
		obj, err := f.Render(context.Background(), src)
		if err != nil {
			b.Fatal(err)
		}
		n, err := obj.Body.WriteTo(sink{})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
	}
}

// sink is a connection that takes everything, and has no way to take it without copying.
type sink struct{}

func (sink) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkPlainCopy writes the payloads of the same fragments through a buffer of the same
// size: what BenchmarkFragment cannot be faster than.
func BenchmarkPlainCopy(b *testing.B) {
	v := benchmarkView(8)
	buffer := make([]byte, chunk)
	b.ReportAllocs()
	for b.Loop() {
		n := int64(0)
		for _, s := range v.Streams {
			for i := range 4 {
				m := s.Tracks[0].Fragments[i].Media
				done, err := m.WritePayload(&copying{buffer}, 0, m.PayloadSize())
				if err != nil {
					b.Fatal(err)
				}
				n += done
			}
		}
		b.SetBytes(n)
	}
}

type copying struct{ buffer []byte }

func (c *copying) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		done += copy(c.buffer, p[done:])
	}
	return len(p), nil
}

func BenchmarkBootstrapOfADay(b *testing.B) {
	v := outputtest.Synthetic{Name: "day", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 86_400}.View()
	v.Live = true
	ask, src := bootstrap{choose(v).main[0]}, outputtest.NewSource(v)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ask.Render(context.Background(), src); err != nil {
			b.Fatal(err)
		}
	}
}
