package point

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui/page"
)

type reviewOp struct {
	*enginetest.Fake
	stopped []string
}

func (o *reviewOp) StartPoint(context.Context, string) error { return nil }
func (o *reviewOp) StopPoint(_ context.Context, name string) error {
	o.stopped = append(o.stopped, name)
	return nil
}
func (o *reviewOp) ShutDownPoint(context.Context, string) error { return nil }
func (o *reviewOp) AddEncoder(ctx context.Context, s engine.EncoderSpec, _ bool) (string, error) {
	return o.Fake.AddEncoder(ctx, s)
}
func (o *reviewOp) StartEncoder(context.Context, string) error { return nil }
func (o *reviewOp) StopEncoder(context.Context, string) error  { return nil }

func reviewPage(t *testing.T) (*Page, *reviewOp, *[]func()) {
	test.NewTempApp(t)
	op := &reviewOp{Fake: enginetest.New()}
	waits := &[]func(){}
	host := page.Host{
		Do: func(work func(context.Context) error, done func(error)) {
			err := work(context.Background())
			if done != nil {
				done(err)
			}
		},
		Report: func(error) {}, Wake: func() {}, ShowWall: func() {}, Preview: func(string) {}, Copy: func(string) {}, Open: func(string) {},
		Later: func(_ time.Duration, f func()) func() { *waits = append(*waits, f); return func() {} },
	}
	return New(host, op), op, waits
}

// The question that was asked of one point must not be answered for another.
func TestConfirmDoesNotCrossPoints(t *testing.T) {
	w, op, waits := reviewPage(t)
	snap := page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "a", State: engine.StateStarted}, {Name: "b", State: engine.StateStarted}}}
	w.Show("a")
	w.Prepare(t.Context(), snap)()
	test.Tap(w.head.stop)
	(*waits)[0]() // the pause after the question is over
	w.Show("b")
	w.Prepare(t.Context(), snap)()
	test.Tap(w.head.stop)
	if len(op.stopped) > 0 {
		t.Errorf("asked of a, one click stopped %v", op.stopped)
	}
}

// The choice of a log must outlive an update that was computed before it.
func TestChosenLogSurvivesStaleUpdate(t *testing.T) {
	w, op, _ := reviewPage(t)
	var all []engine.EncoderStatus
	op.SetPoint(engine.PointStatus{Name: "a", State: engine.StateStarted})
	for _, id := range []string{"e1", "e2"} {
		e := engine.EncoderStatus{Spec: engine.EncoderSpec{ID: id, Point: "a"}}
		op.SetEncoder(e)
		op.Print(id, "line of "+id)
		all = append(all, e)
	}
	snap := page.Snapshot{Now: noon(), Points: []engine.PointStatus{{Name: "a", State: engine.StateStarted}}, Encoders: all}
	w.Show("a")
	w.Prepare(t.Context(), snap)()
	stale := w.Prepare(t.Context(), snap)
	w.chooseLog("e2")
	stale()
	w.Prepare(t.Context(), snap)()
	if w.logID != "e2" {
		t.Errorf("e2 was chosen, the log is of %s", w.logID)
	}
}
