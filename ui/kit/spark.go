package kit

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"pubpoint/ui/look"
)

// Spark is a tiny line without axes: the last minutes of one number, beside that number.
type Spark struct {
	widget.BaseWidget

	points   []Sample
	from, to int64
	colour   color.NRGBA
}

// NewSpark makes an empty spark line.
func NewSpark() *Spark {
	s := &Spark{}
	s.ExtendBaseWidget(s)
	return s
}

// SetData draws points between from and to in that colour, from zero to their own peak. The slice is kept.
func (s *Spark) SetData(points []Sample, from, to time.Time, colour color.NRGBA) {
	s.points, s.from, s.to, s.colour = points, millis(from), millis(to), colour
	s.Refresh()
}

// CreateRenderer is for Fyne.
func (s *Spark) CreateRenderer() fyne.WidgetRenderer {
	r := &sparkRenderer{spark: s}
	r.raster = canvas.NewRaster(r.generate)
	r.objects = []fyne.CanvasObject{r.raster}
	return r
}

type sparkRenderer struct {
	spark   *Spark
	plotter plotter
	one     [1]Series
	row     [1]float64
	raster  *canvas.Raster
	objects []fyne.CanvasObject
}

func (r *sparkRenderer) Destroy()                     {}
func (r *sparkRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *sparkRenderer) MinSize() fyne.Size           { return fyne.NewSize(48, 20) }
func (r *sparkRenderer) Layout(size fyne.Size)        { r.raster.Resize(size) }
func (r *sparkRenderer) Refresh()                     { r.raster.Refresh() }

func (r *sparkRenderer) generate(w, h int) image.Image {
	s := r.spark
	scale := float32(1)
	if width := r.raster.Size().Width; width > 0 {
		scale = float32(w) / width
	}
	r.one[0] = Series{Colour: s.colour, Points: s.points}
	high, found := peak(r.one[:], s.from, s.to)
	if !found || high <= 0 {
		high = 1
	}
	sc := scene{
		series: r.one[:], from: s.from, to: s.to, high: high, rows: r.row[:], fill: 0.3, pen: 1.4 * scale, dots: true,
		grid: look.Fade(look.PaletteOf(s.Theme()).Border, 0.6),
		in:   insets{right: 5 * scale, top: 4 * scale, bottom: 1 * scale},
	}
	img, err := r.plotter.draw(&sc, w, h)
	if err != nil {
		// The picture is blank then, which is all a spark can say: its number stands beside it.
		return img
	}
	return img
}
