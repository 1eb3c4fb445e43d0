package kit

import (
	"image/color"
	"math"
)

// drawGrid draws the horizontal lines whole and the vertical ones dashed, each one pixel thick.
func (p *plotter) drawGrid(s *scene) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	if s.grid.A == 0 || !s.valid() {
		return
	}
	left, right := int(s.in.left), w-int(s.in.right)
	for _, v := range s.rows {
		y := int(s.y(v, h))
		for x := left; x < right; x++ {
			p.ink(x, y, s.grid, 1)
		}
	}
	dash := max(1, s.dash)
	for _, at := range s.columns {
		x := int(s.x(at, w))
		for y := int(s.in.top); y < h-int(s.in.bottom); y++ {
			if y/dash%2 == 0 {
				p.ink(x, y, s.grid, 1)
			}
		}
	}
}

// drawEdge draws the line at the newest moment, fading upwards.
func (p *plotter) drawEdge(s *scene) {
	if s.edge.A == 0 {
		return
	}
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	x := int(s.x(s.to, w))
	for y := range h {
		p.ink(x, y, s.edge, float32(y+1)/float32(h))
	}
}

// drawFill shades the area under the traced line, fading from its highest peak to the bottom.
func (p *plotter) drawFill(s *scene, c color.NRGBA) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	floor := float32(h) - s.in.bottom
	top := floor
	for k, lo := range p.lo {
		if lo <= p.hi[k] {
			top = min(top, lo)
		}
	}
	top = max(0, top)
	for y := range p.gradient {
		share := (floor - float32(y)) / max(1, floor-top)
		share = max(0, min(1, share))
		p.gradient[y] = painted(c, float32(s.fill)*share*share)
	}
	for x := range w {
		sum, n := float32(0), float32(0)
		for k := (x + maxRadius) * fine; k < (x+maxRadius+1)*fine; k++ {
			if p.lo[k] <= p.hi[k] {
				sum, n = sum+(p.lo[k]+p.hi[k])/2, n+1
			}
		}
		if n == 0 {
			continue
		}
		// At the ends of a line its column is filled in part; so is the pixel that the line itself crosses.
		start := max(0, sum/n)
		first, last := int(start), min(int(floor), h)
		for y := first; y < last; y++ {
			share := n / fine
			if y == first {
				share *= float32(first+1) - start
			}
			layer := p.gradient[y]
			if share < 1 {
				layer = layer.part(share)
			}
			layer.over(p.img.Pix[y*p.img.Stride+4*x:])
		}
	}
}

// drawLine draws the traced line with a round pen: in each fine column the pen covers the line's neighbourhood, and a
// pixel's colour is the share of its fine columns that are covered.
func (p *plotter) drawLine(s *scene, c color.NRGBA) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	r := max(0.5, min(maxRadius-1, s.pen/2))
	reach := int(r * fine)
	var half [maxRadius*fine + 1]float32
	for j := 0; j <= reach; j++ {
		d := float64(j) / fine
		half[j] = float32(math.Sqrt(max(0, float64(r)*float64(r)-d*d)))
	}
	inf := float32(math.Inf(1))
	for x := range w {
		top, bottom := h, -1
		for sub := range fine {
			k := (x+maxRadius)*fine + sub
			a, b := inf, -inf
			for j := -reach; j <= reach; j++ {
				if lo, hi := p.lo[k+j], p.hi[k+j]; lo <= hi {
					d := half[max(j, -j)]
					a, b = min(a, lo-d), max(b, hi+d)
				}
			}
			if a > b || b <= 0 || a >= float32(h) {
				continue
			}
			y0, y1 := p.coverSpan(max(0, a), min(float32(h), b))
			top, bottom = min(top, y0), max(bottom, y1)
		}
		for y := top; y <= bottom && y < h; y++ {
			p.ink(x, y, c, p.cover[y])
			p.cover[y] = 0
		}
		p.cover[h] = 0
	}
}

// coverSpan adds one fine column's worth of pen between a and b and returns the first and last pixel touched.
func (p *plotter) coverSpan(a, b float32) (first, last int) {
	first, last = int(a), int(b)
	const part = 1.0 / fine
	if first == last {
		p.cover[first] += (b - a) * part
		return first, last
	}
	p.cover[first] += (float32(first+1) - a) * part
	for y := first + 1; y < last; y++ {
		p.cover[y] += part
	}
	p.cover[last] += (b - float32(last)) * part
	return first, last
}

// drawDots marks the newest known value of each series with a dot and a soft halo.
func (p *plotter) drawDots(s *scene) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	for i := range s.series {
		q, ok := s.series[i].last(s.to)
		if !ok || q.At < s.from || !known(q.Value) {
			continue
		}
		x, y := s.x(q.At, w), s.y(q.Value, h)
		p.disc(x, y, s.pen*2.9, s.series[i].Colour, 0.22)
		p.disc(x, y, s.pen*1.5, s.series[i].Colour, 1)
	}
}

// disc draws a filled disc with a smooth rim.
func (p *plotter) disc(cx, cy, r float32, c color.NRGBA, share float32) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	for y := max(0, int(cy-r-1)); y <= min(h-1, int(cy+r+1)); y++ {
		for x := max(0, int(cx-r-1)); x <= min(w-1, int(cx+r+1)); x++ {
			dx, dy := float64(float32(x)+0.5-cx), float64(float32(y)+0.5-cy)
			if cover := r + 0.5 - float32(math.Sqrt(dx*dx+dy*dy)); cover > 0 {
				p.ink(x, y, c, share*min(1, cover))
			}
		}
	}
}

// ink lays a share of c over one pixel. Places outside the picture are ignored. The picture holds premultiplied
// colours, because that is what both of Fyne's painters take without converting.
func (p *plotter) ink(x, y int, c color.NRGBA, share float32) {
	if x < 0 || y < 0 || x >= p.img.Rect.Dx() || y >= p.img.Rect.Dy() {
		return
	}
	painted(c, max(0, min(1, share))).over(p.img.Pix[y*p.img.Stride+4*x:])
}

// paint is a premultiplied colour.
type paint struct{ r, g, b, a uint32 }

// painted is a share of c, from 0 to 1.
func painted(c color.NRGBA, share float32) paint {
	a := uint32(float32(c.A)*share + 0.5)
	return paint{r: uint32(c.R) * a / 255, g: uint32(c.G) * a / 255, b: uint32(c.B) * a / 255, a: a}
}

// part is a share of the paint, from 0 to 1.
func (c paint) part(share float32) paint {
	n := uint32(max(0, min(1, share)) * 256)
	return paint{r: c.r * n >> 8, g: c.g * n >> 8, b: c.b * n >> 8, a: c.a * n >> 8}
}

// over lays the paint over the pixel at the start of pix.
func (c paint) over(pix []uint8) {
	px := pix[:4:4]
	switch {
	case c.a == 0:
		return
	case c.a == 255 || px[3] == 0:
		px[0], px[1], px[2], px[3] = uint8(c.r), uint8(c.g), uint8(c.b), uint8(c.a)
		return
	}
	// 257/65536 is 1/255 to within the rounding; the division would cost more than all the rest.
	rest := (255 - c.a) * 257
	px[0] = uint8(c.r + (uint32(px[0])*rest+32768)>>16)
	px[1] = uint8(c.g + (uint32(px[1])*rest+32768)>>16)
	px[2] = uint8(c.b + (uint32(px[2])*rest+32768)>>16)
	px[3] = uint8(c.a + (uint32(px[3])*rest+32768)>>16)
}
