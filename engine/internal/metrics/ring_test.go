package metrics

import (
	"math"
	"testing"
	"time"
)

var start = time.Unix(1_800_000_000, 0)

func second(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }

func TestRingKeepsSecondsThenExtremes(t *testing.T) {
	var r Ring
	const n = 10_000
	for i := range n {
		r.Put(second(i), float64(i))
	}
	got := r.Samples(time.Time{}, second(n))
	fineFrom := n - fineSlots
	last := time.Time{}
	seconds := 0
	for _, s := range got {
		if !s.At.After(last) {
			t.Fatalf("%v comes after %v", s.At, last)
		}
		last = s.At
		i := int(s.At.Sub(start) / time.Second)
		if i >= fineFrom {
			seconds++
			if s.Value != float64(i) {
				t.Fatalf("second %d has %v", i, s.Value)
			}
		} else if want := i/10*10 + i%10/5*9; s.Value != float64(want) {
			t.Fatalf("ten seconds at %d have %v, want %d", i, s.Value, want)
		}
	}
	if seconds != fineSlots || got[0].Value != 0 || got[len(got)-1].Value != n-1 {
		t.Errorf("%d seconds, from %v to %v", seconds, got[0].Value, got[len(got)-1].Value)
	}
}

func TestRingKeepsADay(t *testing.T) {
	var r Ring
	const day = 24 * 3600
	for i := range day + 5000 {
		r.Put(second(i), 1)
	}
	got := r.Samples(time.Time{}, second(2*day))
	age := second(day + 5000).Sub(got[0].At)
	if age < 24*time.Hour-20*time.Second || age > 24*time.Hour+20*time.Second {
		t.Errorf("the oldest sample is %v old", age)
	}
	if n := cap(r.fine.slots) + cap(r.coarse.slots); n > 15_000 {
		t.Errorf("%d slots for a day", n)
	}
}

func TestRingRanges(t *testing.T) {
	var r Ring
	if got := r.Samples(time.Time{}, second(10)); got != nil {
		t.Errorf("nothing put, got %v", got)
	}
	for i := range 100 {
		r.Put(second(i), float64(i))
	}
	for _, tt := range []struct{ from, to, want, first int }{
		{0, 99, 100, 0}, {10, 19, 10, 10}, {-50, 4, 5, 0}, {95, 500, 5, 95}, {50, 50, 1, 50}, {60, 50, 0, 0}, {200, 300, 0, 0},
	} {
		got := r.Samples(second(tt.from), second(tt.to))
		if len(got) != tt.want || len(got) > 0 && got[0].Value != float64(tt.first) {
			t.Errorf("from %d to %d: %d samples, want %d from %d on", tt.from, tt.to, len(got), tt.want, tt.first)
		}
	}
}

func TestRingClock(t *testing.T) {
	tests := []struct {
		name string
		put  []int // seconds; the value is the place in the list
		want []float64
	}{
		{"a second is passed over", []int{0, 2}, []float64{0, math.NaN(), 1}},
		{"the clock is set back a little", []int{0, 1, 2, 3, 1}, []float64{0, 4}},
		{"and goes on", []int{0, 1, 2, 3, 1, 2}, []float64{0, 4, 5}},
		{"the clock is set back before the beginning", []int{0, 1, -5}, []float64{2}},
		{"the clock is set ahead by a day", []int{0, 1, 100_000}, []float64{2}},
		{"nothing to measure", []int{0}, []float64{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Ring
			for i, s := range tt.put {
				r.Put(second(s), float64(i))
			}
			got := r.fine.samples(nil, fineStep, time.Time{}, second(200_000))
			if len(got) != len(tt.want) {
				t.Fatalf("%v, want values %v", got, tt.want)
			}
			for i, want := range tt.want {
				if v := got[i].Value; v != want && !(v != v && want != want) {
					t.Errorf("sample %d is %v, want %v", i, v, want)
				}
			}
		})
	}
}

func TestRingNaN(t *testing.T) {
	var r Ring
	for i := range 20 {
		v := math.NaN()
		if i == 3 {
			v = 7
		}
		r.Put(second(i), v)
	}
	coarse := r.coarse.samples(nil, coarseStep, time.Time{}, second(100))
	if len(coarse) != 2 || coarse[0].Value != 7 || !math.IsNaN(coarse[1].Value) {
		t.Errorf("%v", coarse)
	}
}

func BenchmarkRingPut(b *testing.B) {
	var r Ring
	b.ReportAllocs()
	at := start
	for b.Loop() {
		r.Put(at, 1)
		at = at.Add(time.Second)
	}
}

// BenchmarkDay is what a chart of a whole day costs.
func BenchmarkDay(b *testing.B) {
	var r Ring
	for i := range 24 * 3600 {
		r.Put(second(i), float64(i%97))
	}
	b.ReportAllocs()
	for b.Loop() {
		Thin(r.Samples(time.Time{}, second(24*3600)), 600)
	}
}
