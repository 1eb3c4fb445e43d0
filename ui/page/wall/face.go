package wall

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/kit"
	"pubpoint/ui/look"
	"pubpoint/ui/page"
)

// face sets what is inside of a tile. Under its head there is the picture, and then either the
// figures below it, in two rows, or beside it, in a column: whichever leaves the picture larger. What
// a tile says never changes where anything in it stands.
type face struct {
	head, sight, spark fyne.CanvasObject
	rate, clock        sized
	lines              [3]*kit.Text // lag, viewers, sources
	rec                fyne.CanvasObject
}

// sized is a number in the size that there is room for.
type sized struct{ large, small *kit.Text }

func (s sized) set(text string, tone look.Tone) {
	s.large.Set(text, tone)
	s.small.Set(text, tone)
}

// choose shows the large or the small one, and returns it.
func (s sized) choose(large bool) *kit.Text {
	shown, other := s.small, s.large
	if large {
		shown, other = s.large, s.small
	}
	setHidden(other, true)
	setHidden(shown, false)
	return shown
}

// Heights and widths inside of a tile.
const (
	headHigh   float32 = 17
	rowHigh    float32 = 24 // of the large figures
	lineHigh   float32 = 16 // of captions
	faceGap    float32 = 6
	belowHigh          = rowHigh + lineHigh + faceGap // the figures below a picture
	besideWide float32 = 92                           // the figures beside a picture
	leastSight float32 = 72                           // height of a picture
	leastSpark float32 = 12
	leastFace          = headHigh + faceGap + 5*lineHigh + leastSpark + 3
	// meterRoom is kept for the bars beside a picture.
	meterRoom float32 = 16
)

// sightBelow and sightBeside are the size of the picture's place in a face of that size, with the
// figures below it or beside it.
func sightBelow(size fyne.Size) fyne.Size {
	return fyne.NewSize(size.Width, size.Height-headHigh-2*faceGap-belowHigh)
}

func sightBeside(size fyne.Size) fyne.Size {
	high := size.Height - headHigh - faceGap
	wide := min(high*16/9+meterRoom, size.Width-besideWide-look.Space2)
	return fyne.NewSize(wide, min(high, (wide-meterRoom)*9/16))
}

// pictureIn is the size of a picture of 16 by 9 in its place.
func pictureIn(place fyne.Size) fyne.Size {
	wide := max(0, min(place.Width-meterRoom, place.Height*16/9))
	return fyne.NewSize(wide, wide*9/16)
}

// best is the picture's place in a face of that size, and whether the figures stand beside it.
func best(size fyne.Size) (place fyne.Size, beside bool) {
	below, side := sightBelow(size), sightBeside(size)
	if pictureIn(side).Width > 1.15*pictureIn(below).Width {
		return side, true
	}
	return below, false
}

// MinSize is for Fyne.
func (f *face) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(180, leastFace) }

// Layout is for Fyne.
func (f *face) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	put(f.head, 0, 0, size.Width, headHigh)
	place, beside := best(size)
	put(f.sight, 0, headHigh+faceGap, place.Width, place.Height)
	if beside {
		f.beside(place.Width+look.Space2, headHigh+faceGap, size)
		return
	}
	f.below(headHigh+2*faceGap+place.Height, size)
}

// below sets the figures in two rows, from y on.
func (f *face) below(y float32, size fyne.Size) {
	rate, clock := f.rate.choose(true), f.clock.choose(true)
	wide := rate.MinSize().Width
	end := clock.MinSize().Width
	put(rate, 0, y, wide, rowHigh)
	put(clock, size.Width-end, y, end, rowHigh)
	if rate.Text() == "" {
		put(clock, 0, y, end, rowHigh)
	}
	left := wide + look.Space3
	room := size.Width - end - look.Space3 - left
	put(f.spark, left, y, max(0, room), rowHigh-1)
	if room < 2*rowHigh {
		put(f.spark, 0, 0, 0, 0)
	}
	y += rowHigh + faceGap
	x, m := float32(0), f.rec.MinSize()
	for _, line := range f.lines {
		if line.Text() == "" {
			put(line, 0, 0, 0, 0)
			continue
		}
		w := min(captionWide(line), size.Width-x-m.Width-look.Space2)
		put(line, x, y, w, lineHigh)
		x += w + look.Space4
	}
	put(f.rec, size.Width-m.Width, y, m.Width, lineHigh)
}

// captionWide is how wide the whole of a caption is.
func captionWide(t *kit.Text) float32 {
	return fyne.MeasureText(t.Text(), look.Caption.Size(), look.Caption.Style()).Width + 1
}

// beside sets the figures in a column from x and y on, as many as there is room for.
func (f *face) beside(x, y float32, size fyne.Size) {
	wide := size.Width - x
	large := wide >= 150 && size.Height-y >= 2*rowHigh+5*lineHigh
	rate, clock := f.rate.choose(large), f.clock.choose(large)
	high := lineHigh
	if large {
		high = rowHigh
	}
	bottom := size.Height
	column := []*kit.Text{rate, clock, f.lines[0], f.lines[1], f.lines[2]}
	for i, t := range column {
		step := lineHigh
		if i < 2 {
			step = high
		}
		if t.Text() == "" || y+step > bottom {
			put(t, 0, 0, 0, 0)
			continue
		}
		put(t, x, y, wide, step)
		y += step
	}
	// The mark of a recording stands at the end of the last line where that leaves room.
	last, m := f.lines[2], f.rec.MinSize()
	switch {
	case last.Text() != "" && captionWide(last)+look.Space1+m.Width <= wide:
		put(last, x, last.Position().Y, wide-m.Width-look.Space1, lineHigh)
		put(f.rec, size.Width-m.Width, last.Position().Y, m.Width, lineHigh)
	case y+lineHigh <= bottom:
		put(f.rec, x, y, m.Width, lineHigh)
		y += lineHigh
	default: // the spark line stands beside it
		put(f.rec, x, bottom-lineHigh, m.Width, lineHigh)
		x, wide = x+m.Width+look.Space1, wide-m.Width-look.Space1
	}
	if room := min(bottom-y-2, 90); room >= leastSpark {
		put(f.spark, x, y+2, wide, room)
		return
	}
	put(f.spark, 0, 0, 0, 0)
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(0, w), max(0, h)))
}

// newFace makes the container of a tile's inside.
func (f *face) objects() []fyne.CanvasObject {
	all := []fyne.CanvasObject{f.head, f.sight, f.spark, f.rate.large, f.rate.small, f.clock.large, f.clock.small, f.rec}
	for _, l := range f.lines {
		all = append(all, l)
	}
	return all
}

// recording is the mark of a point that is being kept.
func recording() fyne.CanvasObject { return page.Recording() }
