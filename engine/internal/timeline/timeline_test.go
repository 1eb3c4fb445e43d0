package timeline

import (
	"math/rand/v2"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

const scale = 10_000_000

// noon is presentation time 0 of every event here.
func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

func at(seconds float64) time.Time { return noon().Add(time.Duration(seconds * float64(time.Second))) }

// rung is a track of fragments of two seconds, each of 1000 bytes more than the one before.
func rung(bitrate, n int) *presentation.Track {
	t := &presentation.Track{Bitrate: bitrate, Source: "sea", Init: &fmp4.TrackInit{Width: 640, Height: 360}}
	for i := range n {
		t.Fragments = append(t.Fragments, presentation.Fragment{Start: engine.Ticks(i) * 2 * scale, Duration: 2 * scale, Size: int64(1000 * (i + 1)),
			Sync: true, Arrived: at(float64(2*i + 2)).UnixNano()})
	}
	return t
}

func event(tracks ...*presentation.Track) *presentation.View {
	s := &presentation.Stream{Name: "video", Type: engine.Video, Timescale: scale, Tracks: tracks}
	for i, f := range tracks[0].Fragments {
		s.Spans = append(s.Spans, presentation.Span{Start: f.Start, Duration: f.Duration, Number: uint32(i),
			Discontinuity: i > 0 && f.Shift != tracks[0].Fragments[i-1].Shift})
	}
	return &presentation.View{Point: "sea", Event: "e1", Live: true, ZeroTime: noon(), Streams: []*presentation.Stream{s}}
}

func ask(t testing.TB, v *presentation.View, q engine.FragmentQuery) engine.FragmentMap {
	t.Helper()
	m, err := Map(v, q)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAStretchHasWhatOverlapsIt(t *testing.T) {
	v := event(rung(800_000, 10))
	for _, c := range []struct {
		name        string
		from, to    time.Time
		first, last int // seconds; -1 for none
	}{
		{"all", time.Time{}, time.Time{}, 0, 18},
		{"inside", at(3), at(7), 2, 6},
		{"on the edges", at(4), at(8), 4, 6},
		{"from the middle", at(9.5), time.Time{}, 8, 18},
		{"to the middle", time.Time{}, at(9.5), 0, 8},
		{"before", at(-10), at(-1), -1, -1},
		{"behind", at(20), at(30), -1, -1},
		{"beyond both ends", at(-100), at(100), 0, 18},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ask(t, v, engine.FragmentQuery{From: c.from, To: c.to})
			marks := m.Lanes[0].Marks
			if c.first < 0 {
				if len(marks) > 0 {
					t.Fatalf("%+v", marks)
				}
				return
			}
			if len(marks) == 0 || marks[0].Start != time.Duration(c.first)*time.Second || marks[len(marks)-1].Start != time.Duration(c.last)*time.Second {
				t.Fatalf("%+v", marks)
			}
		})
	}
	m := ask(t, v, engine.FragmentQuery{})
	if !m.From.Equal(at(0)) || !m.To.Equal(at(20)) || !m.Zero.Equal(noon()) || m.Event != "e1" {
		t.Errorf("extent %v to %v, zero %v, event %q", m.From, m.To, m.Zero, m.Event)
	}
	want := engine.FragmentMark{Start: 4 * time.Second, At: at(4), Length: 2 * time.Second, Arrived: at(6), Bytes: 3000, Count: 1, Peak: 12_000, Low: 12_000, Source: "sea"}
	got := m.Lanes[0].Marks[2]
	if !got.Arrived.Equal(want.Arrived) || !got.At.Equal(want.At) {
		t.Errorf("at %v, arrived %v", got.At, got.Arrived)
	}
	got.Arrived, got.At = want.Arrived, want.At
	if got != want {
		t.Errorf("%+v", got)
	}
}

func TestLanesAreOrderedAsTracks(t *testing.T) {
	v := event(rung(800_000, 2), rung(300_000, 2))
	v.Streams = append([]*presentation.Stream{{Name: "audio", Type: engine.Audio, Language: "eng", Timescale: scale, Tracks: []*presentation.Track{{Bitrate: 64_000}}}}, v.Streams...)
	m := ask(t, v, engine.FragmentQuery{})
	got := ""
	for _, l := range m.Lanes {
		got += l.Track + "=" + l.Label + ";"
	}
	if want := "video/300000=640×360 300k;video/800000=640×360 800k;audio/64000=audio eng 64k;"; got != want {
		t.Errorf("%s", got)
	}
}

