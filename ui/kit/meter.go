package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// What a Meter shows, in dBFS: what is quieter is empty, what is louder than loud is a warning, and
// what is louder than hot is about to be clipped.
const (
	meterFloor = -60.0
	meterLoud  = -9.0
	meterHot   = -1.0
)

// maxMeterBars is how many channels a Meter has bars for; of more the loudest stands for the rest.
const maxMeterBars = 8

// Meter is how loud sound is: an upright bar for each channel.
type Meter struct {
	widget.BaseWidget

	peaks []float64
	dim   bool
}

// NewMeter makes a meter without bars.
func NewMeter() *Meter {
	m := &Meter{}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows the peaks of all channels in dBFS; a dim meter shows what was, not what is. The slice is
// kept.
func (m *Meter) Set(peaks []float64, dim bool) {
	if len(peaks) > maxMeterBars {
		rest := math.Inf(-1)
		for _, p := range peaks[maxMeterBars-1:] {
			rest = max(rest, p)
		}
		peaks = append(append([]float64{}, peaks[:maxMeterBars-1]...), rest)
	}
	same := m.dim == dim && len(peaks) == len(m.peaks)
	for i := 0; same && i < len(peaks); i++ {
		same = peaks[i] == m.peaks[i]
	}
	if same {
		return
	}
	m.peaks, m.dim = peaks, dim
	m.Refresh()
}

// Width is how wide the bars are together; 0 without any.
func (m *Meter) Width() float32 {
	n := float32(len(m.peaks))
	if n == 0 {
		return 0
	}
	return n*meterBar + (n-1)*meterGap
}

const (
	meterBar float32 = 5
	meterGap float32 = 2
)

// CreateRenderer is for Fyne.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{meter: m}
	r.Refresh()
	return r
}

type meterRenderer struct {
	meter   *Meter
	wells   []*canvas.Rectangle
	bars    []*canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *meterRenderer) Destroy()                     {}
func (r *meterRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *meterRenderer) MinSize() fyne.Size           { return fyne.NewSize(r.meter.Width(), 16) }

func (r *meterRenderer) Layout(size fyne.Size) {
	for i, well := range r.wells {
		x := float32(i) * (meterBar + meterGap)
		well.Move(fyne.NewPos(x, 0))
		well.Resize(fyne.NewSize(meterBar, size.Height))
		high := float32(math.Round(float64(size.Height) * meterShare(r.meter.peaks[i])))
		r.bars[i].Move(fyne.NewPos(x, size.Height-high))
		r.bars[i].Resize(fyne.NewSize(meterBar, high))
	}
}

// meterShare is how much of its height a bar fills, from 0 to 1.
func meterShare(db float64) float64 {
	if math.IsNaN(db) {
		return 0
	}
	return max(0, min(1, (db-meterFloor)/-meterFloor))
}

func (r *meterRenderer) Refresh() {
	m, p := r.meter, look.PaletteOf(r.meter.Theme())
	if len(r.bars) != len(m.peaks) {
		r.wells, r.bars, r.objects = nil, nil, nil
		for range m.peaks {
			well, bar := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
			well.CornerRadius, bar.CornerRadius = 1.5, 1.5
			r.wells, r.bars = append(r.wells, well), append(r.bars, bar)
			r.objects = append(r.objects, well, bar)
		}
	}
	for i, db := range m.peaks {
		colour := p.Good
		switch {
		case db > meterHot:
			colour = p.Bad
		case db > meterLoud:
			colour = p.Warn
		}
		if m.dim {
			colour = look.Fade(p.Quiet, 0.5)
		}
		r.wells[i].FillColor, r.bars[i].FillColor = p.Raised, colour
	}
	r.Layout(m.Size())
	canvas.Refresh(m)
}
