package kit

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

const (
	fine        = 4       // columns are sampled this often for smooth edges
	maxRadius   = 8       // half the thickest pen, in pixels
	maxPlotArea = 1 << 26 // pixels; a larger picture is refused instead of allocated
)

// insets are the free margins inside a plot, in pixels, so that lines at the edges are not cut.
type insets struct{ left, right, top, bottom float32 }

// scene is everything a plotter draws. Lengths are in pixels.
type scene struct {
	series    []Series
	from, to  int64   // Unix milliseconds at the left and right edge
	low, high float64 // values at the bottom and top edge
	rows      []float64
	columns   []int64
	step      bool    // hold each value until the next instead of joining them
	fill      float64 // opacity under the highest peak; 0 for lines only
	pen       float32 // thickness of lines
	dots      bool    // mark the newest value of each series
	grid      color.NRGBA
	edge      color.NRGBA // the line at to; transparent for none
	in        insets
	dash      int // length of the dashes of the columns
}

// plotter draws scenes into one picture that it keeps. It allocates only when the picture grows.
type plotter struct {
	img      *image.RGBA
	lo, hi   []float32 // span of the line in each fine column, lo > hi where there is none
	cover    []float32 // share of each pixel of one column that the pen covers
	gradient []paint   // of the fill in each row
}

// draw draws s at w by h pixels and returns the plotter's own picture, valid until the next call. The ground is
// transparent. A fault in the drawing is returned as an error beside a blank picture, never raised.
func (p *plotter) draw(s *scene, w, h int) (img *image.RGBA, err error) {
	defer func() {
		if r := recover(); r != nil {
			// A panic here would end the program while it is on air.
			img, err = image.NewRGBA(image.Rect(0, 0, 1, 1)), fmt.Errorf("draw a chart of %d by %d: %v", w, h, r)
		}
	}()
	if w < 1 || h < 1 || w > maxPlotArea/h {
		p.prepare(1, 1)
		return p.img, nil
	}
	p.prepare(w, h)
	p.drawGrid(s)
	if !s.valid() {
		return p.img, nil
	}
	if s.fill > 0 {
		for i := range s.series {
			if p.trace(s, s.series[i].Points) {
				p.drawFill(s, s.series[i].Colour)
			}
		}
	}
	p.drawEdge(s)
	for i := range s.series {
		if p.trace(s, s.series[i].Points) {
			p.drawLine(s, s.series[i].Colour)
		}
	}
	if s.dots {
		p.drawDots(s)
	}
	return p.img, nil
}

// prepare makes the picture w by h and blank.
func (p *plotter) prepare(w, h int) {
	if p.img == nil || p.img.Rect.Dx() != w || p.img.Rect.Dy() != h {
		need := 4 * w * h
		if p.img == nil || cap(p.img.Pix) < need {
			p.img = image.NewRGBA(image.Rect(0, 0, w, h))
		} else {
			p.img = &image.RGBA{Pix: p.img.Pix[:need], Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
		}
		n := (w + 2*maxRadius) * fine
		p.lo, p.hi = make([]float32, n), make([]float32, n)
		p.cover, p.gradient = make([]float32, h+1), make([]paint, h)
	}
	clear(p.img.Pix)
}

// valid reports whether the scene has an extent in time and value.
func (s *scene) valid() bool { return s.to > s.from && s.high > s.low && known(s.high-s.low) }

// x is where a moment lies, in pixels from the left; y is where a value lies, in pixels from the top, held near the
// picture so that wild values cost no time.
func (s *scene) x(at int64, w int) float32 {
	share := (float64(at) - float64(s.from)) / (float64(s.to) - float64(s.from))
	wide := float64(float32(w) - s.in.left - s.in.right)
	return s.in.left + float32(max(-1e6, min(1e6, share*wide)))
}

func (s *scene) y(v float64, h int) float32 {
	share := (v - s.low) / (s.high - s.low)
	tall := float64(float32(h) - s.in.top - s.in.bottom)
	return float32(h) - s.in.bottom - float32(max(-1, min(2, share))*tall)
}

// trace puts the line through points into lo and hi and reports whether any of it lies in the picture.
func (p *plotter) trace(s *scene, points []Sample) bool {
	inf := float32(math.Inf(1))
	for i := range p.lo {
		p.lo[i], p.hi[i] = inf, -inf
	}
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	seen := false
	var px, py float32
	joined := false
	for _, q := range points {
		x := (s.x(q.At, w) + maxRadius) * fine
		if !known(q.Value) {
			if joined && s.step {
				seen = p.span(px, py, x, py) || seen
			}
			joined = false
			continue
		}
		y := s.y(q.Value, h)
		switch {
		case !joined:
			seen = p.span(x, y, x, y) || seen
		case s.step:
			seen = p.span(px, py, x, py) || seen
			seen = p.span(x, py, x, y) || seen
		default:
			seen = p.span(px, py, x, y) || seen
		}
		px, py, joined = x, y, true
	}
	return seen
}

// span adds the straight line between two places, in fine columns, and reports whether any of it was inside.
func (p *plotter) span(x0, y0, x1, y1 float32) bool {
	if x0 > x1 {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	n := len(p.lo)
	if x1 < 0 || x0 >= float32(n) {
		return false
	}
	// Closer than this is upright: a slope beyond all bounds would turn into NaN.
	upright := x1-x0 < 1.0/1024
	slope := float32(0)
	if !upright {
		slope = (y1 - y0) / (x1 - x0)
	}
	first, last := max(0, int(x0)), min(n-1, int(x1))
	for k := first; k <= last; k++ {
		a := y0 + slope*(max(x0, float32(k))-x0)
		b := y0 + slope*(min(x1, float32(k+1))-x0)
		if upright {
			a, b = y0, y1
		}
		p.lo[k] = min(p.lo[k], a, b)
		p.hi[k] = max(p.hi[k], a, b)
	}
	return first <= last
}
