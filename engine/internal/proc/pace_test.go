package proc

import (
	"testing"
	"time"
)

func TestPacerGrowsAndGivesUp(t *testing.T) {
	pacer := NewPacer(Pace{})
	seconds := []int{1, 2, 4, 8, 16, 30, 30, 30, 30, 30}
	for i, want := range seconds {
		pause, ok := pacer.Next(time.Second)
		if !ok || pause != time.Duration(want)*time.Second || pacer.InRow() != i+1 {
			t.Errorf("pause %d: %v, %v, want %d s", i, pause, ok, want)
		}
	}
	if pause, ok := pacer.Next(29 * time.Second); ok {
		t.Errorf("an eleventh pause of %v", pause)
	}
	pacer.Reset()
	if pause, ok := pacer.Next(0); !ok || pause != time.Second {
		t.Errorf("after a reset: %v, %v", pause, ok)
	}
}

func TestPacerForgetsAfterAHealthyRun(t *testing.T) {
	pacer := NewPacer(Pace{First: time.Millisecond, Limit: 2, Healthy: time.Minute})
	for range 2 {
		if _, ok := pacer.Next(0); !ok {
			t.Fatal("gave up early")
		}
	}
	if pause, ok := pacer.Next(time.Minute); !ok || pause != time.Millisecond {
		t.Errorf("after a healthy run: %v, %v", pause, ok)
	}
}
