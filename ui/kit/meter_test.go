package kit

import (
	"math"
	"testing"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

func TestMetersLook(t *testing.T) {
	themed(t)
	row := container.NewHBox()
	for _, peaks := range [][]float64{{-20, -24}, {-6, -12}, {-0.5, -3}, {math.Inf(-1), -59}, {-18, -18, -30, -22, -40, -40}, {-20}} {
		m := NewMeter()
		m.Set(peaks, false)
		row.Add(m)
	}
	dim := NewMeter()
	dim.Set([]float64{-20, -22}, true)
	row.Add(dim)
	test.AssertRendersToImage(t, "meters.png", shown(t, NewPanel("", row), 220, 110).Canvas())
}

func TestMeterShare(t *testing.T) {
	for db, want := range map[float64]float64{0: 1, 6: 1, -30: 0.5, -60: 0, -90: 0, math.Inf(-1): 0} {
		if got := meterShare(db); got != want {
			t.Errorf("%v dBFS fill %v, want %v", db, got, want)
		}
	}
	m := NewMeter()
	if m.Width() != 0 {
		t.Error("a meter of nothing is wide")
	}
	many := make([]float64, 20)
	for i := range many {
		many[i] = -50 + float64(i)
	}
	m.Set(many, false)
	if len(m.peaks) != maxMeterBars || m.peaks[maxMeterBars-1] != -31 {
		t.Errorf("bars %v", m.peaks)
	}
}
