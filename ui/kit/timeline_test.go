package kit

import (
	"errors"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

// apples is a chart with two series, one of them broken, over two minutes.
func apples(config TimelineConfig) *Timeline {
	config.Location = time.UTC
	t := NewTimeline(config)
	p := look.Dark()
	broken := wavy(121, 1.2e6, 9e4)
	for i := 50; i < 62; i++ {
		broken[i].Value = math.NaN()
	}
	t.SetData([]Series{
		{Name: "Red", Colour: p.Track(0), Points: wavy(121, 2.3e6, 2e5)},
		{Name: "Green", Colour: p.Track(1), Points: broken},
	}, noon().Add(-2*time.Minute), noon())
	return t
}

// texts are the visible canvas texts of a widget, in drawing order.
func texts(o fyne.Widget) (out []string) {
	for _, child := range test.WidgetRenderer(o).Objects() {
		if text, ok := child.(*canvas.Text); ok && text.Visible() && text.Text != "" {
			out = append(out, text.Text)
		}
	}
	return out
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}

func TestTimelineLooks(t *testing.T) {
	themed(t)
	chart := apples(TimelineConfig{Value: look.Bits, Tick: look.BitsTick})
	w := shown(t, NewPanel("Apples", chart), 420, 220)
	chart.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(300, 80)}})
	test.AssertRendersToImage(t, "timeline.png", w.Canvas())
}

func TestTimelineStepsLook(t *testing.T) {
	themed(t)
	chart := NewTimeline(TimelineConfig{Step: true, Location: time.UTC})
	var points []Sample
	for i, v := range []float64{2, 2, 5, 5, 5, 3, 7, 7, 4} {
		points = append(points, Sample{At: noon().Add(time.Duration(i-8) * time.Second).UnixMilli(), Value: v})
	}
	chart.SetData([]Series{{Name: "Crates", Colour: look.Dark().Track(2), Points: points}}, noon().Add(-8*time.Second), noon())
	test.AssertRendersToImage(t, "timeline_step.png", shown(t, NewPanel("", chart), 320, 160).Canvas())
}

func TestTimelineIsSharpAtDoubleScale(t *testing.T) {
	themed(t)
	chart := apples(TimelineConfig{})
	shown(t, chart, 420, 200)
	r := test.WidgetRenderer(chart).(*timelineRenderer)
	width, height := r.raster.Size().Width, r.raster.Size().Height
	single := r.generate(int(width), int(height))
	// The plotter keeps one picture, so count before drawing the next.
	thin := inked(single.Bounds().Dx(), func(x int) uint32 { _, _, _, a := single.At(x, int(height)-1).RGBA(); return a })
	double := r.generate(int(2*width), int(2*height))
	if b := double.Bounds(); b.Dx() != int(2*width) || b.Dy() != int(2*height) {
		t.Fatalf("the plot has %v for %v by %v units", b, width, height)
	}
	thick := inked(double.Bounds().Dx(), func(x int) uint32 { _, _, _, a := double.At(x, int(2*height)-2).RGBA(); return a })
	if thick < thin {
		t.Errorf("the base line has %d pixels at double scale, %d at single", thick, thin)
	}
}

func inked(n int, alpha func(int) uint32) (count int) {
	for x := range n {
		if alpha(x) > 0 {
			count++
		}
	}
	return count
}

