package alarm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// day is when the tests happen.
var day = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// night is a book that is shown a second after the other.
type night struct {
	*Book
	now  time.Time
	told []string
	over bool // whether somebody ended what the alarms are about
}

func newNight() *night { return &night{Book: NewBook(), now: day} }

// pass shows the book the same causes for a while, once a second.
func (n *night) pass(length time.Duration, causes ...Cause) {
	for end := n.now.Add(length); n.now.Before(end); n.now = n.now.Add(time.Second) {
		for _, e := range n.Observe(n.now, causes, func(engine.Alarm) bool { return n.over }) {
			n.told = append(n.told, fmt.Sprintf("%s %s %s", e.Severity, e.Point, e.Text))
		}
	}
}

func (n *night) active() int {
	return len(slices.DeleteFunc(n.All(), func(a engine.Alarm) bool { return !a.Active(n.now) }))
}

var (
	lost = Cause{Code: "source-lost", Severity: engine.Failure, Point: "oceans", Text: "No encoder is sending.", Action: "Look."}
	gap  = Cause{Code: "gap", Severity: engine.Warning, Point: "oceans", Stream: "video", Text: "2 s are missing.", Action: "Check.", Option: "-re"}
)

func TestOneAlarmFromCauseToEnd(t *testing.T) {
	n := newNight()
	n.pass(5*time.Second, lost)
	if len(n.All()) != 0 {
		t.Fatalf("a cause of 4 s is %+v", n.All())
	}
	n.pass(time.Second, lost)
	a := n.All()[0]
	if a.ID == "" || a.Raised != n.now.Add(-time.Second) || a.Code != "source-lost" || a.Severity != engine.Failure || a.Point != "oceans" || a.Text != lost.Text || a.Action != "Look." || !a.Active(n.now) {
		t.Fatalf("the alarm is %+v", a)
	}
	n.pass(20 * time.Second)
	if n.active() != 1 {
		t.Fatalf("cleared after %s: %+v", 19*time.Second, n.All())
	}
	n.pass(time.Second)
	if a = n.All()[0]; a.Cleared != n.now.Add(-time.Second) || a.Count != 0 {
		t.Fatalf("not cleared: %+v", a)
	}
	want := []string{"error oceans Alarm: No encoder is sending.", "info oceans Alarm over: No encoder is sending."}
	if !slices.Equal(n.told, want) {
		t.Errorf("told were %q", n.told)
	}
}

func TestAWarningMustLastLonger(t *testing.T) {
	n := newNight()
	n.pass(10*time.Second, gap)
	if len(n.All()) != 0 {
		t.Fatalf("%+v", n.All())
	}
	n.pass(time.Second, gap)
	if a := n.All(); len(a) != 1 || a[0].Stream != "video" || a[0].Option != "-re" {
		t.Fatalf("%+v", a)
	}
}

// A cause that is there for a moment and gone for a moment, again and again, is one alarm; so is
// one with long pauses.
func TestAFlappingCauseIsOneAlarm(t *testing.T) {
	for _, c := range []struct{ there, gone time.Duration }{{2 * time.Second, 3 * time.Second}, {10 * time.Second, 15 * time.Second}, {10 * time.Second, 2 * time.Minute}, {time.Minute, 6 * time.Minute}} {
		n := newNight()
		for range 50 {
			n.pass(c.there, lost)
			n.pass(c.gone)
		}
		all := n.All()
		if len(all) != 1 || all[0].Count < 40 {
			t.Errorf("%v there and %v gone makes %d alarms: %+v", c.there, c.gone, len(all), all)
		}
		if limit := 2 + 2*50*int((c.there+c.gone)/(10*time.Minute)+1); len(n.told) > limit {
			t.Errorf("%v there and %v gone is told %d times: %q", c.there, c.gone, len(n.told), n.told)
		}
	}
	n := newNight()
	n.pass(4*time.Second, lost)
	n.pass(time.Minute)
	n.pass(4*time.Second, lost)
	if len(n.All()) != 0 {
		t.Errorf("two short moments far apart make %+v", n.All())
	}
}

func TestLongAfterItIsAnotherAlarm(t *testing.T) {
	n := newNight()
	n.pass(10*time.Second, lost)
	n.pass(11 * time.Minute)
	n.pass(10*time.Second, lost)
	if all := n.All(); len(all) != 2 || all[0].ID == all[1].ID || all[1].Cleared.IsZero() {
		t.Errorf("%+v", all)
	}
}

