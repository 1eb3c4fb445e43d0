package timeline

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/kit"
	"pubpoint/ui/page"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

func at(seconds float64) time.Time { return noon().Add(time.Duration(seconds * float64(time.Second))) }

// desk is a fake engine as an operator has it; it counts what is asked for.
type desk struct {
	*enginetest.Fake
	asked  []engine.FragmentQuery
	listed int
}

func (d *desk) Fragments(q engine.FragmentQuery) (engine.FragmentMap, error) {
	d.asked = append(d.asked, q)
	return d.Fake.Fragments(q)
}

func (d *desk) ArchivedEvents(ctx context.Context, point string) ([]engine.ArchivedEvent, error) {
	d.listed++
	return d.Fake.ArchivedEvents(ctx, point)
}

func (d *desk) ClipArchive(ctx context.Context, req engine.ClipRequest) (engine.Clip, error) {
	return d.Clip(ctx, req)
}

// onAir is an engine with a point that has sent two fragments, paused for a minute, and sent two more up to noon.
func onAir() (*desk, engine.FragmentMap) {
	fake := enginetest.New()
	fake.SetClock(noon)
	m := engine.FragmentMap{Event: "e2", Zero: at(-68), From: at(-68), To: at(0)}
	l := engine.FragmentLane{Track: "video/800000", Label: "640×360 800k", Type: engine.Video, Bitrate: 800_000}
	for i, from := range []float64{-68, -66, -4, -2} {
		l.Marks = append(l.Marks, engine.FragmentMark{Start: time.Duration(2*i) * time.Second, At: at(from), Length: 2 * time.Second, Bytes: 200_000, Count: 1,
			Peak: 800_000, Jump: i == 2, Source: []string{"sea#1", "sea#1", "sea#2", "sea#2"}[i]})
	}
	m.Lanes = []engine.FragmentLane{l}
	fake.SetPoint(engine.PointStatus{Name: "sea", State: engine.StateStarted, Event: engine.EventStatus{ID: "e2", Began: at(-68), Duration: 8 * time.Second},
		Tracks: []engine.TrackStatus{{Stream: "video", Type: engine.Video, Bitrate: 800_000, Timescale: 1000, LastLength: 2000, LastArrival: noon()}}})
	fake.SetFragments("sea", m)
	return &desk{Fake: fake}, m
}

func snapshot(d *desk, now time.Time) page.Snapshot {
	return page.Snapshot{Now: now, Points: d.Points()}
}

func TestMediaStandsStillInAPause(t *testing.T) {
	_, m := onAir()
	for _, c := range []struct{ clock, want float64 }{{-68, 0}, {-67, 1}, {-64, 4}, {-30, 4}, {-5, 4}, {-4, 4}, {-1, 7}, {-100, 0}} {
		got, ok := media(m, at(c.clock))
		if !ok || got != time.Duration(c.want*float64(time.Second)) {
			t.Errorf("%v s before noon it is %v, %t, want %v s", -c.clock, got, ok, c.want)
		}
	}
	if _, ok := media(engine.FragmentMap{}, noon()); ok {
		t.Error("nothing has a presentation time")
	}
}

func TestReaderAsksOnlyForWhatIsNew(t *testing.T) {
	d, _ := onAir()
	r := reader{operator: d}
	a := ask{point: "sea", span: time.Minute, live: true}
	m := r.read(t.Context(), snapshot(d, noon()), a)
	if !m.fresh || len(d.asked) != 1 || !d.asked[0].From.Equal(at(-90)) || !d.asked[0].To.Equal(at(30)) || d.asked[0].MaxMarks != marksAsked {
		t.Fatalf("first: fresh %t, asked %+v", m.fresh, d.asked)
	}
	if m = r.read(t.Context(), snapshot(d, noon().Add(time.Millisecond)), a); m.fresh || len(d.asked) != 1 {
		t.Error("it asks again for what cannot be seen")
	}
	if m = r.read(t.Context(), snapshot(d, at(1)), a); !m.fresh || len(d.asked) != 2 {
		t.Error("the present stands still")
	}
	back := ask{point: "sea", span: 10 * time.Second, from: at(-70), to: at(-60)}
	r.read(t.Context(), snapshot(d, at(2)), back)
	if m = r.read(t.Context(), snapshot(d, at(3)), back); m.fresh {
		t.Error("it asks again for what is over")
	}
	if d.listed != 1 {
		t.Errorf("the events are listed %d times in three seconds", d.listed)
	}
	back.round++
	if m = r.read(t.Context(), snapshot(d, at(3)), back); !m.fresh {
		t.Error("what was marked is not read")
	}
	d.Fail("Fragments", errors.New("disk"))
	a.round = 5
	for range 2 {
		if m = r.read(t.Context(), snapshot(d, at(4)), a); !m.fresh || m.failure == nil {
			t.Error("a failure is not told, or not tried again")
		}
	}
}

