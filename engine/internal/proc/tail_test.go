package proc

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestTail(t *testing.T) {
	tail := NewTail(3)
	if lines := tail.Lines(0); lines != nil {
		t.Errorf("an empty tail has lines %v", lines)
	}
	at := time.Unix(1000, 0)
	for i := range 5 {
		tail.Add(at.Add(time.Duration(i)*time.Second), fmt.Sprint("line ", i))
	}
	for _, test := range []struct {
		from, first uint64
		count       int
	}{{0, 2, 3}, {2, 2, 3}, {3, 3, 2}, {4, 4, 1}, {5, 0, 0}, {99, 0, 0}} {
		lines := tail.Lines(test.from)
		if len(lines) != test.count {
			t.Fatalf("from %d: %v", test.from, lines)
		}
		for i, line := range lines {
			seq := test.first + uint64(i)
			if line.Seq != seq || line.Text != fmt.Sprint("line ", seq) || !line.At.Equal(at.Add(time.Duration(seq)*time.Second)) {
				t.Errorf("from %d: line %d is %+v", test.from, i, line)
			}
		}
	}
	if tail.Next() != 5 {
		t.Errorf("next %d", tail.Next())
	}
}

func TestTailFromManyGoroutines(t *testing.T) {
	tail := NewTail(10)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				tail.Add(time.Time{}, "x")
			}
		})
		all.Go(func() {
			for from := uint64(0); from < 2000; from += 100 {
				for i, line := range tail.Lines(from) {
					if i > 10 || line.Seq < from {
						t.Errorf("from %d: line %+v at %d", from, line, i)
					}
				}
			}
		})
	}
	all.Wait()
	if tail.Next() != 2000 {
		t.Errorf("next %d", tail.Next())
	}
}