func TestAcknowledge(t *testing.T) {
	n := newNight()
	n.pass(10*time.Second, lost)
	id := n.All()[0].ID
	for range 2 {
		if _, err := n.Ack(id, n.now); err != nil {
			t.Fatal(err)
		}
	}
	n.pass(5 * time.Second)
	n.pass(5*time.Second, lost)
	if a := n.All()[0]; a.Acked.IsZero() || a.Count != 1 || !a.Active(n.now) {
		t.Errorf("a moment without the cause changes %+v", a)
	}
	n.pass(5 * time.Minute)
	n.pass(10*time.Second, lost)
	if a := n.All()[0]; !a.Acked.IsZero() || a.Count != 2 || a.ID != id {
		t.Errorf("back after it was cleared, it is %+v", a)
	}
	if _, err := n.Ack("none", n.now); engine.KindOf(err) != engine.NotFound {
		t.Errorf("an unknown alarm: %v", err)
	}
}

func TestShelve(t *testing.T) {
	n := newNight()
	n.pass(15*time.Second, gap)
	id := n.All()[0].ID
	events, err := n.Shelve(id, 10*time.Minute, " the line\nis being mended ", n.now)
	if err != nil || len(events) != 1 || events[0].Text != "Alarm shelved for 10m: 2 s are missing. Reason: the line is being mended." {
		t.Fatalf("%+v, %v", events, err)
	}
	n.told = nil
	n.pass(9*time.Minute+59*time.Second, gap)
	if n.active() != 0 || len(n.told) != 0 {
		t.Fatalf("a shelved alarm counts, or is told: %q", n.told)
	}
	n.pass(2*time.Second, gap)
	if a := n.All()[0]; n.active() != 1 || !a.ShelvedUntil.IsZero() || a.ShelvedWhy != "" || len(n.told) != 1 {
		t.Fatalf("after the time it is %+v, told %q", a, n.told)
	}
	for length, kind := range map[time.Duration]engine.Kind{-1: engine.BadInput, 25 * time.Hour: engine.BadInput} {
		if _, err := n.Shelve(id, length, "", n.now); engine.KindOf(err) != kind {
			t.Errorf("%v: %v", length, err)
		}
	}
	if _, err := n.Shelve(id, time.Hour, strings.Repeat("x", 201), n.now); engine.KindOf(err) != engine.BadInput {
		t.Error(err)
	}
	if _, err := n.Shelve("none", time.Hour, "", n.now); engine.KindOf(err) != engine.NotFound {
		t.Error(err)
	}
	if _, err := n.Shelve(id, time.Hour, "", n.now); err != nil || n.active() != 0 {
		t.Error(err)
	}
	if _, err := n.Shelve(id, 0, "", n.now); err != nil || n.active() != 1 {
		t.Error(err)
	}
}

func TestAShelvedAlarmThatGetsWorseComesBack(t *testing.T) {
	n := newNight()
	filling := Cause{Code: CodeDiskFilling, Severity: engine.Warning, Text: "One hour."}
	n.pass(15*time.Second, filling)
	id := n.All()[0].ID
	if _, err := n.Shelve(id, time.Hour, "", n.now); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Ack(id, n.now); err != nil {
		t.Fatal(err)
	}
	worse := filling
	worse.Severity, worse.Text = engine.Failure, "Ten minutes."
	n.pass(time.Second, worse)
	if a := n.All()[0]; a.ID != id || a.Severity != engine.Failure || !a.Acked.IsZero() || !a.Active(n.now) || a.Text != "Ten minutes." {
		t.Errorf("worse, it is %+v", a)
	}
	n.pass(10*time.Second, filling)
	if a := n.All()[0]; a.Severity != engine.Failure {
		t.Errorf("a moment later it is %+v", a)
	}
	n.pass(11*time.Second, filling)
	if a := n.All()[0]; a.Severity != engine.Warning || !a.Active(n.now) {
		t.Errorf("after a while it is %+v", a)
	}
}

// A shelf holds over the end of an alarm, for that is what it is for.
func TestAShelvedAlarmStaysAwayWhenItComesBack(t *testing.T) {
	n := newNight()
	n.pass(10*time.Second, lost)
	if _, err := n.Shelve(n.All()[0].ID, time.Hour, "known", n.now); err != nil {
		t.Fatal(err)
	}
	n.told = nil
	n.pass(20 * time.Minute)
	n.pass(20*time.Second, lost)
	if all := n.All(); len(all) != 1 || n.active() != 0 || all[0].Count != 1 || len(n.told) != 0 {
		t.Errorf("%+v, told %q", all, n.told)
	}
}

