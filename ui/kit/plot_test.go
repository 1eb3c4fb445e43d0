package kit

import (
	"encoding/binary"
	"image/color"
	"math"
	"testing"
)

func white() color.NRGBA { return color.NRGBA{R: 255, G: 255, B: 255, A: 255} }

// sceneOf is a scene of one white series over a second, values from 0 to 10.
func sceneOf(points ...Sample) *scene {
	return &scene{series: []Series{{Colour: white(), Points: points}}, from: 0, to: 1000, high: 10, pen: 2}
}

// alpha is how much was drawn at a pixel.
func alpha(t *testing.T, p *plotter, s *scene, w, h, x, y int) uint8 {
	t.Helper()
	img, err := p.draw(s, w, h)
	if err != nil {
		t.Fatal(err)
	}
	return img.RGBAAt(x, y).A
}

func TestPlotDrawsALevelLine(t *testing.T) {
	var p plotter
	s := sceneOf(Sample{0, 5}, Sample{1000, 5})
	for x := 1; x < 99; x++ {
		if a := alpha(t, &p, s, 100, 50, x, 25); a != 255 {
			t.Fatalf("column %d: alpha %d on the line", x, a)
		}
		if a := alpha(t, &p, s, 100, 50, x, 30); a != 0 {
			t.Fatalf("column %d: alpha %d off the line", x, a)
		}
	}
}

func TestPlotIsAsThickInEveryDirection(t *testing.T) {
	var p plotter
	weigh := func(s *scene) (sum float64) {
		img, err := p.draw(s, 200, 200)
		if err != nil {
			t.Fatal(err)
		}
		for i := 3; i < len(img.Pix); i += 4 {
			sum += float64(img.Pix[i]) / 255
		}
		return sum
	}
	level := weigh(sceneOf(Sample{100, 5}, Sample{900, 5})) / 160
	slope := weigh(sceneOf(Sample{100, 1}, Sample{900, 9})) / (160 * math.Sqrt2)
	steep := weigh(sceneOf(Sample{500, 1}, Sample{500, 9})) / 160
	for name, got := range map[string]float64{"level": level, "slope": slope, "steep": steep} {
		if got < 1.8 || got > 2.4 {
			t.Errorf("%s line is %.2f pixels thick, want about 2", name, got)
		}
	}
}

func TestPlotBreaksAtUnknownValues(t *testing.T) {
	var p plotter
	s := sceneOf(Sample{0, 5}, Sample{300, 5}, Sample{500, math.NaN()}, Sample{700, 5}, Sample{1000, 5})
	if a := alpha(t, &p, s, 100, 50, 50, 25); a != 0 {
		t.Errorf("the gap is drawn, alpha %d", a)
	}
	if alpha(t, &p, s, 100, 50, 15, 25) == 0 || alpha(t, &p, s, 100, 50, 85, 25) == 0 {
		t.Error("the line beside the gap is missing")
	}
	s.fill = 0.5
	if a := alpha(t, &p, s, 100, 50, 50, 35); a != 0 {
		t.Errorf("the gap is filled, alpha %d", a)
	}
}

func TestPlotStepsHoldTheirValue(t *testing.T) {
	var p plotter
	s := sceneOf(Sample{0, 2}, Sample{500, 8}, Sample{1000, 8})
	s.step = true
	if alpha(t, &p, s, 100, 50, 40, 40) == 0 {
		t.Error("the first value is not held until the second")
	}
	if alpha(t, &p, s, 100, 50, 50, 25) == 0 {
		t.Error("the step has no riser")
	}
	s.step = false
	if alpha(t, &p, s, 100, 50, 40, 40) != 0 {
		t.Error("without steps the line must rise")
	}
}

func TestPlotMarksALoneSample(t *testing.T) {
	var p plotter
	if alpha(t, &p, sceneOf(Sample{500, 5}), 100, 50, 50, 25) == 0 {
		t.Error("a lone sample is invisible")
	}
}

