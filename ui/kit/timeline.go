package kit

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/words"
)

// TimelineConfig is how a Timeline draws. The zero value joins samples by lines and writes bare numbers.
type TimelineConfig struct {
	// Value writes a value for the legend; nil writes three digits.
	Value func(float64) string
	// Tick writes a value for the axis; nil takes Value.
	Tick func(float64) string
	// Step holds each value until the next sample instead of joining them.
	Step bool
	// Lines leaves out the shading under the lines.
	Lines bool
	// Top is the least greatest value of the axis, so that a quiet chart is not magnified; 0 lets the data decide.
	Top float64
	// Empty is the sentence shown while there is nothing to draw.
	Empty string
	// Location is the clock of the axis; nil is the local one.
	Location *time.Location
	// Fault is told once when the chart could not be drawn; nil keeps it to the chart's own sentence.
	Fault func(error)
}

// Timeline is a live chart of several series over time: values above, time to the right, the newest moment at the right
// edge. Hovering shows a crosshair and the values under it in the legend.
type Timeline struct {
	widget.BaseWidget

	config   TimelineConfig
	series   []Series
	from, to int64
	top      float64 // of the axis, kept from one SetData to the next so that it does not jump
	step     float64
	filled   bool // there is something to draw
	hovered  bool
	pointer  fyne.Position
	fault    error
	version  int // of the data, so that moving the pointer does not draw the plot anew
}

var _ desktop.Hoverable = (*Timeline)(nil)

// NewTimeline makes an empty chart.
func NewTimeline(config TimelineConfig) *Timeline {
	if config.Value == nil {
		config.Value = func(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
	}
	if config.Tick == nil {
		config.Tick = config.Value
	}
	if config.Location == nil {
		config.Location = time.Local
	}
	if config.Empty == "" {
		config.Empty = words.T(textNothingToShow)
	}
	t := &Timeline{config: config}
	t.ExtendBaseWidget(t)
	return t
}

// SetData shows series between from and to; to is the newest moment, usually now. The slices are kept: hand in new
// ones next time. Samples outside the span only help to draw the lines that cross its edges.
func (t *Timeline) SetData(series []Series, from, to time.Time) {
	t.series, t.from, t.to = series, millis(from), millis(to)
	highest, found := peak(series, t.from, t.to)
	t.filled = found && t.to > t.from
	highest = max(highest, t.config.Top, 0)
	t.top = steadyTop(t.top, niceTop(highest, niceStep(highest, 4)), highest)
	t.step = niceStep(t.top, 4)
	t.version++
	t.Refresh()
}

// MouseIn is for Fyne.
func (t *Timeline) MouseIn(e *desktop.MouseEvent) { t.point(e.Position) }

// MouseMoved is for Fyne.
func (t *Timeline) MouseMoved(e *desktop.MouseEvent) { t.point(e.Position) }

// MouseOut is for Fyne.
func (t *Timeline) MouseOut() {
	t.hovered = false
	t.Refresh()
}

func (t *Timeline) point(at fyne.Position) {
	t.hovered, t.pointer = true, at
	t.Refresh()
}

// at is the sample of s that a legend should tell for a moment: the one in force in a step chart, else the nearest.
func (t *Timeline) at(s Series, moment int64) (Sample, bool) {
	if t.config.Step {
		return s.last(moment)
	}
	return s.nearest(moment)
}

// failed remembers a fault of the drawing and tells it once.
func (t *Timeline) failed(err error) {
	if t.fault != nil {
		return
	}
	t.fault = err
	if t.config.Fault != nil {
		t.config.Fault(err)
	}
}

// CreateRenderer is for Fyne.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer { return newTimelineRenderer(t) }
