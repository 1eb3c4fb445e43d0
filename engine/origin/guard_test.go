package origin

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/alarm"
	"pubpoint/engine/internal/finding"
)

// watched is a running origin that keeps its state and whose alarms have a clock that can be moved.
type watched struct {
	*Origin
	t      *testing.T
	ahead  atomic.Int64
	logged *bytes.Buffer
	stop   func()
}

func watch(t *testing.T, dir string) *watched {
	t.Helper()
	w := &watched{t: t, logged: &bytes.Buffer{}}
	var err error
	w.Origin, err = New(Config{Root: filepath.Join(dir, "www"), Listen: "127.0.0.1:0", StateDir: filepath.Join(dir, "state"),
		Scan: 20 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(w.logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.guard.every = 5 * time.Millisecond
	w.guard.now = func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
	if err := w.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- w.Run(ctx) }()
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	t.Cleanup(w.stop)
	return w
}

// pass moves the clock of the alarms on, and returns when the engine was looked at since.
func (w *watched) pass(length time.Duration) {
	w.ahead.Add(int64(length))
	w.guard.look()
}

func (w *watched) await(what string, done func() bool) {
	w.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("%s never came; alarms %+v, events %+v", what, w.Alarms(), w.RecentEvents(20))
		}
	}
}

func (w *watched) encoder() *sender.Encoder {
	w.t.Helper()
	capture, err := sender.Load(filepath.Join("..", "internal", "fmp4", "testdata", "av-isml.ismv"))
	if err != nil {
		w.t.Fatal(err)
	}
	e, err := sender.New(capture, sender.Options{Point: w.Addresses().Media + "/oceans.isml", Stream: "oceans-200k-64k", Loop: 20})
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// texts are those of the events from one on.
func (w *watched) texts() []string {
	var out []string
	for _, e := range w.RecentEvents(1000) {
		out = append(out, e.Text)
	}
	return out
}

// An encoder dies, somebody sees the alarm, the encoder comes back, and after a restart all of it
// can still be read.
func TestALostEncoderFromAlarmToHistory(t *testing.T) {
	dir := t.TempDir()
	w := watch(t, dir)
	if err := w.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	e := w.encoder()
	send := func() {
		t.Helper()
		if err := e.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 6 {
			if _, err := e.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	send()
	w.await("air", func() bool { st, err := w.Point("oceans"); return err == nil && st.State == engine.StateStarted })
	w.pass(time.Minute)
	if all := w.Alarms(); len(all) != 0 {
		t.Fatalf("all is well, and there is %+v", all)
	}
	if err := e.Break(); err != nil {
		t.Fatal(err)
	}
	w.await("the loss", func() bool { st, err := w.Point("oceans"); return err == nil && st.SourceLost })
	w.pass(0)
	w.pass(6 * time.Second)
	a := w.Alarms()[0]
	if a.Code != "source-lost" || a.Point != "oceans" || a.Severity != engine.Failure || !a.Active(w.guard.now()) || a.Action == "" {
		t.Fatalf("the alarm is %+v", a)
	}
	if err := w.AckAlarm(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	send()
	w.await("the encoder", func() bool { st, err := w.Point("oceans"); return err == nil && !st.SourceLost })
	w.pass(0)
	w.pass(21 * time.Second)
	all := w.Alarms()
	i := slices.IndexFunc(all, func(x engine.Alarm) bool { return x.ID == a.ID })
	if i < 0 || all[i].Cleared.IsZero() || all[i].Acked.IsZero() {
		t.Fatalf("with the encoder back there is %+v", all)
	}
	want := []string{"Alarm: " + a.Text, "Alarm acknowledged: " + a.Text, "Alarm over: " + a.Text}
	if got := slices.DeleteFunc(w.texts(), func(s string) bool { return !slices.Contains(want, s) }); !slices.Equal(got, want) {
		t.Errorf("told were %q", got)
	}
	if err := w.AddNote(t.Context(), "oceans", "Goal!"); err != nil {
		t.Fatal(err)
	}
	before := w.RecentEvents(1000)
	w.stop()

	w = watch(t, dir)
	all = w.Alarms()
	if i = slices.IndexFunc(all, func(x engine.Alarm) bool { return x.ID == a.ID }); i < 0 || all[i].Acked.IsZero() || all[i].Cleared.IsZero() || all[i].Text != a.Text {
		t.Errorf("after a restart there is %+v", all)
	}
	after := w.RecentEvents(1000)
	if len(after) < len(before) || after[0].Text != before[0].Text || !after[0].At.Equal(before[0].At) {
		t.Errorf("the log has %d events after a restart, %d before", len(after), len(before))
	}
	for i := 1; i < len(after); i++ {
		if after[i].Seq <= after[i-1].Seq {
			t.Errorf("%d comes after %d", after[i].Seq, after[i-1].Seq)
		}
	}
	notes := slices.DeleteFunc(w.journal.notes("oceans", time.Time{}, time.Time{}), func(n engine.TimelineNote) bool { return n.Kind != engine.NoteOperator })
	if len(notes) != 1 || notes[0].Text != "Goal!" {
		t.Errorf("the notes are %+v", notes)
	}
}

// A point that its operator stops has no alarms.
func TestAStoppedPointHasNoAlarms(t *testing.T) {
	w := watch(t, t.TempDir())
	if err := w.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	e := w.encoder()
	if err := e.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		if _, err := e.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.await("air", func() bool { st, err := w.Point("oceans"); return err == nil && st.State == engine.StateStarted })
	if err := e.Break(); err != nil {
		t.Fatal(err)
	}
	w.await("the alarm", func() bool {
		w.pass(time.Second)
		return len(w.Alarms()) > 0
	})
	if err := w.SetPointState(t.Context(), "oceans", engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	w.pass(0)
	if a := w.Alarms()[0]; a.Cleared.IsZero() {
		t.Errorf("the point has stopped, and there is %+v", a)
	}
}

// A damaged file costs the history and a warning, never the start.
func TestDamagedStateIsNoReasonNotToStart(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "state")
	if err := os.MkdirAll(kept, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alarms.json", "events.jsonl", "events.1.jsonl"} {
		if err := os.WriteFile(filepath.Join(kept, name), []byte("{\x00"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, dir)
	if got := w.texts(); len(got) == 0 || !strings.Contains(got[0], "alarms of before cannot be read back") {
		t.Errorf("told was %q", got)
	}
	second, err := New(Config{Root: filepath.Join(dir, "other"), Listen: "127.0.0.1:0", StateDir: kept})
	if err != nil {
		t.Fatal(err)
	}
	if got := second.RecentEvents(10); len(got) != 1 || !strings.Contains(got[0].Text, "not kept over a restart") {
		t.Errorf("a second program on the same directory says %+v", got)
	}
	if second.state != nil {
		t.Error("a second program writes there, too")
	}
	w.stop()
	w = watch(t, dir)
	if got := w.texts(); len(got) == 0 || !strings.Contains(got[0], "alarms of before") {
		t.Errorf("later the log has %q", got)
	}
}

func TestNotesHaveBounds(t *testing.T) {
	w := watch(t, t.TempDir())
	if err := w.AddNote(t.Context(), "none", "x"); engine.KindOf(err) != engine.NotFound {
		t.Error(err)
	}
	if err := w.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := w.AddNote(t.Context(), "oceans", strings.Repeat("ü", 201)); engine.KindOf(err) != engine.BadInput {
		t.Error(err)
	}
	for range 2*keptNotes + keptEvents {
		if err := w.AddNote(t.Context(), "oceans", " a\n\xffb "); err != nil {
			t.Fatal(err)
		}
	}
	notes := w.journal.notes("oceans", time.Time{}, time.Time{})
	if n := len(notes); n < keptNotes || n > 2*keptNotes || notes[n-1].Text != "a b" || notes[n-1].Kind != engine.NoteOperator {
		t.Errorf("%d notes, the last %+v", n, notes[n-1])
	}
	if got := w.journal.notes("oceans", time.Now().Add(time.Hour), time.Time{}); len(got) != 0 {
		t.Errorf("%d notes of the future", len(got))
	}
	if got := w.journal.notes("arena", time.Time{}, time.Time{}); len(got) != 0 {
		t.Errorf("%d notes of another point", len(got))
	}
}

// What an operator noted stays on the timeline however much else is told after it.
func TestTimelineHasNotesOfLongAgo(t *testing.T) {
	w := watch(t, t.TempDir())
	if err := w.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := w.AddNote(t.Context(), "oceans", "Goal!"); err != nil {
		t.Fatal(err)
	}
	for range 2*keptEvents + 1 {
		w.journal.add(engine.Event{Severity: engine.Info, Point: "arena", Text: "something else"})
	}
	m, err := w.Fragments(engine.FragmentQuery{Point: "oceans"})
	if err != nil || len(m.Notes) != 1 || m.Notes[0].Text != "Goal!" {
		t.Errorf("the timeline has the notes %+v, %v", m.Notes, err)
	}
}

// That an encoder was started again is told, and needs nobody: what it sends has its place already.
func TestAClockThatBeganAgainIsNoAlarm(t *testing.T) {
	var b finding.Book
	now := time.Now()
	b.Raise(finding.Restarted("oceans-400k", time.Minute), now)
	told := 0
	for range 15 * 60 {
		p := engine.PointStatus{Name: "oceans", State: engine.StateStarted, Findings: b.Page(true).Findings(now)}
		told += len(p.Findings)
		in := alarm.Input{Now: now, Points: []engine.PointStatus{p}}
		if causes := in.Causes(); len(causes) != 0 {
			t.Fatalf("it is a cause of an alarm: %+v", causes)
		}
		now = now.Add(time.Second)
	}
	if told == 0 {
		t.Error("it is not told")
	}
}