func TestReaderTellsLanes(t *testing.T) {
	d, _ := onAir()
	r := reader{operator: d}
	a := ask{point: "sea", span: 5 * time.Minute, live: true}
	m := r.read(t.Context(), snapshot(d, noon()), a)
	lane := m.data.Lanes[0]
	if !lane.Aligned || lane.Level != 800_000 || lane.Until != 0 || !lane.Marks[2].Jump || lane.Marks[1].Source == lane.Marks[2].Source || lane.Marks[2].From != at(-4).UnixMilli() {
		t.Errorf("%+v", lane)
	}
	m = r.read(t.Context(), snapshot(d, at(40)), a)
	if m.data.Lanes[0].Until != at(40).UnixMilli() {
		t.Error("a track that is overdue is not told")
	}
	d.ChangePoint("sea", func(p *engine.PointStatus) { p.State, p.Event.Ended = engine.StateStopped, at(1) })
	m = r.read(t.Context(), snapshot(d, at(50)), a)
	if m.onAir || m.data.Now != noon().UnixMilli() || m.data.Lanes[0].Until != 0 {
		t.Errorf("ended: on air %t, now %d, until %d", m.onAir, m.data.Now, m.data.Lanes[0].Until)
	}
	if last := d.asked[len(d.asked)-1]; !last.To.Equal(noon().Add(150 * time.Second)) {
		t.Errorf("ended it asks up to %v", last.To)
	}
	if m = r.read(t.Context(), snapshot(d, noon()), ask{point: "none"}); m.known {
		t.Error("a point that is gone is known")
	}
}

func TestTableHasEveryFact(t *testing.T) {
	_, m := onAir()
	m.Notes = []engine.TimelineNote{{At: at(-3), Kind: engine.NoteOperator, Text: "a, b"}}
	rows := table(m)
	if len(rows) != 6 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		if len(row) != len(rows[0]) {
			t.Errorf("%d columns in %v", len(row), row)
		}
	}
	if got := strings.Join(rows[3], ","); got != "fragment,video/800000,640×360 800k,2026-03-14T11:59:56Z,4.000000,2.000000,200000,800000,,false,true,false,sea#2," {
		t.Error(got)
	}
}

func TestWords(t *testing.T) {
	for want, e := range map[string]engine.ArchivedEvent{
		"On air since 14 Mar 12:00:00":  {Began: noon(), Live: true, Current: true},
		"Last event, 14 Mar 12:00:00":   {Began: noon(), Current: true},
		"14 Mar 12:00:00, 2:00:00 long": {Began: noon(), Duration: 2 * time.Hour},
	} {
		if got := textOfEvent(e, time.UTC); got != want {
			t.Errorf("%q", got)
		}
	}
	for want, d := range map[string]time.Duration{"0:01:02.345": 62*time.Second + 345*time.Millisecond, "0:00:00.000": -time.Second} {
		if got := textMedia(d); got != want {
			t.Errorf("%q", got)
		}
	}
	for want, n := range map[kit.Flag]engine.TimelineNote{kit.FlagPin: {Kind: engine.NoteOperator, Severity: engine.Failure}, kit.FlagDiamond: {Kind: engine.NoteSplice},
		kit.FlagBad: {Kind: engine.NoteEvent, Severity: engine.Failure}, kit.FlagWarn: {Kind: engine.NoteEvent, Severity: engine.Warning}, kit.FlagInfo: {Kind: engine.NoteEvent}} {
		if got := flagOf(n); got != want {
			t.Errorf("%+v has flag %d", n, got)
		}
	}
	if signed(-200*time.Microsecond) != "+0 ms" || signed(-2*time.Second) != "−2.0 s" {
		t.Error(signed(-200*time.Microsecond), signed(-2*time.Second))
	}
}
