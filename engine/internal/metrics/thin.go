package metrics

import (
	"slices"

	"pubpoint/engine"
)

// Thin returns at most limit of the samples, which are oldest first, so that no peak is
// lost: of each stretch of time it keeps the lowest and the highest, and one NaN where
// there is nothing else. The stretches begin at round times, so that a chart that moves
// on does not flicker. A limit of 0 or less means all; the samples are not changed.
func Thin(samples []engine.Sample, limit int) []engine.Sample {
	if limit <= 0 || len(samples) <= limit {
		return slices.Clone(samples)
	}
	if limit == 1 {
		return slices.Clone(samples[len(samples)-1:])
	}
	width := stretch(samples, limit/2)
	out := make([]engine.Sample, 0, limit)
	for from := 0; from < len(samples); {
		to := len(samples)
		if width > 0 {
			number := samples[from].At.Unix() / width
			for to = from + 1; to < len(samples) && samples[to].At.Unix()/width == number; to++ {
			}
		}
		out = appendExtremes(out, samples[from:to])
		from = to
	}
	return out
}

// stretch is the smallest round number of seconds that cuts samples into at most n
// stretches wherever they begin, and 0 for a single one.
func stretch(samples []engine.Sample, n int) int64 {
	if n < 2 {
		return 0
	}
	extent := samples[len(samples)-1].At.Unix() - samples[0].At.Unix()
	fits := func(width int64) bool { return extent/width+2 <= int64(n) }
	for _, width := range [...]int64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600} {
		if fits(width) {
			return width
		}
	}
	width := int64(7200)
	for !fits(width) {
		width *= 2
	}
	return width
}

// appendExtremes appends the lowest and the highest of some samples, in their order.
func appendExtremes(out, some []engine.Sample) []engine.Sample {
	low, high := -1, -1
	for i, s := range some {
		if s.Value != s.Value {
			continue
		}
		if low < 0 || s.Value < some[low].Value {
			low = i
		}
		if high < 0 || s.Value > some[high].Value {
			high = i
		}
	}
	switch {
	case low < 0:
		return append(out, some[0])
	case low == high:
		return append(out, some[low])
	}
	return append(out, some[min(low, high)], some[max(low, high)])
}