func TestPlotReusesItsPicture(t *testing.T) {
	var p plotter
	first, err := p.draw(sceneOf(Sample{0, 5}, Sample{1000, 5}), 100, 50)
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.draw(sceneOf(), 100, 50)
	if err != nil {
		t.Fatal(err)
	}
	if &first.Pix[0] != &second.Pix[0] {
		t.Error("a second frame of the same size has its own buffer")
	}
	for i, v := range second.Pix {
		if v != 0 {
			t.Fatalf("byte %d of the first frame shows through", i)
		}
	}
}

func TestPlotRefusesSizes(t *testing.T) {
	var p plotter
	for _, size := range [][2]int{{0, 0}, {-1, 5}, {5, -1}, {math.MaxInt, math.MaxInt}, {1 << 20, 1 << 20}} {
		img, err := p.draw(sceneOf(Sample{0, 1}), size[0], size[1])
		if err != nil || img == nil || img.Rect.Dx() != 1 {
			t.Errorf("size %v: %v, %v", size, img.Rect, err)
		}
	}
}

func TestPlotTurnsAFaultIntoAnError(t *testing.T) {
	p := &plotter{}
	if _, err := p.draw(nil, 10, 10); err == nil {
		t.Error("a fault was not told")
	}
}

func TestPlotFramesAllocateNothing(t *testing.T) {
	var p plotter
	s := sceneOf(wavy(120, 5, 3)...)
	s.from, s.to, s.fill, s.dots = noon().UnixMilli()-120_000, noon().UnixMilli(), 0.3, true
	s.grid, s.rows, s.columns = white(), []float64{0, 5, 10}, []int64{s.from + 60_000}
	if n := testing.AllocsPerRun(20, func() {
		if _, err := p.draw(s, 380, 170); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkPlot(b *testing.B) {
	var p plotter
	s := sceneOf()
	s.series = nil
	for i := range 3 {
		s.series = append(s.series, Series{Colour: white(), Points: wavy(120, float64(3+2*i), 1)})
	}
	s.from, s.to, s.fill, s.dots = noon().UnixMilli()-120_000, noon().UnixMilli(), 0.3, true
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.draw(s, 380, 170); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzPlot draws anything at any size: no fault, no change of the scene's meaning into a crash. Each 16 bytes of data
// are a sample.
func FuzzPlot(f *testing.F) {
	sample := func(at int64, v float64) []byte {
		b := binary.LittleEndian.AppendUint64(nil, uint64(at))
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	f.Add(100, 50, int64(0), int64(1000), 0.0, 10.0, false, sample(500, 5))
	f.Add(1, 1, int64(0), int64(1), 0.0, 1.0, true, append(sample(0, math.NaN()), sample(1, math.Inf(1))...))
	f.Add(0, 7, int64(5), int64(5), 1.0, 1.0, true, sample(math.MinInt64, -1))
	f.Add(64, 9, int64(math.MinInt64), int64(math.MaxInt64), -math.MaxFloat64, math.MaxFloat64, false, sample(3, 1e308))
	f.Add(300, 3, int64(0), int64(1), 0.0, 5e-324, true, append(sample(9, 1), sample(-9, 1)...))
	f.Fuzz(func(t *testing.T, w, h int, from, to int64, low, high float64, step bool, data []byte) {
		if w > 400 || h > 400 {
			w, h = w%400, h%400
		}
		var points []Sample
		for ; len(data) >= 16 && len(points) < 200; data = data[16:] {
			points = append(points, Sample{
				At:    int64(binary.LittleEndian.Uint64(data)),
				Value: math.Float64frombits(binary.LittleEndian.Uint64(data[8:])),
			})
		}
		s := &scene{
			series: []Series{{Colour: white(), Points: points}, {Colour: white()}}, from: from, to: to, low: low, high: high,
			rows: []float64{low, high, 3}, columns: []int64{from, to, 7}, step: step, fill: 0.3, pen: 1.7, dots: true,
			grid: white(), edge: white(), in: insets{left: 1, right: 8, top: 4, bottom: 1},
		}
		var p plotter
		img, err := p.draw(s, w, h)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+3 < len(img.Pix); i += 4 {
			if a := img.Pix[i+3]; img.Pix[i] > a || img.Pix[i+1] > a || img.Pix[i+2] > a {
				t.Fatalf("pixel %d is not premultiplied: %v", i/4, img.Pix[i:i+4])
			}
		}
	})
}
