package archive

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestMoments(t *testing.T) {
	zone := time.Local
	time.Local = time.FixedZone("CET", 3600)
	t.Cleanup(func() { time.Local = zone })
	began := time.Date(2026, 3, 13, 21, 30, 0, 500_000_000, time.UTC) // 22:30 here
	x := extent{began: began, ended: began.Add(4 * time.Hour)}
	clock := func(h, m, s int, days int) engine.Moment {
		return engine.ClockMoment(time.Date(2026, 3, 13+days, h, m, s, 0, time.Local))
	}
	for _, c := range []struct {
		text    string
		of      extent
		want    engine.Moment
		problem string
	}{
		{"", x, engine.Moment{}, ""},
		{" 22:45:10 ", x, clock(22, 45, 10, 0), ""},
		{"22:30", x, clock(22, 30, 0, 0), ""}, // the second in which it began
		{"01:15", x, clock(1, 15, 0, 1), ""},
		{"21:00", x, clock(21, 0, 0, 0), "before the event began"},
		{"2026-03-14 00:10", x, clock(0, 10, 0, 1), ""},
		{"2026-03-14 12:00:00", x, clock(12, 0, 0, 1), "behind the end"},
		{"+90", x, engine.ClockMoment(began.Add(90 * time.Second)), ""},
		{"+1:02:03", x, engine.ClockMoment(began.Add(time.Hour + 2*time.Minute + 3*time.Second)), ""},
		{"+1:75", x, engine.Moment{}, "is no time"},
		{"+1:2:3:4", x, engine.Moment{}, "is no time"},
		{"+-5", x, engine.Moment{}, "is no time"},
		{"90.5", x, engine.MediaMoment(90500 * time.Millisecond), ""},
		{"2026-03-13T22:00:00Z", x, engine.ClockMoment(time.Date(2026, 3, 13, 22, 0, 0, 0, time.UTC)), ""},
		{"noon", x, engine.Moment{}, "is no time"},
		{"+5", extent{}, engine.Moment{}, "not known when"},
		{"12:00", extent{}, engine.Moment{}, "not known when"},
	} {
		m, _, problem := c.of.moment(c.text)
		if !m.Clock.Equal(c.want.Clock) || m.Media != c.want.Media || m.Set != c.want.Set {
			t.Errorf("%q is %v, want %v", c.text, m, c.want)
		}
		if (problem == "") != (c.problem == "") || !strings.Contains(problem, c.problem) {
			t.Errorf("%q: %q, want %q", c.text, problem, c.problem)
		}
	}
	for _, c := range []struct {
		from, to, say string
		ok            bool
	}{
		{"", "", "All of it.", true},
		{"10", "", "From 0:00:10 to the end.", true},
		{"", "23:00", "From the beginning to 13 Mar 23:00:00.", true},
		{"10", "5", "ends before it begins", false},
		{"23:00", "22:50", "ends before it begins", false},
		{"5", "10", "", true},
	} {
		if _, say, ok := x.between(c.from, c.to); ok != c.ok || !strings.Contains(say, c.say) {
			t.Errorf("%q to %q: %q, %v", c.from, c.to, say, ok)
		}
	}
}
