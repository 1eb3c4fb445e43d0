package kit

import (
	"image/color"
	"math"

	"pubpoint/ui/look"
)

// hole is how long, in milliseconds, nothing may be between two marks that is not drawn as missing.
const hole = 100

// breaks draws what is missing before marks as a hatch, and where one does not follow on the last as dashes.
func (p *lanePlotter) breaks(s *laneScene, l *Lane, b laneBand) {
	top, end := int(b.top), int(b.end)-1
	behind, some := int64(0), false
	for j := range l.Marks {
		m := &l.Marks[j]
		from := m.From
		if some && (m.From-behind > hole && !l.Sparse || m.Gap) {
			from = min(from, behind)
		}
		if (m.Gap || from < m.From) && float64(m.From) >= s.from && float64(from) <= s.to {
			x1 := int(p.x(s, float64(m.From)) + 0.5)
			x0 := min(int(p.x(s, float64(from))+0.5), x1-3*s.pen)
			p.hatch(x0, top, x1, end, s.palette.Bad, s)
		}
		if x := int(p.x(s, float64(m.From)) + 0.5); m.Jump && x >= 0 && x < p.width() {
			for y := top; y < end; y += 7 * s.pen {
				p.fill(x-s.pen, y, x+s.pen, min(end, y+4*s.pen), s.palette.Accent)
			}
		}
		if !some || m.To > behind {
			behind, some = m.To, true
		}
	}
	if l.Until > behind && some && float64(behind) < s.to {
		p.hatch(int(p.x(s, float64(behind))+0.5), top, int(p.x(s, float64(l.Until))+0.5), end, s.palette.Bad, s)
	}
}

// hatch fills a rectangle with slanted lines, so that it is told from a colour without seeing colours.
func (p *lanePlotter) hatch(x0, y0, x1, y1 int, c color.NRGBA, s *laneScene) {
	x0, y0, x1, y1 = max(0, x0), max(0, y0), min(x1, p.width()), min(y1, p.ink.img.Rect.Dy())
	p.fill(x0, y0, x1, y1, look.Mix(s.palette.Well, c, 0.14))
	line := look.Mix(s.palette.Well, c, 0.72)
	step := 7 * s.pen
	for y := y0; y < y1; y++ {
		at := p.ink.img.Pix[y*p.ink.img.Stride:]
		for x := x0; x < x1; x++ {
			if (x+y)%step < 2*s.pen {
				px := at[4*x : 4*x+4 : 4*x+4]
				px[0], px[1], px[2], px[3] = line.R, line.G, line.B, 255
			}
		}
	}
	p.fill(x0, y0, x0+s.pen, y1, line)
	p.fill(x1-s.pen, y0, x1, y1, line)
}

// stripe draws below each mark whom it came from.
func (p *lanePlotter) stripe(s *laneScene, l *Lane, b laneBand) {
	end := int(b.end) - 1
	for j := range l.Marks {
		m := &l.Marks[j]
		if float64(m.To) < s.from || float64(m.From) > s.to {
			continue
		}
		x0, x1 := int(p.x(s, float64(m.From))+0.5), int(p.x(s, float64(m.To))+0.5)
		p.fill(x0, end-3*s.pen, max(x1, x0+1), end, SourceColour(s.palette, m.Source))
	}
}

// SourceColour is the colour of the stripe under marks of a source.
func SourceColour(p look.Palette, source uint8) color.NRGBA {
	of := [...]color.NRGBA{look.Mix(p.Well, p.Quiet, 0.75), p.Tracks[4], p.Tracks[5], p.Tracks[7], p.Tracks[6]}
	return of[int(source)%len(of)]
}

// present draws where the present is.
func (p *lanePlotter) present(s *laneScene) {
	if len(s.bands) == 0 {
		return
	}
	x := int(p.x(s, s.now))
	p.fill(x, s.flags, x+s.pen, int(s.bands[len(s.bands)-1].end), look.Mix(s.palette.Well, s.palette.Soft, 0.7))
}

// notes draws the flags above the lanes, a line from each through them, and how long what they announce lasts.
func (p *lanePlotter) notes(s *laneScene) {
	if len(s.bands) == 0 {
		return
	}
	pen := s.pen
	end := int(s.bands[len(s.bands)-1].end)
	for i := range s.notes {
		n := &s.notes[i]
		if float64(max(n.At, n.Until)) < s.from || float64(n.At) > s.to {
			continue
		}
		c := n.Flag.colour(s.palette)
		x := int(p.x(s, float64(n.At)) + 0.5)
		if n.Until > n.At {
			p.fill(x, s.flags-3*pen, int(p.x(s, float64(n.Until))+0.5), s.flags-pen, c)
		}
		for y := s.flags; y < end; y += 5 * pen {
			p.tint(x, y, x+pen, min(end, y+3*pen), c, 0.75)
		}
		p.flag(n.Flag, x, 3*pen, pen, c)
	}
}

// colour is a flag's colour in a palette.
func (f Flag) colour(p look.Palette) color.NRGBA {
	switch f {
	case FlagPin:
		return p.Accent
	case FlagDiamond:
		return p.Tracks[3]
	case FlagWarn:
		return p.Warn
	case FlagBad:
		return p.Bad
	}
	return p.Soft
}

// flag draws the shape of a flag at a column, eleven units high from y on.
func (p *lanePlotter) flag(f Flag, x, y, pen int, c color.NRGBA) {
	const size = 11
	px := func(units float64) int { return int(math.Round(units * float64(pen))) }
	for r := range size * pen {
		at := (float64(r) + 0.5) / float64(pen)
		off := math.Abs(at - size/2.0)
		from, to := 0.0, 0.0 // in units from the column
		switch f {
		case FlagPin:
			to = 1
			if at < 9 {
				to = max(1, 10-2.2*math.Abs(at-4.5))
			}
		case FlagDiamond:
			from, to = off-5.5, 5.5-off
		case FlagWarn:
			from, to = -at/2, at/2
		case FlagBad:
			p.fill(x+px(-off-1), y+r, x+px(-off+1), y+r+1, c)
			p.fill(x+px(off-1), y+r, x+px(off+1), y+r+1, c)
			continue
		default:
			to = math.Sqrt(max(0, 4.5*4.5-off*off))
			from = -to
		}
		p.fill(x+px(from), y+r, x+px(to), y+r+1, c)
	}
}

// tint lays a share of a colour over a rectangle.
func (p *lanePlotter) tint(x0, y0, x1, y1 int, c color.NRGBA, share float32) {
	for y := max(0, y0); y < y1; y++ {
		for x := max(0, x0); x < x1; x++ {
			p.ink.ink(x, y, c, share)
		}
	}
}
