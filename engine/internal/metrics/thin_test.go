package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pubpoint/engine"
)

// TestThinProperties checks, for any samples and any limit, what a chart relies on.
func TestThinProperties(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 7))
		samples := make([]engine.Sample, rng.IntN(400))
		at := start.Add(time.Duration(rng.IntN(100_000)) * time.Second)
		for i := range samples {
			at = at.Add(time.Duration(1+rng.IntN(1+int(seed%50))) * time.Second)
			v := math.Round(rng.NormFloat64() * 100)
			if rng.IntN(10) == 0 {
				v = math.NaN()
			}
			samples[i] = engine.Sample{At: at, Value: v}
		}
		limit := rng.IntN(120)
		out := Thin(samples, limit)
		if limit > 0 && len(out) > limit {
			t.Fatalf("seed %d: %d samples, limit %d", seed, len(out), limit)
		}
		if limit == 0 && len(out) != len(samples) {
			t.Fatalf("seed %d: %d of %d samples without a limit", seed, len(out), len(samples))
		}
		if next := 0; !subsequence(out, samples, &next) {
			t.Fatalf("seed %d: sample %d of the result is not one of the samples, in order", seed, next)
		}
		if limit == 1 {
			continue
		}
		low, high := extremes(samples)
		if gotLow, gotHigh := extremes(out); gotLow != low || gotHigh != high {
			t.Fatalf("seed %d: extremes %v, %v, want %v, %v", seed, gotLow, gotHigh, low, high)
		}
	}
}

func subsequence(some, all []engine.Sample, next *int) bool {
	for _, a := range all {
		if *next < len(some) && same(some[*next], a) {
			*next++
		}
	}
	return *next == len(some)
}

func same(a, b engine.Sample) bool {
	return a.At.Equal(b.At) && math.Float64bits(a.Value) == math.Float64bits(b.Value)
}

func extremes(samples []engine.Sample) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range samples {
		if s.Value == s.Value {
			low, high = min(low, s.Value), max(high, s.Value)
		}
	}
	return low, high
}

// TestThinDoesNotFlicker moves a window over the same samples: what was picked for its
// middle stays picked.
func TestThinDoesNotFlicker(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	samples := make([]engine.Sample, 3600)
	for i := range samples {
		samples[i] = engine.Sample{At: second(i), Value: rng.Float64()}
	}
	picked := func(from int) map[time.Time]bool {
		out := make(map[time.Time]bool)
		for _, s := range Thin(samples[from:from+600], 120) {
			if i := int(s.At.Sub(start) / time.Second); i >= 100 && i < 500 {
				out[s.At] = true
			}
		}
		return out
	}
	first := picked(0)
	for from := 1; from < 60; from++ {
		for at := range picked(from) {
			if !first[at] {
				t.Fatalf("%d s later the chart picks %v as well", from, at)
			}
		}
	}
}

func TestThinKeepsEmptyStretches(t *testing.T) {
	samples := make([]engine.Sample, 100)
	for i := range samples {
		samples[i] = engine.Sample{At: second(i), Value: 1}
		if i >= 40 && i < 60 {
			samples[i].Value = math.NaN()
		}
	}
	nothing := 0
	for _, s := range Thin(samples, 30) {
		if s.Value != s.Value {
			nothing++
		}
	}
	if nothing == 0 {
		t.Error("a hole of 20 s has gone")
	}
}
