package kit

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	lanesGutter  float32 = 132
	flagsHeight  float32 = 20
	rulerHeight  float32 = 18
	laneGap      float32 = 3
	clockGap     float32 = 92 // least distance of two labels of the clock
	leastLane    float32 = 22
	handleWidth  float32 = 5
	lanesPadding float32 = 3 // so that the ring of the focus is free
)

// lanesRenderer lays out the flags, the clock, the lanes with their names on the left, and the second clock. All that is
// plotted is one raster; selection and readout lie above it, so that moving the pointer plots nothing.
type lanesRenderer struct {
	lanes   *Lanes
	plotter lanePlotter
	palette look.Palette
	inks    laneInks
	bands   []laneBand // in units from the top of the widget
	pixels  []laneBand // the same in pixels of the raster
	columns []int64
	drawn   struct { // what the raster last showed
		version int
		palette look.Palette
		size    fyne.Size
	}

	raster  *canvas.Raster
	ring    *canvas.Rectangle
	cross   *canvas.Rectangle
	picked  [3]*canvas.Rectangle // the ground and the handles of the selection
	length  *canvas.Text
	under   *canvas.Rectangle // below length
	names   textPool
	values  textPool
	clock   labels
	media   labels
	empty   *canvas.Text
	tip     tip
	written []figureText
	objects []fyne.CanvasObject
}

// figureText keeps how a value was written, because writing costs more than drawing.
type figureText struct {
	value, top float64
	text, tick string
	known      bool
}

// laneInks are colours of the palette as Fyne takes them: made once, because each costs an allocation.
type laneInks struct {
	of                                                                    look.Palette
	clear, accent, text, soft, faint, over, cross, picked, ground, border color.Color
}

func inksOf(p look.Palette) laneInks {
	return laneInks{of: p, clear: look.Fade(p.Accent, 0), accent: p.Accent, text: p.Text, soft: p.Soft, faint: p.Faint, over: p.OnAccent,
		cross: look.Fade(p.Text, 0.45), picked: look.Fade(p.Accent, 0.22), ground: p.Overlay, border: p.Border}
}

func newLanesRenderer(l *Lanes) *lanesRenderer {
	r := &lanesRenderer{lanes: l, ring: canvas.NewRectangle(nil), cross: canvas.NewRectangle(nil), length: canvas.NewText("", nil),
		under: canvas.NewRectangle(nil), empty: canvas.NewText("", nil)}
	r.raster = canvas.NewRaster(r.generate)
	for i := range r.picked {
		r.picked[i] = canvas.NewRectangle(nil)
	}
	r.empty.Alignment = fyne.TextAlignCenter
	l.render = r
	r.Refresh()
	return r
}

func (r *lanesRenderer) Destroy()                     {}
func (r *lanesRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *lanesRenderer) MinSize() fyne.Size {
	rows := flagsHeight + rulerHeight
	if r.lanes.config.Media != nil {
		rows += rulerHeight
	}
	return fyne.NewSize(300, rows+float32(max(3, len(r.lanes.data.Lanes)))*leastLane)
}

func (r *lanesRenderer) Layout(fyne.Size) { r.Refresh() }

func (r *lanesRenderer) Refresh() {
	l := r.lanes
	if r.palette = look.PaletteOf(l.Theme()); r.inks.of != r.palette {
		r.inks = inksOf(r.palette)
	}
	filled := len(l.data.Lanes) > 0 && l.fault == nil
	r.layoutBands()
	r.columns = r.columns[:0]
	left, right := l.plotEnds()
	if filled && right > left {
		step := timeStep(l.Span(), max(1, int((right-left)/clockGap)))
		r.columns = timeTicks(r.columns, int64(l.from), int64(l.to), step, l.config.Location, 64)
		r.clock.update(r.columns, int64(step), 0, func(at int64) string { return words.Date(time.UnixMilli(at).In(l.config.Location), timeLayout(step)) })
		if l.config.Media != nil {
			r.media.update(r.columns, int64(step), l.given, func(at int64) string { return r.mediaTime(at) })
		}
	}
	r.clock.place(r, flagsHeight, filled)
	r.media.place(r, l.Size().Height-rulerHeight, filled && l.config.Media != nil)
	spot, pointing := l.spot()
	pointing = pointing && filled
	r.label(spot, pointing, filled)
	r.selection(filled)
	r.crosshair(spot, pointing)
	r.tip.update(l, &r.inks, spot, pointing && l.grab == grabNothing)
	r.showEmpty(filled)
	r.plot()
	r.collect()
	// Enough for a new frame, and unlike refreshing the widget it leaves the plot alone.
	r.cross.Refresh()
}