func TestWhatIsWrongIsMarked(t *testing.T) {
	track := rung(800_000, 8)
	f := track.Fragments
	for i := 3; i < len(f); i++ {
		f[i].Start += 3 * scale // a hole
	}
	for i := 5; i < len(f); i++ {
		f[i].Shift = 40 * scale
		f[i].Arrived += int64(time.Hour) // its encoder was away
	}
	f[6].Sync = false
	v := event(track)
	m := ask(t, v, engine.FragmentQuery{})
	for i, k := range m.Lanes[0].Marks {
		if k.Gap != (i == 3) || k.Jump != (i == 5) || k.NoKey != (i == 6) {
			t.Errorf("mark %d: %+v", i, k)
		}
	}
	before, after := m.Lanes[0].Marks[4], m.Lanes[0].Marks[5]
	if pause := after.At.Sub(before.At); pause < time.Hour-time.Minute || after.Start-before.Start != 2*time.Second {
		t.Errorf("the pause is %v of wall clock and %v of presentation", pause, after.Start-before.Start)
	}
	if got := ask(t, v, engine.FragmentQuery{From: at(1800)}).Lanes[0].Marks; len(got) != 3 || !got[0].Jump {
		t.Errorf("after the pause: %+v", got)
	}
	joined := ask(t, v, engine.FragmentQuery{MaxMarks: 1}).Lanes[0].Marks
	if len(joined) != 1 || !joined[0].Gap || !joined[0].Jump || !joined[0].NoKey || joined[0].Length != 16*time.Second {
		t.Errorf("joined: %+v", joined)
	}
}

// Joined marks have the bytes, the length and the extremes of their fragments, whatever is asked for.
func TestJoiningLosesNothing(t *testing.T) {
	v := event(rung(800_000, 1000))
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		from := random.Float64() * 2000
		q := engine.FragmentQuery{From: at(from), To: at(from + 0.1 + random.Float64()*2000)}
		all := ask(t, v, q).Lanes[0].Marks
		q.MaxMarks = 1 + random.IntN(40)
		some := ask(t, v, q).Lanes[0].Marks
		if len(some) > q.MaxMarks {
			t.Fatalf("%d marks, %d were asked for", len(some), q.MaxMarks)
		}
		var a, b engine.FragmentMark
		for _, k := range all {
			a.Bytes, a.Length, a.Count, a.Peak = a.Bytes+k.Bytes, a.Length+k.Length, a.Count+k.Count, max(a.Peak, k.Peak)
		}
		for _, k := range some {
			b.Bytes, b.Length, b.Count, b.Peak = b.Bytes+k.Bytes, b.Length+k.Length, b.Count+k.Count, max(b.Peak, k.Peak)
			if float64(k.Low) > k.Rate()+1 || float64(k.Peak) < k.Rate()-1 {
				t.Fatalf("extremes of %+v", k)
			}
		}
		if a != b {
			t.Fatalf("%+v joined to %+v", a, b)
		}
	}
}

// While the stretch moves on, the same fragments stay together: a picture of it does not flicker.
func TestGroupsStandStill(t *testing.T) {
	v := event(rung(800_000, 1000))
	starts := map[time.Duration]bool{}
	for _, k := range ask(t, v, engine.FragmentQuery{From: at(0), To: at(1800), MaxMarks: 100}).Lanes[0].Marks {
		starts[k.Start] = true
	}
	moved := ask(t, v, engine.FragmentQuery{From: at(100), To: at(1900), MaxMarks: 100}).Lanes[0].Marks
	for _, k := range moved[1:] {
		if k.Start < 1790*time.Second && !starts[k.Start] {
			t.Fatalf("a mark begins at %v", k.Start)
		}
	}
}

func TestAnUnknownClockHasNoStretch(t *testing.T) {
	v := event(rung(800_000, 3))
	v.ZeroTime = time.Time{}
	if _, err := Map(v, engine.FragmentQuery{From: at(1)}); engine.KindOf(err) != engine.BadInput {
		t.Errorf("a stretch: %v", err)
	}
	m := ask(t, v, engine.FragmentQuery{})
	if len(m.Lanes[0].Marks) != 3 || !m.Lanes[0].Marks[1].At.IsZero() || !m.From.IsZero() {
		t.Errorf("all: %+v", m)
	}
}

func TestNothingIsEmpty(t *testing.T) {
	if m := ask(t, nil, engine.FragmentQuery{}); len(m.Lanes) != 0 {
		t.Errorf("%+v", m)
	}
	odd := &presentation.Track{Fragments: []presentation.Fragment{{Start: 5}, {Start: 5}, {}}}
	v := event(odd)
	if m := ask(t, v, engine.FragmentQuery{MaxMarks: 2}); len(m.Lanes[0].Marks) != 2 {
		t.Errorf("%+v", m)
	}
}

// A day of five tracks of two-second fragments.
func BenchmarkADay(b *testing.B) {
	const day = 24 * 3600 / 2
	tracks := make([]*presentation.Track, 5)
	for i := range tracks {
		tracks[i] = rung(100_000*(i+1), day)
	}
	v := event(tracks...)
	for name, q := range map[string]engine.FragmentQuery{
		"joined to 2000":    {MaxMarks: 2000},
		"one minute":        {From: at(40_000), To: at(40_060), MaxMarks: 2000},
		"one hour":          {From: at(40_000), To: at(43_600), MaxMarks: 2000},
		"each, all of them": {},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, v, q)
			}
		})
	}
}

func TestTwoEncodersOfAStreamAreToldApart(t *testing.T) {
	track := rung(800_000, 4)
	for i, session := range []int64{0, 3, 3, 7} {
		track.Fragments[i].Session = session
	}
	marks := ask(t, event(track), engine.FragmentQuery{}).Lanes[0].Marks
	for i, want := range []string{"sea", "sea#3", "sea#3", "sea#7"} {
		if marks[i].Source != want {
			t.Errorf("mark %d is of %q, want %q", i, marks[i].Source, want)
		}
	}
}
