package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

func TestSparkLooks(t *testing.T) {
	themed(t)
	s := NewSpark()
	s.SetData(wavy(121, 3, 1), noon().Add(-2*time.Minute), noon(), look.Dark().Track(0))
	test.AssertRendersToImage(t, "spark.png", shown(t, NewPanel("", s), 140, 60).Canvas())
}

func TestSparkDrawsNothingFromNothing(t *testing.T) {
	themed(t)
	s := NewSpark()
	w := shown(t, s, 100, 30)
	w.Canvas().Capture()
	s.SetData([]Sample{{noon().UnixMilli(), 0}}, noon().Add(-time.Minute), noon(), look.Dark().Track(0))
	w.Canvas().Capture()
}
