package kit

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"pubpoint/ui/look"
	"pubpoint/ui/words"
)

const (
	legendHeight float32 = 22
	clockHeight  float32 = 18
	leastGutter  float32 = 34
	edgeMargin   float32 = 8 // right of the newest moment, for its dots
	timeLabelGap float32 = 96
	rowGap       float32 = 34
)

// timelineRenderer lays a chart out as legend, plot with the axis of values on its left, and clock. The plot is one
// raster; everything written is canvas text from a pool.
type timelineRenderer struct {
	chart   *Timeline
	plotter plotter
	scene   scene
	palette look.Palette
	drawn   struct { // what the raster last showed
		version int
		palette look.Palette
	}

	raster  *canvas.Raster
	cross   *canvas.Rectangle
	marks   []*canvas.Circle
	legend  legend
	labels  textPool
	empty   *canvas.Text
	objects []fyne.CanvasObject
	plot    struct{ pos, end fyne.Position } // the raster's corners
	reused  struct {
		rows    []float64
		columns []int64
	}
}

func newTimelineRenderer(t *Timeline) *timelineRenderer {
	r := &timelineRenderer{chart: t, cross: canvas.NewRectangle(nil), empty: canvas.NewText("", nil)}
	r.raster = canvas.NewRaster(r.generate)
	r.empty.Alignment = fyne.TextAlignCenter
	r.Refresh()
	return r
}

func (r *timelineRenderer) Destroy()                     {}
func (r *timelineRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *timelineRenderer) MinSize() fyne.Size           { return fyne.NewSize(180, 96) }

func (r *timelineRenderer) Layout(fyne.Size) { r.Refresh() }

func (r *timelineRenderer) Refresh() {
	t := r.chart
	r.palette = look.PaletteOf(t.Theme())
	r.labels.begin(look.Caption, r.palette.Faint)
	r.layoutPlot()
	if t.filled {
		r.labelRows()
		r.labelClock()
	}
	r.labels.end()
	moment, pointing := r.crosshair()
	r.legend.update(t, r.palette, t.Size().Width, r.plot.pos.X, moment, pointing)
	r.showEmpty()
	r.collect()
	if r.drawn.version != t.version || r.drawn.palette != r.palette {
		r.drawn.version, r.drawn.palette = t.version, r.palette
		r.raster.Refresh()
	}
	// Enough for a new frame, and unlike refreshing the widget it leaves the plot alone.
	r.cross.Refresh()
}

// layoutPlot finds the gutter that the labels need and places the raster.
func (r *timelineRenderer) layoutPlot() {
	t, size := r.chart, r.chart.Size()
	height := size.Height - legendHeight - clockHeight
	step := t.step
	for height > 0 && step > 0 && t.top/step > float64(max(1, int(height/rowGap))) && t.top/step > 1 {
		step *= 2
	}
	r.reused.rows = r.reused.rows[:0]
	gutter := leastGutter
	for i := 0; step > 0 && i <= 12; i++ {
		v := float64(i) * step
		if v > t.top*1.0001 {
			break
		}
		r.reused.rows = append(r.reused.rows, v)
		gutter = max(gutter, fyne.MeasureText(t.config.Tick(v), look.Caption.Size(), look.Caption.Style()).Width+look.Space2)
	}
	r.plot.pos = fyne.NewPos(gutter, legendHeight)
	r.plot.end = fyne.NewPos(max(gutter, size.Width), legendHeight+max(0, height))
	r.raster.Move(r.plot.pos)
	r.raster.Resize(fyne.NewSize(r.plot.end.X-r.plot.pos.X, r.plot.end.Y-r.plot.pos.Y))
	r.scene = scene{
		series: t.series, from: t.from, to: t.to, high: t.top, rows: r.reused.rows,
		step: t.config.Step, dots: true, grid: look.Fade(r.palette.Border, 0.45), edge: look.Fade(r.palette.Soft, 0.55),
	}
	if !t.filled {
		// Nothing but the base line, so that the sentence stands free.
		r.scene.series, r.scene.edge = nil, look.Fade(r.scene.edge, 0)
		r.scene.rows = r.scene.rows[:min(1, len(r.scene.rows))]
	}
	if !t.config.Lines {
		r.scene.fill = 0.26
	}
	r.scene.in = insets{right: edgeMargin, top: 4, bottom: 1}
}

// labelRows writes the axis of values.
func (r *timelineRenderer) labelRows() {
	h := int(r.plot.end.Y - r.plot.pos.Y)
	for _, v := range r.reused.rows {
		text := r.labels.next(r.chart.config.Tick(v))
		size := text.MinSize()
		y := r.plot.pos.Y + r.scene.y(v, h) - size.Height/2
		text.Move(fyne.NewPos(r.plot.pos.X-look.Space2-size.Width, y))
		text.Resize(size)
	}
}

