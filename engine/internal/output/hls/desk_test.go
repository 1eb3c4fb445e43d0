package hls

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
)

// broken is a client that goes away.
type broken struct{}

func (broken) Write(p []byte) (int, error) { return len(p) / 2, errors.New("gone") }

// Many viewers at once, of whom some go away, all get the bytes of their own segment.
func TestDesksAreNotShared(t *testing.T) {
	v := outputtest.Synthetic{Name: "oceans", Video: []int{200_000, 400_000}, Audio: []string{"eng"}, Fragments: 12, Length: 20_000_000, Samples: 5}.View()
	src, format := outputtest.NewSource(v), TS()
	render := func(format Format, n int) (*output.Object, error) {
		path := fmt.Sprintf("ts/video-%d/%d.ts", 200_000*(1+n%2), int64(n/2)*20_000_000)
		res, err := format.Resolve(output.Request{Point: "oceans", Path: path})
		if err != nil {
			return nil, err
		}
		return res.Render(context.Background(), src)
	}
	const segments = 20
	var want [segments]bytes.Buffer
	for n := range want {
		obj, err := render(TS(), n) // each at a desk of its own
		if err != nil {
			t.Fatal(err)
		}
		if _, err := obj.Body.WriteTo(&want[n]); err != nil || want[n].Len() == 0 {
			t.Fatal(want[n].Len(), err)
		}
	}
	var all sync.WaitGroup
	for viewer := range 4 {
		all.Go(func() {
			for i := range 5 * segments {
				n := (viewer*7 + i) % segments
				obj, err := render(format, n)
				if err != nil {
					t.Error(err)
					return
				}
				if i%9 == 8 {
					if _, err := obj.Body.WriteTo(broken{}); err == nil {
						t.Error("nobody was told that the client has gone")
					}
					continue
				}
				var got bytes.Buffer
				if size, err := obj.Body.WriteTo(&got); err != nil || size != obj.Size || !bytes.Equal(got.Bytes(), want[n].Bytes()) {
					t.Errorf("segment %d has %d of %d bytes, or others, %v", n, size, obj.Size, err)
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkSegment makes a segment of 2 s and sends it, one after the other.
func BenchmarkSegment(b *testing.B) {
	v := outputtest.Synthetic{Name: "oceans", Video: []int{400_000}, Audio: []string{"eng"}, Fragments: 4, Length: 20_000_000, Samples: 50}.View()
	src := outputtest.NewSource(v)
	res, err := TS().Resolve(output.Request{Point: "oceans", Path: "ts/video-400000/20000000.ts"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		obj, err := res.Render(context.Background(), src)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(obj.Size)
		if _, err := obj.Body.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// A segment allocates as often however many pictures it has.
func TestSegmentAllocatesNothingForAPicture(t *testing.T) {
	of := func(pictures int) float64 {
		v := outputtest.Synthetic{Name: "oceans", Video: []int{400_000}, Fragments: 4, Length: 20_000_000, Samples: pictures}.View()
		res, err := TS().Resolve(output.Request{Point: "oceans", Path: "ts/video-400000/20000000.ts"})
		if err != nil {
			t.Fatal(err)
		}
		src := outputtest.NewSource(v)
		return testing.AllocsPerRun(20, func() {
			obj, err := res.Render(context.Background(), src)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := obj.Body.WriteTo(io.Discard); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The pool may lose what is put back, as it does on purpose with the race detector.
	if few, many := of(2), of(100); many > few+20 {
		t.Errorf("%v allocations for 2 pictures, %v for 100", few, many)
	}
}
