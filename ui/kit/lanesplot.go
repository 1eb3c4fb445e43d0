package kit

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"pubpoint/ui/look"
)

// laneScene is everything a lanePlotter draws. Lengths are in pixels.
type laneScene struct {
	lanes    []Lane
	tops     []float64
	bands    []laneBand // in pixels
	notes    []LaneNote
	from, to float64 // Unix milliseconds at the left and right edge
	first    float64 // before it there is nothing at all
	now      float64 // behind it there is nothing yet
	columns  []int64
	pen      int // pixels to a unit, at least 1
	flags    int // height of the row of flags
	palette  look.Palette
}

// laneBand is where a lane is: its first row, and the row behind its last.
type laneBand struct{ top, end float32 }

// lanePlotter draws lanes into one picture that it keeps. It allocates only when the picture grows.
type lanePlotter struct {
	ink                 plotter
	row                 []uint8
	low, high, sum, had []float32 // of what covers each column of one lane
}

// draw draws s at w by h pixels and returns the plotter's own picture, valid until the next call. A fault in the drawing
// is returned as an error beside a blank picture, never raised.
func (p *lanePlotter) draw(s *laneScene, w, h int) (img *image.RGBA, err error) {
	defer func() {
		if r := recover(); r != nil {
			// A panic here would end the program while it is on air.
			img, err = image.NewRGBA(image.Rect(0, 0, 1, 1)), fmt.Errorf("draw lanes of %d by %d: %v", w, h, r)
		}
	}()
	if w < 1 || h < 1 || w > maxPlotArea/h {
		p.ink.prepare(1, 1)
		return p.ink.img, nil
	}
	p.ink.prepare(w, h)
	if len(p.row) < 4*w {
		p.row = make([]uint8, 4*w)
		p.low, p.high, p.sum, p.had = make([]float32, w), make([]float32, w), make([]float32, w), make([]float32, w)
	}
	p.fill(0, 0, w, h, s.palette.Panel)
	if !(s.to > s.from) || !known(s.to-s.from) {
		return p.ink.img, nil
	}
	for i := range s.lanes {
		if i < len(s.bands) && i < len(s.tops) {
			p.ground(s, s.bands[i])
			p.lane(s, i)
		}
	}
	p.present(s)
	p.notes(s)
	return p.ink.img, nil
}

// width is how wide the picture is.
func (p *lanePlotter) width() int { return p.ink.img.Rect.Dx() }

// x is where a moment lies, in pixels from the left, held near the picture.
func (p *lanePlotter) x(s *laneScene, at float64) float64 {
	w := float64(p.width())
	v := (at - s.from) / (s.to - s.from) * w
	if !known(v) {
		return -8
	}
	return max(-8, min(w+8, v))
}

// ground draws an empty lane: dark where there may be something, with the grid of the clock.
func (p *lanePlotter) ground(s *laneScene, b laneBand) {
	top, end := int(b.top), int(b.end)
	x0, x1 := int(p.x(s, s.first)), int(p.x(s, s.now))
	p.fill(0, top, p.width(), end, look.Mix(s.palette.Panel, s.palette.Well, 0.35))
	p.fill(x0, top, x1, end, s.palette.Well)
	for _, at := range s.columns {
		x := int(p.x(s, float64(at)))
		p.fill(x, top, x+s.pen, end, look.Mix(s.palette.Well, s.palette.Border, 0.30))
	}
	p.fill(0, end-1, p.width(), end, look.Mix(s.palette.Panel, s.palette.Border, 0.35))
}

// lane draws the marks of a lane: each as a bar where there is room, else what they reach from low to high.
func (p *lanePlotter) lane(s *laneScene, i int) {
	l, b := &s.lanes[i], s.bands[i]
	y := laneScale{top: int(b.top) + 2*s.pen, end: int(b.end) - 4*s.pen, high: s.tops[i]}
	shown, joined, from, to := 0, 0, math.Inf(1), math.Inf(-1)
	for j := range l.Marks {
		m := &l.Marks[j]
		if float64(m.To) < s.from || float64(m.From) > s.to {
			continue
		}
		shown++
		if m.Count > 1 {
			joined++
		}
		from, to = min(from, float64(m.From)), max(to, float64(m.To))
	}
	if shown == 0 {
		return
	}
	p.stripe(s, l, b) // below the lines of the bars, which are not to be broken
	room := (p.x(s, to) - p.x(s, from)) / float64(shown)
	if room >= float64(4*s.pen) && joined*2 <= shown {
		p.bars(s, i, y, room)
	} else {
		p.envelope(s, l, y)
	}
	if l.Level > 0 && known(l.Level) {
		row := y.of(l.Level)
		for x := 0; x < p.width(); x += 6 * s.pen {
			p.fill(x, row, x+2*s.pen, row+s.pen, look.Mix(s.palette.Well, s.palette.Text, 0.55))
		}
	}
	p.breaks(s, l, b)
}

// laneScale tells rows by heights.
type laneScale struct {
	top, end int
	high     float64
}