// labelClock writes the axis of time and keeps its moments for the grid.
func (r *timelineRenderer) labelClock() {
	t, width := r.chart, r.plot.end.X-r.plot.pos.X
	span := time.Duration(t.to-t.from) * time.Millisecond
	step := timeStep(span, max(1, int(width/timeLabelGap)))
	r.reused.columns = timeTicks(r.reused.columns[:0], t.from, t.to, step, t.config.Location, 64)
	r.scene.columns = r.reused.columns
	layout := timeLayout(step)
	for _, at := range r.reused.columns {
		text := r.labels.next(words.Date(time.UnixMilli(at).In(t.config.Location), layout))
		size := text.MinSize()
		x := r.plot.pos.X + r.scene.x(at, int(width)) - size.Width/2
		if x < 0 || x+size.Width > t.Size().Width {
			text.Hide()
			continue
		}
		text.Move(fyne.NewPos(x, r.plot.end.Y+look.Space1))
		text.Resize(size)
	}
}

// crosshair places the line and the marks under the pointer and answers the moment there.
func (r *timelineRenderer) crosshair() (moment int64, pointing bool) {
	t := r.chart
	left, right := r.plot.pos.X, r.plot.end.X-edgeMargin
	x := t.pointer.X
	pointing = t.hovered && t.filled && right > left && x >= left && x <= right+edgeMargin
	if !pointing {
		r.cross.Hide()
		for _, m := range r.marks {
			m.Hide()
		}
		return t.to, false
	}
	x = min(x, right)
	moment = t.from + int64(float64(x-left)/float64(right-left)*float64(t.to-t.from))
	r.cross.FillColor = look.Fade(r.palette.Text, 0.4)
	r.cross.Move(fyne.NewPos(x, r.plot.pos.Y))
	r.cross.Resize(fyne.NewSize(look.Hair, r.plot.end.Y-r.plot.pos.Y))
	r.cross.Show()
	for len(r.marks) < len(t.series) {
		r.marks = append(r.marks, canvas.NewCircle(nil))
	}
	w, h := int(r.plot.end.X-r.plot.pos.X), int(r.plot.end.Y-r.plot.pos.Y)
	for i, m := range r.marks {
		m.Hide()
		if i >= len(t.series) {
			continue
		}
		q, ok := t.at(t.series[i], moment)
		if !ok || !known(q.Value) || q.At < t.from || q.At > t.to {
			continue
		}
		at := x
		if !t.config.Step {
			at = left + r.scene.x(q.At, w)
		}
		const d = 8
		m.FillColor, m.StrokeColor, m.StrokeWidth = t.series[i].Colour, r.palette.Panel, 2
		m.Resize(fyne.NewSize(d, d))
		m.Move(fyne.NewPos(at-d/2, r.plot.pos.Y+r.scene.y(q.Value, h)-d/2))
		m.Show()
	}
	return moment, true
}

func (r *timelineRenderer) showEmpty() {
	t := r.chart
	r.empty.Hidden = t.filled && t.fault == nil
	r.empty.Text = t.config.Empty
	if t.fault != nil {
		r.empty.Text = words.T(textBroken)
	}
	r.empty.Color, r.empty.TextSize = r.palette.Faint, look.Body.Size()
	size := r.empty.MinSize()
	// Centred on the whole widget: without data there is no axis to make room for.
	r.empty.Resize(fyne.NewSize(t.Size().Width, size.Height))
	r.empty.Move(fyne.NewPos(0, (t.Size().Height-size.Height)/2))
}

// collect lists what is drawn, from back to front, in the slice kept for it.
func (r *timelineRenderer) collect() {
	r.objects = append(r.objects[:0], r.raster)
	for _, text := range r.labels.texts {
		r.objects = append(r.objects, text)
	}
	r.objects = r.legend.collect(r.objects)
	r.objects = append(r.objects, r.cross)
	for _, m := range r.marks {
		r.objects = append(r.objects, m)
	}
	r.objects = append(r.objects, r.empty)
}

// generate draws the plot at the size in real pixels that Fyne asks for.
func (r *timelineRenderer) generate(w, h int) image.Image {
	scale := float32(1)
	if width := r.raster.Size().Width; width > 0 {
		scale = float32(w) / width
	}
	s := r.scene
	s.in = insets{left: s.in.left * scale, right: s.in.right * scale, top: s.in.top * scale, bottom: s.in.bottom * scale}
	s.pen, s.dash = 1.7*scale, int(3*scale)
	img, err := r.plotter.draw(&s, w, h)
	if err != nil {
		r.chart.failed(err)
	}
	return img
}
