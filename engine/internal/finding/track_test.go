package finding

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

const tick = engine.Ticks(10_000) // of a millisecond at 10 MHz

// feed sends fragments to a track; times are in milliseconds.
type feed struct {
	*Track
	b   Book
	end engine.Ticks
	at  time.Time
}

func newFeed(kind engine.MediaType, nominal int) *feed {
	return &feed{at: noon, Track: NewTrack(Subject{Stream: string(kind), Bitrate: 1_500_000, Type: kind, Timescale: 10_000_000, Nominal: nominal, Lead: true})}
}

// send sends one fragment of a length, that took so long to come, of a bitrate.
func (f *feed) send(length, took engine.Ticks, rate int) {
	f.at = f.at.Add(time.Duration(took) * time.Millisecond)
	f.Observe(&f.b, Fragment{Start: f.end, End: f.end + length*tick, Bytes: int64(rate) * int64(length) / 8000, Sync: true, Arrived: f.at}, f.at)
	f.end += length * tick
}

func (f *feed) found() []engine.Finding { return f.b.Page(true).Findings(f.at) }

func (f *feed) want(t *testing.T, want string) {
	t.Helper()
	if got := codes(f.found()); got != want {
		t.Fatalf("at %s: %q, want %q", f.at.Sub(noon), got, want)
	}
}

func TestLengthsOfFragments(t *testing.T) {
	for _, c := range []struct {
		name    string
		lengths []engine.Ticks
		want    string
	}{
		{"regular", []engine.Ticks{2000, 2000, 2000, 2000, 2000}, ""},
		{"29.97", []engine.Ticks{2002, 2002, 2002, 2002, 2002}, ""},
		{"a picture more or less", []engine.Ticks{2000, 2040, 1960, 2000, 2040}, ""},
		{"one short", []engine.Ticks{2000, 2000, 400, 2000, 2000, 2000, 2000}, ""},
		{"ends short", []engine.Ticks{2000, 2000, 2000, 2000, 400}, ""},
		{"variable", []engine.Ticks{2000, 1200, 4000, 2000, 3000}, "gop-variable"},
		{"long", []engine.Ticks{5000, 5000, 5000}, "gop-long"},
		{"one long", []engine.Ticks{2000, 2000, 2000, 5000, 2000}, ""},
		{"just 4 s", []engine.Ticks{4000, 4000, 4000, 4000}, ""},
		{"long and variable", []engine.Ticks{2000, 8000, 9000, 3000, 6000, 7000}, "gop-long gop-variable"},
		{"variable and then not", []engine.Ticks{2000, 1200, 4000, 2000, 3000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFeed(engine.Video, 0)
			for _, n := range c.lengths {
				f.send(n, n, 1_500_000)
			}
			f.want(t, c.want)
		})
	}
	f := newFeed(engine.Video, 0)
	for _, n := range []engine.Ticks{1200, 4800, 2000, 2000, 3000, 1300} {
		f.send(n, n, 1)
	}
	if got := f.found(); !strings.Contains(got[0].Text, "1.20 to 4.80 s") || !strings.Contains(got[0].Option, "-keyint_min") {
		t.Errorf("%+v", got)
	}
	f = newFeed(engine.Audio, 0)
	for range 9 {
		f.send(9000, 9000, 1)
	}
	f.want(t, "")
}

func TestBitrateAgainstNominal(t *testing.T) {
	const nominal = 2_500_000
	run := func(f *feed, n int, rate int, took engine.Ticks) {
		for range n {
			f.send(2000, took, rate)
		}
	}
	f := newFeed(engine.Video, nominal)
	run(f, 15, 2*nominal, 2000)
	f.want(t, "") // not yet half a minute
	run(f, 4, 2*nominal, 2000)
	f.want(t, "rate-high")
	if got := f.found()[0]; !strings.Contains(got.Text, "nominal 2500, arriving 5000 kbit/s") || got.Option != "-maxrate 2500k -bufsize 5000k" {
		t.Errorf("%+v", got)
	}
	run(f, 30, nominal*125/100, 2000) // between the bounds nothing changes
	f.want(t, "rate-high")
	run(f, 30, nominal, 2000)
	f.want(t, "")
	run(f, 30, 1_180_000, 2000) // an encoder that needs no more
	f.want(t, "rate-low")
	if got := f.found()[0]; got.Severity != engine.Info || !strings.Contains(got.Text, "nominal 2500, arriving 1180 kbit/s") {
		t.Errorf("%+v", got)
	}
	run(f, 30, nominal, 2000)
	f.want(t, "")
	run(f, 40, nominal, 4000) // an uplink that carries half
	f.want(t, "rate-low slower-than-live")
	if got := f.found()[0]; got.Severity != engine.Warning || !strings.Contains(got.Text, "arriving 1250") {
		t.Errorf("%+v", got)
	}
	f = newFeed(engine.Video, 0)
	run(f, 40, 9*nominal, 2000) // nothing was promised
	f.want(t, "")
	f = newFeed(engine.Audio, 64_000)
	run(f, 40, 90_000, 2000)
	f.want(t, "rate-high")
	if got := f.found()[0]; got.Option != "" {
		t.Errorf("%+v", got)
	}
}