// of is the row of a height; what is not known is at the bottom.
func (y laneScale) of(v float64) int {
	share := v / y.high
	if math.IsNaN(share) {
		share = 0
	}
	return y.end - int(max(0, min(1, share))*float64(y.end-y.top)+0.5)
}

// bars draws each mark as a bar, and where it begins as a line: those of aligned lanes reach to the next lane, so that
// beginnings that are not at the same time are a broken line.
func (p *lanePlotter) bars(s *laneScene, index int, y laneScale, room float64) {
	l, b := &s.lanes[index], s.bands[index]
	ground := s.palette.Well
	body, edge := look.Mix(ground, l.Colour, 0.38), look.Mix(ground, l.Colour, 0.95)
	tick := look.Mix(ground, s.palette.Text, min(0.62, 0.2+room/float64(80*s.pen))) // close together they would drown the bars
	reach := int(b.end)
	if next := index + 1; next < len(s.lanes) && next < len(s.bands) && s.lanes[next].Aligned {
		reach = int(s.bands[next].top)
	}
	for j := range l.Marks {
		m := &l.Marks[j]
		if float64(m.To) < s.from || float64(m.From) > s.to {
			continue
		}
		x0, x1 := int(p.x(s, float64(m.From))+0.5), int(p.x(s, float64(m.To))+0.5)
		x1 = max(x1, x0+1)
		row := y.of(m.Mean)
		p.fill(x0+s.pen, row, x1, y.end, body)
		p.fill(x0+s.pen, row, x1, row+2*s.pen, edge)
		switch {
		case m.Weak:
			for r := int(b.top); r < int(b.end); r += 4 * s.pen {
				p.fill(x0, r, x0+2*s.pen, r+2*s.pen, s.palette.Warn)
			}
		case l.Aligned:
			p.fill(x0, int(b.top), x0+s.pen, reach, tick)
		default:
			p.fill(x0, y.end-5*s.pen, x0+s.pen, y.end, tick)
		}
	}
}

// envelope draws what marks reach in each column: from the lowest to the highest, and their mean as a line.
func (p *lanePlotter) envelope(s *laneScene, l *Lane, y laneScale) {
	w := p.width()
	p.gather(s, l)
	ground := s.palette.Well
	under, band, line := look.Mix(ground, l.Colour, 0.22), look.Mix(ground, l.Colour, 0.5), look.Mix(ground, l.Colour, 1)
	before := -1
	for x := range w {
		if p.had[x] <= 0 {
			before = -1
			continue
		}
		high, low, mean := y.of(float64(p.high[x])), y.of(float64(p.low[x])), y.of(float64(p.sum[x]/p.had[x]))
		p.fill(x, low, x+1, y.end, under)
		p.fill(x, high, x+1, max(low, high+1), band)
		a, b := mean, mean+max(1, s.pen)
		if before >= 0 {
			a, b = min(a, before), max(b, before+1)
		}
		p.fill(x, a, x+1, b, line)
		before = mean
	}
}

// gather finds the extremes and the mean of what covers each column.
func (p *lanePlotter) gather(s *laneScene, l *Lane) {
	w := p.width()
	clear(p.had[:w])
	clear(p.sum[:w])
	for j := range l.Marks {
		m := &l.Marks[j]
		if float64(m.To) < s.from || float64(m.From) > s.to || !known(m.Mean) {
			continue
		}
		f0, f1 := p.x(s, float64(m.From)), p.x(s, float64(m.To))
		x0, x1 := max(0, int(f0)), min(w-1, int(math.Ceil(f1))-1)
		for x := x0; x <= max(x0, x1) && x < w; x++ {
			share := float32(min(f1, float64(x+1)) - max(f0, float64(x)))
			share = max(0.01, min(1, share))
			low, high := float32(m.Low), float32(m.High)
			if p.had[x] == 0 {
				p.low[x], p.high[x] = low, high
			}
			p.low[x], p.high[x] = min(p.low[x], low), max(p.high[x], high)
			p.sum[x] += share * float32(m.Mean)
			p.had[x] += share
		}
	}
}

// fill paints a rectangle with an opaque colour, cut to the picture.
func (p *lanePlotter) fill(x0, y0, x1, y1 int, c color.NRGBA) {
	img := p.ink.img
	x0, y0, x1, y1 = max(0, x0), max(0, y0), min(x1, img.Rect.Dx()), min(y1, img.Rect.Dy())
	if x0 >= x1 || y0 >= y1 {
		return
	}
	wide := 4 * (x1 - x0)
	if wide <= 16 {
		for y := y0; y < y1; y++ {
			at := img.Pix[y*img.Stride+4*x0:]
			for i := 0; i < wide; i += 4 {
				px := at[i : i+4 : i+4]
				px[0], px[1], px[2], px[3] = c.R, c.G, c.B, 255
			}
		}
		return
	}
	row := p.row[:wide]
	row[0], row[1], row[2], row[3] = c.R, c.G, c.B, 255
	for n := 4; n < wide; n *= 2 {
		copy(row[n:], row[:n])
	}
	for y := y0; y < y1; y++ {
		copy(img.Pix[y*img.Stride+4*x0:], row)
	}
}