func TestWhatSomebodyEndedIsClearedAtOnce(t *testing.T) {
	n := newNight()
	n.pass(10*time.Second, lost)
	n.over = true
	n.pass(time.Second)
	if n.active() != 0 {
		t.Errorf("%+v", n.All())
	}
}

func TestTheWorstAndNewestComeFirst(t *testing.T) {
	n := newNight()
	other := lost
	other.Point = "arena"
	n.pass(11*time.Second, gap)
	n.pass(10*time.Second, lost, gap)
	n.pass(10*time.Second, lost, other, gap)
	var got []string
	for _, a := range n.All() {
		got = append(got, a.Code+" "+a.Point)
	}
	if want := []string{"source-lost arena", "source-lost oceans", "gap oceans"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	n := newNight()
	many := func(from, count int) []Cause {
		var out []Cause
		for i := range count {
			c := lost
			c.Stream = fmt.Sprint(from + i)
			out = append(out, c)
		}
		return out
	}
	n.pass(10*time.Second, many(0, 2000)...)
	if got := len(n.All()); got != maxOpen {
		t.Errorf("%d alarms at once", got)
	}
	n.over = true
	for i := range 4 {
		n.pass(time.Second)
		n.pass(10*time.Second, many(10_000*(i+1), 400)...)
	}
	if got := len(n.All()); got > maxAlarms {
		t.Errorf("%d alarms are kept", got)
	}
	n.now = n.now.Add(8 * 24 * time.Hour)
	n.pass(time.Second)
	n.now = n.now.Add(8 * 24 * time.Hour)
	n.pass(time.Second)
	if got := n.All(); len(got) != 0 {
		t.Errorf("%d alarms of last week", len(got))
	}
}

func TestARestartLosesNothing(t *testing.T) {
	n := newNight()
	other := lost
	other.Point = "arena"
	n.pass(10*time.Second, lost, other, gap)
	n.pass(50*time.Second, lost, gap)
	id := n.All()[0].ID
	if _, err := n.Ack(id, n.now); err != nil {
		t.Fatal(err)
	}
	before := n.All()
	if len(before) != 3 {
		t.Fatalf("%+v", before)
	}
	data, changes, err := n.Encode()
	if err != nil || changes != n.Changes() {
		t.Fatal(changes, err)
	}
	if n.Book, err = Decode(data); err != nil {
		t.Fatal(err)
	}
	for i, a := range n.All() {
		before[i].Last = a.Last // moves on without being written down
		if a != before[i] {
			t.Errorf("read back is\n%+v, was\n%+v", a, before[i])
		}
	}
	// The points are not there yet.
	n.over = true
	n.pass(20 * time.Second)
	n.over = false
	n.pass(10*time.Second, lost)
	if a := n.All()[0]; a.ID != id || a.Count != 0 || a.Acked.IsZero() || !a.Active(n.now) {
		t.Errorf("after the restart it is %+v", a)
	}
	n.pass(time.Second)
	if n.active() != 1 { // the other cause has gone meanwhile
		t.Errorf("%+v", n.All())
	}
	fresh := lost
	fresh.Stream = "new"
	n.pass(10*time.Second, fresh)
	ids := map[string]bool{}
	for _, a := range n.All() {
		if ids[a.ID] {
			t.Errorf("id %s came again", a.ID)
		}
		ids[a.ID] = true
	}
}

func FuzzDecode(f *testing.F) {
	n := newNight()
	n.pass(20*time.Second, lost, gap)
	data, _, err := n.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}"))
	f.Add([]byte(`{"format":1,"alarms":[{"id":"a","severity":"error"},{"id":"a","severity":"error"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Decode(data)
		if err != nil {
			return
		}
		b.Observe(day, []Cause{lost}, func(engine.Alarm) bool { return true })
		if again, _, err := b.Encode(); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}

func TestDamagedFilesAreRefused(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "{}", `{"format":2}`, `{"format":1,"alarms":[{}]}`, `{"format":1,"alarms":[{"id":"a"}]}`,
		`{"format":1,"alarms":[{"id":"a","severity":"error"},{"id":"a","severity":"error"}]}`} {
		if _, err := Decode([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
