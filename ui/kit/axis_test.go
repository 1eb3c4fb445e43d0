package kit

import (
	"math"
	"testing"
	"time"
)

func TestNiceStepAndTop(t *testing.T) {
	for _, c := range []struct {
		top       float64
		count     int
		step, end float64
	}{
		{2.4e6, 4, 1e6, 3e6}, {8e6, 4, 2e6, 8e6}, {10, 4, 2.5, 10}, {0.3, 3, 0.1, 0.3}, {99, 5, 20, 100},
		{0, 4, 1, 1}, {-5, 4, 1, 1}, {math.NaN(), 4, 1, 1}, {math.Inf(1), 4, 1, 1}, {7, 0, 1, 7},
	} {
		step := niceStep(c.top, c.count)
		if end := niceTop(c.top, step); math.Abs(step-c.step) > 1e-9 || math.Abs(end-c.end) > 1e-9 {
			t.Errorf("top %v in %d: step %v to %v, want %v to %v", c.top, c.count, step, end, c.step, c.end)
		}
	}
	for _, tiny := range []float64{5e-324, 1e-300, math.MaxFloat64} {
		if step := niceStep(tiny, 4); !(step > 0) || !known(step) {
			t.Errorf("step of %g is %v", tiny, step)
		}
	}
}

func TestSteadyTop(t *testing.T) {
	if got := steadyTop(4, 3, 2.9); got != 4 {
		t.Errorf("the axis shrank to %v at a small fall", got)
	}
	if got := steadyTop(4, 2, 1.5); got != 2 {
		t.Errorf("the axis stayed at %v although the line fell far", got)
	}
	if got := steadyTop(4, 8, 7); got != 8 {
		t.Errorf("the axis stayed at %v and cuts the line", got)
	}
}

func TestTimeTicksAreRoundOnTheWallClock(t *testing.T) {
	zone := time.FixedZone("half", 5*3600+1800)
	to := time.Date(2026, 3, 14, 12, 0, 10, 0, zone)
	from := to.Add(-5 * time.Minute)
	step := timeStep(to.Sub(from), 5)
	if step != time.Minute {
		t.Fatalf("step %v, want 1m", step)
	}
	ticks := timeTicks(nil, from.UnixMilli(), to.UnixMilli(), step, zone, 64)
	if len(ticks) != 5 {
		t.Fatalf("%d ticks, want 5", len(ticks))
	}
	for _, at := range ticks {
		if local := time.UnixMilli(at).In(zone); local.Second() != 0 {
			t.Errorf("tick at %v", local)
		}
	}
	hours := timeTicks(nil, to.Add(-6*time.Hour).UnixMilli(), to.UnixMilli(), time.Hour, zone, 64)
	for _, at := range hours {
		if local := time.UnixMilli(at).In(zone); local.Minute() != 0 {
			t.Errorf("hour tick at %v", local)
		}
	}
}

func TestTimeTicksAreLimited(t *testing.T) {
	if n := len(timeTicks(nil, 0, math.MaxInt64/4, time.Second, time.UTC, 64)); n != 64 {
		t.Errorf("%d ticks, want 64", n)
	}
	if n := len(timeTicks(nil, 10, 10, time.Second, time.UTC, 64)); n != 0 {
		t.Errorf("%d ticks in no time", n)
	}
	if timeStep(100*365*24*time.Hour, 2) != 28*24*time.Hour || timeStep(time.Second, 0) != 28*24*time.Hour {
		t.Error("a span beyond all steps must take the longest")
	}
}

func TestTimeLayout(t *testing.T) {
	for step, want := range map[time.Duration]string{time.Second: "15:04:05", time.Minute: "15:04", 24 * time.Hour: "2 Jan"} {
		if got := timeLayout(step); got != want {
			t.Errorf("%v: %q, want %q", step, got, want)
		}
	}
}
