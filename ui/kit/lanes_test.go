package kit

import (
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

// bars are n marks of that length in milliseconds up to noon, shifted by so many.
func bars(n int, length, shift int64, height float64) []LaneMark {
	out := make([]LaneMark, n)
	end := noon().UnixMilli()
	for i := range out {
		from := end - int64(n-i)*length + shift
		v := height * (1 + 0.25*math.Sin(float64(i)*0.9) + 0.1*math.Sin(float64(i)*2.3))
		out[i] = LaneMark{From: from, To: from + length, Mean: v, Low: v * 0.8, High: v * 1.2, Count: 1}
	}
	return out
}

// ladder is three aligned lanes and one of another kind, over that many marks of two seconds.
func ladder(n int) LanesData {
	p := look.Dark()
	d := LanesData{Now: noon().UnixMilli(), Last: noon().UnixMilli(), First: noon().Add(-time.Duration(2*n) * time.Second).UnixMilli()}
	for i, height := range []float64{300e3, 800e3, 2500e3} {
		d.Lanes = append(d.Lanes, Lane{Name: "Lane " + string(rune('A'+i)), Colour: p.Track(i), Level: height, Aligned: true, Marks: bars(n, 2000, 0, height)})
	}
	d.Lanes = append(d.Lanes, Lane{Name: "Side lane", Colour: p.Track(3), Level: 128e3, Weight: 0.6, Marks: bars(n, 2000, 700, 128e3)})
	return d
}

// spoil gives a ladder everything that can go wrong, and notes.
func spoil(d LanesData) LanesData {
	lanes := d.Lanes
	cut := func(marks []LaneMark, at, n int) []LaneMark {
		out := append(append([]LaneMark(nil), marks[:at]...), marks[at+n:]...)
		out[at].Gap = true
		return out
	}
	n := len(lanes[0].Marks)
	for i := range lanes[1].Marks[n*2/3:] { // a rung that cuts elsewhere
		m := &lanes[1].Marks[n*2/3+i]
		m.From, m.To = m.From+480, m.To+480
	}
	lanes[0].Marks[n*2/3+3].Weak = true
	for i := range lanes {
		for j := range lanes[i].Marks[:n/4] {
			lanes[i].Marks[j].Source = 1
		}
		lanes[i].Marks[n/4].Jump = true
	}
	lanes[2].Marks = cut(lanes[2].Marks, n/2, max(2, n/20))
	at := func(share float64) int64 { return d.First + int64(share*float64(d.Last-d.First)) }
	d.Notes = []LaneNote{
		{At: at(0.12), Flag: FlagPin, Text: "kick-off"}, {At: at(0.3), Until: at(0.42), Flag: FlagDiamond, Text: "Splice out"},
		{At: at(0.5), Flag: FlagWarn, Text: "late"}, {At: at(0.55), Flag: FlagBad, Text: "lost"}, {At: at(0.8), Flag: FlagInfo, Text: "hm"},
	}
	return d
}

func laneConfig() LanesConfig {
	return LanesConfig{Value: look.Bits, Tick: look.BitsTick, Location: time.UTC, Length: look.Seconds, ClockName: "Time of day", MediaName: "Media time",
		Media: func(at int64) (time.Duration, bool) {
			return time.Duration(at-noon().UnixMilli()+3600_000) * time.Millisecond, true
		},
		Tell: func(s Spot) []Fact {
			facts := []Fact{{"Local", time.UnixMilli(s.At).UTC().Format("15:04:05.000")}}
			if s.Mark >= 0 {
				facts = append(facts, Fact{"Length", "2.000 s"}, Fact{"Bytes", "74.2 kB"}, Fact{"Rate", "297 kbit/s"})
			}
			if s.Note >= 0 {
				facts = append(facts, Fact{"", "note"})
			}
			return facts
		}}
}

// laid is lanes with that data in a window of their own.
func laid(t testing.TB, d LanesData, span time.Duration, width, height float32) (*Lanes, fyne.Window) {
	t.Helper()
	l := NewLanes(span, laneConfig())
	w := shown(t, l, width, height)
	l.SetData(d)
	return l, w
}

func hover(l *Lanes, x, y float32) {
	l.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
}

func TestLanesLook(t *testing.T) {
	themed(t)
	l, w := laid(t, spoil(ladder(30)), time.Minute, 900, 360)
	hover(l, 420, 80)
	test.AssertRendersToImage(t, "lanes_near.png", w.Canvas())
}

func TestLanesLookFromAfar(t *testing.T) {
	themed(t)
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(look.Light()))
	d := spoil(ladder(1800))
	l, w := laid(t, d, time.Hour, 900, 360)
	l.Select(noon().Add(-40*time.Minute), noon().Add(-30*time.Minute))
	test.AssertRendersToImage(t, "lanes_far.png", w.Canvas())
}

func BenchmarkLanesPlot(b *testing.B) {
	d := spoil(ladder(2000))
	d.Lanes = append(d.Lanes, d.Lanes[0])
	for name, span := range map[string]float64{"all as envelope": 4000e3, "some as bars": 120e3} {
		b.Run(name, func(b *testing.B) {
			var p lanePlotter
			s := sceneOfLanes(d, span)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.draw(s, 1600, 500); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// sceneOfLanes is what a picture of 500 rows shows of d.
func sceneOfLanes(d LanesData, span float64) *laneScene {
	s := &laneScene{lanes: d.Lanes, notes: d.Notes, from: float64(d.Now) - span, to: float64(d.Now), first: float64(d.First), now: float64(d.Now),
		pen: 1, flags: 17, palette: look.Dark()}
	for i := range d.Lanes {
		s.tops = append(s.tops, d.Lanes[i].Level*1.5)
		s.bands = append(s.bands, laneBand{float32(40 + i*90), float32(125 + i*90)})
	}
	return s
}

func BenchmarkLanesRefresh(b *testing.B) {
	themed(b)
	l, _ := laid(b, spoil(ladder(2000)), time.Hour, 1600, 500)
	b.ReportAllocs()
	for b.Loop() {
		l.Refresh()
	}
}