func TestSpeed(t *testing.T) {
	run := func(f *feed, n int, took ...engine.Ticks) {
		for i := range n {
			f.send(2000, took[i%len(took)], 1_500_000)
		}
	}
	f := newFeed(engine.Video, 0)
	run(f, 30, 1900, 2100, 2050, 1950) // a busy machine
	f.want(t, "")
	run(f, 1, 9000) // a stall, and what it held back
	run(f, 4, 10)
	run(f, 30, 2000)
	f.want(t, "")
	run(f, 1, 9000) // a stall that is never made good
	run(f, 30, 2000)
	f.want(t, "")
	run(f, 20, 2200)
	f.want(t, "slower-than-live")
	if got := f.found()[0]; !strings.Contains(got.Text, "at 0.91x") || got.Option != "-preset veryfast" {
		t.Errorf("%+v", got)
	}
	run(f, 20, 2000)
	f.want(t, "")
	run(f, 10, 1000)
	f.want(t, "") // only after 20 s
	run(f, 15, 1000)
	f.want(t, "faster-than-live")
	if got := f.found()[0]; !strings.Contains(got.Text, "2.00x") || got.Option != "-re" {
		t.Errorf("%+v", got)
	}
	run(f, 20, 2000)
	f.want(t, "")
	// A file as fast as the server takes it, 30 times.
	f = newFeed(engine.Video, 0)
	run(f, 300, 66)
	f.want(t, "")
	run(f, 40, 66)
	f.want(t, "faster-than-live")
}

// What never arrived is told as a gap; what comes after it is as much and as fast as before.
func TestALossIsNoLowBitrate(t *testing.T) {
	f := newFeed(engine.Video, 1_500_000)
	for range 30 {
		f.send(2000, 2000, 1_500_000)
	}
	f.end += 26_000 * tick
	f.at = f.at.Add(26 * time.Second)
	for range 40 {
		f.send(2000, 2000, 1_500_000)
		f.want(t, "")
	}
	for range 30 {
		f.send(2000, 2000, 600_000)
	}
	f.want(t, "rate-low")
}

// A clock of ours that is set back does not blind the rules for as long.
func TestOurClockIsSetBack(t *testing.T) {
	f := newFeed(engine.Video, 1_500_000)
	for range 30 {
		f.send(2000, 2000, 1_500_000)
	}
	f.at = f.at.Add(-time.Hour)
	for range 20 {
		f.send(2000, 2000, 1_500_000)
		f.want(t, "")
	}
	for range 30 {
		f.send(2000, 2500, 3_000_000)
	}
	f.want(t, "rate-high slower-than-live")
}

func TestDriftOfAClock(t *testing.T) {
	for _, c := range []struct {
		name string
		took engine.Ticks // microseconds for 2 s of media
		want string
	}{
		{"exact", 2_000_000, ""}, {"40 ppm", 2_000_080, ""}, {"100 ppm slow", 2_000_200, "clock-drift"}, {"100 ppm fast", 1_999_800, "clock-drift"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFeed(engine.Video, 0)
			at := 0
			for f.at.Sub(noon) < 9*time.Minute {
				f.at = f.at.Add(time.Duration(c.took) * time.Microsecond)
				f.arrive(f.at.Add(jitter(&at)))
			}
			f.want(t, "")
			for f.at.Sub(noon) < 13*time.Minute {
				f.at = f.at.Add(time.Duration(c.took) * time.Microsecond)
				f.arrive(f.at.Add(jitter(&at)))
			}
			f.want(t, c.want)
			if c.want != "" && !regexp.MustCompile(` (9\d|10\d) ppm `).MatchString(f.found()[0].Text) {
				t.Errorf("%+v", f.found())
			}
			for f.at.Sub(noon) < 30*time.Minute {
				f.at = f.at.Add(2 * time.Second)
				f.arrive(f.at.Add(jitter(&at)))
			}
			f.want(t, "")
		})
	}
	// A path that became slower once is no drift, and neither is a pause.
	f := newFeed(engine.Video, 0)
	at := 0
	for range 700 {
		if f.seen == 200 {
			f.at = f.at.Add(300 * time.Millisecond)
		}
		f.at = f.at.Add(2 * time.Second)
		f.arrive(f.at.Add(jitter(&at)))
		f.want(t, "")
	}
	f.at = f.at.Add(5 * time.Minute)
	f.arrive(f.at)
	f.want(t, "")
}