func TestTimelineLegendTellsTheNewestValuesAndThoseUnderThePointer(t *testing.T) {
	themed(t)
	chart := NewTimeline(TimelineConfig{Value: look.Bits, Tick: look.BitsTick, Location: time.UTC})
	chart.SetData([]Series{{Name: "Red", Points: []Sample{
		{noon().Add(-61 * time.Second).UnixMilli(), 1e6}, {noon().UnixMilli(), 2e6},
	}}}, noon().Add(-61*time.Second), noon())
	shown(t, chart, 400, 200)
	if got := texts(chart); !contains(got, "Red") || !contains(got, "2.00 Mbit/s") || contains(got, "11:58:59") {
		t.Errorf("at rest: %v", got)
	}
	left := test.WidgetRenderer(chart).(*timelineRenderer).plot.pos.X
	chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(left, 80)}})
	if got := texts(chart); !contains(got, "1.00 Mbit/s") || !contains(got, "11:58:59") {
		t.Errorf("pointing at the left edge: %v", got)
	}
	chart.MouseOut()
	if got := texts(chart); !contains(got, "2.00 Mbit/s") || contains(got, "11:58:59") {
		t.Errorf("after leaving: %v", got)
	}
}

func TestTimelineSaysWhenItIsEmpty(t *testing.T) {
	themed(t)
	chart := NewTimeline(TimelineConfig{Empty: "Waiting for the first apple"})
	shown(t, chart, 300, 150)
	for name, series := range map[string][]Series{
		"nothing": nil, "no points": {{Name: "Red"}},
		"unknown only": {{Points: []Sample{{noon().UnixMilli(), math.NaN()}}}},
		"too old":      {{Points: []Sample{{1, 5}}}},
	} {
		chart.SetData(series, noon().Add(-time.Minute), noon())
		if !contains(texts(chart), "Waiting for the first apple") {
			t.Errorf("%s: %v", name, texts(chart))
		}
	}
	chart.SetData([]Series{{Points: wavy(10, 5, 1)}}, noon().Add(-time.Minute), noon())
	if contains(texts(chart), "Waiting for the first apple") {
		t.Error("the sentence stays although there is data")
	}
}

func TestTimelineSurvivesAnySize(t *testing.T) {
	themed(t)
	chart := apples(TimelineConfig{})
	w := shown(t, chart, 420, 200)
	for _, size := range []fyne.Size{{}, {Width: 1, Height: 1}, {Width: 30, Height: 600}, {Width: 900, Height: 10}, {Width: -5, Height: -5}} {
		chart.Resize(size)
		chart.Refresh()
		w.Canvas().Capture()
	}
}

func TestTimelineTellsAFaultOnce(t *testing.T) {
	themed(t)
	var told []error
	chart := NewTimeline(TimelineConfig{Fault: func(err error) { told = append(told, err) }})
	shown(t, chart, 200, 120)
	chart.failed(errors.New("ink ran out"))
	chart.failed(errors.New("ink ran out"))
	chart.Refresh()
	if len(told) != 1 || !contains(texts(chart), "This chart could not be drawn") {
		t.Errorf("told %v, shows %v", told, texts(chart))
	}
}

func TestTimelineCountsSeriesWithoutRoom(t *testing.T) {
	themed(t)
	chart := NewTimeline(TimelineConfig{})
	var series []Series
	for range 12 {
		series = append(series, Series{Name: "A rather long name", Points: wavy(5, 5, 1)})
	}
	chart.SetData(series, noon().Add(-time.Minute), noon())
	shown(t, chart, 420, 200)
	if !contains(texts(chart), "+10") {
		t.Errorf("legend: %v", texts(chart))
	}
}

func BenchmarkTimelineRefresh(b *testing.B) {
	themed(b)
	chart := apples(TimelineConfig{Value: look.Bits, Tick: look.BitsTick})
	shown(b, chart, 420, 220)
	b.ReportAllocs()
	for b.Loop() {
		chart.Refresh()
	}
}

func TestTimelineDrawsThePlotOnlyForNewData(t *testing.T) {
	themed(t)
	chart := apples(TimelineConfig{})
	shown(t, chart, 420, 200)
	r := test.WidgetRenderer(chart).(*timelineRenderer)
	before := r.drawn
	chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 80)}})
	if r.drawn != before || !r.cross.Visible() {
		t.Error("moving the pointer draws the plot")
	}
	chart.SetData(chart.series, noon().Add(-time.Minute), noon())
	if r.drawn == before {
		t.Error("new data does not")
	}
}
