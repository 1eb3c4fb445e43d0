package dash

import (
	"context"
	"testing"

	"pubpoint/engine/internal/output/outputtest"
)

// BenchmarkManifestOfADay is of three rungs and two languages in fragments of 2 s, none of which
// is as long as the one before it.
func BenchmarkManifestOfADay(b *testing.B) {
	v := outputtest.Synthetic{
		Name: "day", Video: []int{200_000, 400_000, 900_000}, Audio: []string{"eng", "fra"}, Fragments: 43_200, Length: 20_000_000, Samples: 1,
	}.View()
	v.Live = true
	for _, s := range v.Streams {
		for i := range s.Spans {
			s.Spans[i].Duration -= 1 // a gap of a tick: nothing to be joined
		}
	}
	src := outputtest.NewSource(v)
	b.ReportAllocs()
	for b.Loop() {
		obj, err := manifest{}.Render(context.Background(), src)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(obj.Size)
	}
}