// jitter is what a network adds, in a pattern that a minute holds often.
func jitter(n *int) time.Duration {
	*n++
	return time.Duration(*n*7%11) * time.Millisecond
}

// arrive sends two seconds of media.
func (f *feed) arrive(at time.Time) {
	f.Observe(&f.b, Fragment{Start: f.end, End: f.end + 2000*tick, Bytes: 1, Sync: true, Arrived: at}, at)
	f.end += 2000 * tick
}

func TestKeyFrames(t *testing.T) {
	f := newFeed(engine.Video, 0)
	send := func(sync bool) {
		f.Observe(&f.b, Fragment{Start: f.end, End: f.end + 2000*tick, Sync: sync}, f.at)
		f.end += 2000 * tick
	}
	send(true)
	f.want(t, "")
	send(false)
	f.want(t, "no-key-start")
	for range 3 {
		f.want(t, "no-key-start")
		send(true)
	}
	f.want(t, "")
}

// TestATrackThatIsOver is judged by what there is.
func TestATrackThatIsOver(t *testing.T) {
	f := newFeed(engine.Video, 1_000_000)
	for range 4 {
		f.send(2000, 2000, 3_000_000)
	}
	f.Settle(&f.b, f.at)
	f.want(t, "") // eight seconds tell nothing
	for range 3 {
		f.send(2000, 2000, 3_000_000)
	}
	f.Settle(&f.b, f.at)
	f.want(t, "rate-high")
}

func TestCuts(t *testing.T) {
	var c Cuts
	if apart, compared := c.Apart(0, 10); apart != 0 || compared {
		t.Error("there is nothing to compare with")
	}
	for i := range engine.Ticks(100) {
		c.Add(i*20_000, (i+1)*20_000)
	}
	for _, x := range []struct {
		start, end, apart engine.Ticks
		compared          bool
	}{
		{1_980_000, 2_000_000, 0, true}, {1_980_008, 2_000_000, 0, true}, {1_984_800, 2_004_800, 4800, true}, {1_975_200, 1_995_200, -4800, true},
		{1_960_000, 2_000_000, -20_000, true}, {2_000_000, 2_020_000, 0, false}, {0, 20_000, 0, false},
	} {
		if apart, compared := c.Apart(x.start, x.end); apart != x.apart || apart == 0 && compared != x.compared {
			t.Errorf("%d to %d: %d %v, want %d %v", x.start, x.end, apart, compared, x.apart, x.compared)
		}
	}
}

func TestSoundApart(t *testing.T) {
	sound, pictures := &Subject{Stream: "audio", Type: engine.Audio}, &Subject{Stream: "video", Type: engine.Video}
	ms := time.Millisecond
	for _, c := range []struct {
		sound, reorder time.Duration
		want           string
	}{
		{2000 * ms, 0, ""}, {2021 * ms, 0, ""}, {4000 * ms, 0, ""}, {1920 * ms, 0, ""}, {1500 * ms, 0, "av-offset"}, {4300 * ms, 0, "av-offset"},
		{1800 * ms, 120 * ms, ""},
	} {
		var b Book
		for range RuleOf(AVOffset).Sightings {
			ObserveSound(&b, sound, pictures, Edges{Sound: c.sound, Before: 2000 * ms, After: 4000 * ms, Reorder: c.reorder}, noon)
		}
		got := b.Page(true).Findings(noon)
		if codes(got) != c.want {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

// TestNothingWrongCostsNothing counts what a good fragment allocates.
func TestNothingWrongCostsNothing(t *testing.T) {
	f := newFeed(engine.Video, 1_500_000)
	if n := testing.AllocsPerRun(1000, func() { f.send(2000, 2000, 1_500_000) }); n != 0 {
		t.Errorf("%v allocations a fragment", n)
	}
	f.want(t, "")
}

func BenchmarkObserve(b *testing.B) {
	f := newFeed(engine.Video, 1_500_000)
	b.ReportAllocs()
	for b.Loop() {
		f.send(2000, 2000, 1_500_000)
	}
}
