package kit

import (
	"encoding/binary"
	"errors"
	"image/color"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

// shade is what was drawn at a pixel.
func shade(t *testing.T, s *laneScene, x, y int) color.RGBA {
	t.Helper()
	var p lanePlotter
	img, err := p.draw(s, 600, 200)
	if err != nil {
		t.Fatal(err)
	}
	return img.RGBAAt(x, y)
}

// one is a scene of one lane of 60 s on 600 columns, from row 20 to 120, as high as 10.
func one(marks ...LaneMark) *laneScene {
	return &laneScene{lanes: []Lane{{Colour: color.NRGBA{G: 255, A: 255}, Aligned: true, Marks: marks}}, tops: []float64{10}, bands: []laneBand{{20, 120}},
		to: 60_000, now: 60_000, pen: 1, flags: 17, palette: look.Dark()}
}

func mark(from, to int64, height float64) LaneMark {
	return LaneMark{From: from, To: to, Mean: height, Low: height, High: height, Count: 1}
}

func TestLaneBarsAreAsHighAsTheyShould(t *testing.T) {
	s := one(mark(10_000, 20_000, 5), mark(20_000, 30_000, 10))
	ground := shade(t, s, 50, 110)
	if shade(t, s, 150, 100) == ground || shade(t, s, 150, 40) != ground || shade(t, s, 250, 40) == ground || shade(t, s, 350, 100) != ground {
		t.Error("the bars are not where they belong")
	}
}

// Beginnings of aligned lanes are lines from lane to lane: one that begins elsewhere breaks the line.
func TestMisalignedLanesBreakTheLine(t *testing.T) {
	s := one(mark(0, 20_000, 5), mark(20_000, 40_000, 5), mark(40_000, 60_000, 5))
	other := s.lanes[0]
	other.Marks = []LaneMark{mark(0, 20_000, 5), mark(24_000, 40_000, 5), mark(40_000, 60_000, 5)}
	s.lanes, s.tops, s.bands = append(s.lanes, other), []float64{10, 10}, []laneBand{{20, 100}, {104, 190}}
	tick := shade(t, s, 400, 30)
	for _, row := range []int{30, 60, 98, 102, 110, 150} {
		if shade(t, s, 400, row) != tick {
			t.Errorf("row %d: the line of an aligned beginning is broken", row)
		}
	}
	if shade(t, s, 200, 30) != tick || shade(t, s, 200, 130) == tick || shade(t, s, 240, 130) != tick || shade(t, s, 240, 30) == tick {
		t.Error("a misaligned beginning has no line of its own")
	}
}

func TestLaneHolesAreHatched(t *testing.T) {
	gap := mark(40_000, 60_000, 5)
	gap.Gap = true
	s := one(mark(0, 20_000, 5), gap)
	red := 0
	for x := 205; x < 395; x++ {
		if c := shade(t, s, x, 60); c.R > c.G+40 {
			red++
		}
	}
	if red < 30 || red > 120 {
		t.Errorf("%d of 190 columns of the hole are red", red)
	}
	tight := mark(20_000, 60_000, 5)
	tight.Gap = true
	if c := shade(t, one(mark(0, 20_000, 5), tight), 199, 25); c.R <= c.G {
		t.Errorf("a hole inside of what was joined is not seen: %v", c)
	}
}

func TestLanesFromAfarShowLowAndHigh(t *testing.T) {
	var marks []LaneMark
	for i := range int64(1200) {
		m := mark(i*50, i*50+50, 5)
		m.Low, m.High = 2, 9
		marks = append(marks, m)
	}
	s := one(marks...)
	out, band, mean, under := shade(t, s, 300, 23), shade(t, s, 300, 40), shade(t, s, 300, 69), shade(t, s, 300, 112)
	if out == band || band == mean || band == under || under == out {
		t.Errorf("above %v, band %v, mean %v, under %v", out, band, mean, under)
	}
}

func TestLanesPlotAllocatesNothing(t *testing.T) {
	var p lanePlotter
	s := sceneOfLanes(spoil(ladder(2000)), 3600e3)
	if n := testing.AllocsPerRun(10, func() {
		if _, err := p.draw(s, 1600, 500); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a picture", n)
	}
}

func TestLanesRefreshAllocatesNextToNothing(t *testing.T) {
	themed(t)
	l, _ := laid(t, spoil(ladder(2000)), time.Hour, 1600, 500)
	if n := testing.AllocsPerRun(10, l.Refresh); n > 4 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestLanesTellAFaultOnce(t *testing.T) {
	themed(t)
	l, _ := laid(t, ladder(10), time.Minute, 600, 200)
	told := 0
	l.config.Fault = func(error) { told++ }
	l.failed(errors.New("ink ran out"))
	l.failed(errors.New("ink ran out"))
	l.Refresh()
	if told != 1 || !contains(texts(l), textLanesFault) {
		t.Errorf("told %d times, shows %v", told, texts(l))
	}
	var p lanePlotter
	if _, err := p.draw(nil, 10, 10); err == nil {
		t.Error("a fault is not told")
	}
}

func TestLanesAreSharpAtDoubleScale(t *testing.T) {
	themed(t)
	l, _ := laid(t, ladder(30), time.Minute, 600, 200)
	r := test.WidgetRenderer(l).(*lanesRenderer)
	size := r.raster.Size()
	if b := r.generate(int(2*size.Width), int(2*size.Height)).Bounds(); b.Dx() != int(2*size.Width) || b.Dy() != int(2*size.Height) {
		t.Errorf("%v for %v", b, size)
	}
}

// FuzzLanesPlot draws marks and notes made of anything at all.
func FuzzLanesPlot(f *testing.F) {
	word := func(v ...uint64) (b []byte) {
		for _, x := range v {
			b = binary.BigEndian.AppendUint64(b, x)
		}
		return b
	}
	day := uint64(noon().UnixMilli())
	f.Add(word(day, day+2000, math.Float64bits(5e5), math.Float64bits(4e5), 1), 300, 100, int64(day), int64(60_000))
	f.Add(word(day, day-2000, math.Float64bits(math.NaN()), math.Float64bits(math.Inf(1)), 1<<63), 300, 100, int64(day), int64(60_000))
	f.Add(word(0, math.MaxUint64, math.Float64bits(-1), math.Float64bits(math.MaxFloat64), 7, math.MaxInt64, 1<<63, 0, 0, 0x0707), 31, 7, int64(0), int64(1))
	f.Add(word(day, day, 0, 0, 2, day, day, 0, 0, 3), 1, 1, int64(math.MinInt64), int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, b []byte, w, h int, from, span int64) {
		w, h = w%700, h%300
		d := LanesData{Lanes: []Lane{{Aligned: true, Level: 5}, {Level: math.NaN()}}, First: from, Now: from + span}
		for i := 0; len(b) >= 40; i++ {
			word := func(n int) uint64 { return binary.BigEndian.Uint64(b[8*n:]) }
			flags := word(4)
			m := LaneMark{From: int64(word(0)), To: int64(word(1)), Mean: math.Float64frombits(word(2)), Low: math.Float64frombits(word(3)),
				High: math.Float64frombits(word(2)), Count: int(int8(flags)), Gap: flags&256 != 0, Jump: flags&512 != 0, Weak: flags&1024 != 0, Source: uint8(flags)}
			d.Lanes[i%2].Marks = append(d.Lanes[i%2].Marks, m)
			d.Notes = append(d.Notes, LaneNote{At: m.From, Until: m.To, Flag: Flag(flags)})
			b = b[40:]
		}
		var p lanePlotter
		for _, top := range []float64{1e6, 0, math.NaN(), -1, math.Inf(1)} {
			s := &laneScene{lanes: d.Lanes, tops: []float64{top, 10}, bands: []laneBand{{20, float32(h) / 2}, {float32(h) / 2, float32(h) + 9}}, notes: d.Notes,
				from: float64(from), to: float64(from) + float64(span), first: float64(d.First), now: float64(d.Now), columns: []int64{from, from + span/2},
				pen: 1 + h&1, flags: 17, palette: look.Dark()}
			if _, err := p.draw(s, w, h); err != nil {
				t.Fatal(err)
			}
		}
	})
}