// mediaTime writes the second clock.
func (r *lanesRenderer) mediaTime(at int64) string {
	d, ok := r.lanes.config.Media(at)
	if !ok {
		return ""
	}
	return look.Clock(d)
}

// layoutBands divides the height among the lanes by their weight.
func (r *lanesRenderer) layoutBands() {
	l := r.lanes
	top, end := flagsHeight+rulerHeight, l.Size().Height
	if l.config.Media != nil {
		end -= rulerHeight
	}
	sum := float32(0)
	for i := range l.data.Lanes {
		sum += weight(&l.data.Lanes[i])
	}
	r.bands = r.bands[:0]
	room := end - top - laneGap*float32(max(0, len(l.data.Lanes)-1))
	for i := range l.data.Lanes {
		high := max(4, room*weight(&l.data.Lanes[i])/sum)
		r.bands = append(r.bands, laneBand{top, top + high})
		top += high + laneGap
	}
}

func weight(l *Lane) float32 {
	if l.Weight > 0 {
		return l.Weight
	}
	return 1
}

// plot places the raster and has it drawn anew when what it shows is another.
func (r *lanesRenderer) plot() {
	l := r.lanes
	left, right := l.plotEnds()
	r.raster.Move(fyne.NewPos(left, lanesPadding))
	r.raster.Resize(fyne.NewSize(max(0, right-left), max(0, l.Size().Height-2*lanesPadding)))
	r.raster.Hidden = len(l.data.Lanes) == 0 || l.fault != nil
	if r.drawn.version != l.version || r.drawn.palette != r.palette || r.drawn.size != l.Size() {
		r.drawn.version, r.drawn.palette, r.drawn.size = l.version, r.palette, l.Size()
		r.raster.Refresh()
	}
	r.ring.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth, r.ring.CornerRadius = r.inks.clear, r.inks.accent, look.FocusPen, look.Radius
	r.ring.Hidden = !l.focused
	r.ring.Resize(l.Size())
}

func (r *lanesRenderer) crosshair(spot Spot, pointing bool) {
	r.cross.Hidden = !pointing
	if !pointing {
		return
	}
	l := r.lanes
	r.cross.FillColor = r.inks.cross
	r.cross.Move(fyne.NewPos(l.placeOf(float64(spot.At)), flagsHeight))
	r.cross.Resize(fyne.NewSize(look.Hair, max(0, l.Size().Height-flagsHeight)))
}

func (r *lanesRenderer) showEmpty(filled bool) {
	l := r.lanes
	r.empty.Hidden = filled
	r.empty.Text = l.empty
	if l.fault != nil {
		r.empty.Text = words.T(textLanesFault)
	}
	r.empty.Color, r.empty.TextSize = r.inks.faint, look.Body.Size()
	size := r.empty.MinSize()
	r.empty.Resize(fyne.NewSize(l.Size().Width, size.Height))
	r.empty.Move(fyne.NewPos(0, (l.Size().Height-size.Height)/2))
}

// collect lists what is drawn, from back to front, in the slice kept for it.
func (r *lanesRenderer) collect() {
	r.objects = append(r.objects[:0], r.raster)
	for _, pool := range [...]*textPool{&r.names, &r.values, &r.clock.texts, &r.media.texts} {
		for _, text := range pool.texts {
			r.objects = append(r.objects, text)
		}
	}
	for _, p := range r.picked {
		r.objects = append(r.objects, p)
	}
	r.objects = append(r.objects, r.under, r.length, r.cross, r.empty, r.ring)
	r.objects = r.tip.collect(r.objects)
}

// generate draws the plot at the size in real pixels that Fyne asks for.
func (r *lanesRenderer) generate(w, h int) image.Image {
	l := r.lanes
	scale := float32(1)
	if size := r.raster.Size(); size.Width > 0 {
		scale = float32(w) / size.Width
	}
	r.pixels = r.pixels[:0]
	for _, b := range r.bands {
		r.pixels = append(r.pixels, laneBand{(b.top - lanesPadding) * scale, (b.end - lanesPadding) * scale})
	}
	s := laneScene{lanes: l.data.Lanes, tops: l.tops, bands: r.pixels, notes: l.data.Notes, from: l.from, to: l.to,
		first: float64(l.data.First), now: float64(l.data.Now), columns: r.columns, pen: max(1, int(scale+0.25)),
		flags: int((flagsHeight - lanesPadding) * scale), palette: r.palette}
	img, err := r.plotter.draw(&s, w, h)
	if err != nil {
		l.failed(err)
	}
	return img
}
