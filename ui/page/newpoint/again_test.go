package newpoint

import (
	"context"
	"errors"
	"testing"

	"fyne.io/fyne/v2/test"

	"pubpoint/engine"
	"pubpoint/ui/page"
)

type operatorOf struct {
	fail  error
	added int
}

func (o *operatorOf) Links(string) []engine.Link                                    { return nil }
func (o *operatorOf) EncoderCommand(engine.EncoderSpec) (string, error)             { return "x", nil }
func (o *operatorOf) CreatePoint(context.Context, string, engine.PointConfig) error { return nil }
func (o *operatorOf) StartPoint(context.Context, string) error                      { return nil }
func (o *operatorOf) System() engine.SystemStatus                                   { return engine.SystemStatus{} }
func (o *operatorOf) ProbeInput(context.Context, engine.EncoderInput) (engine.InputProbe, error) {
	return engine.InputProbe{}, nil
}
func (o *operatorOf) CaptureDevices(context.Context) ([]engine.CaptureDevice, error) { return nil, nil }
func (o *operatorOf) AddEncoder(context.Context, engine.EncoderSpec, bool) (string, error) {
	o.added++
	return "kept", o.fail // as Desk.AddEncoder: recorded, not started
}

// Trying again must not make a second encoder of the same stream.
func TestTryAgainKeepsOneEncoder(t *testing.T) {
	test.NewTempApp(t)
	op := &operatorOf{fail: errors.New("no ffmpeg")}
	host := page.Host{Do: func(work func(context.Context) error, done func(error)) { err := work(context.Background()); done(err) },
		ShowPoint: func(string) {}, Copy: func(string) {}, Report: func(error) {}}
	d := New(host, op, Config{Close: func() {}})
	d.form.name = "oceans"
	d.submit(true)
	op.fail = nil
	d.submit(true)
	if op.added != 1 {
		t.Errorf("%d encoders were made", op.added)
	}
}

// A refusal stands until the form is changed, and not beside what is right by then.
func TestARefusalGoesWithItsCause(t *testing.T) {
	test.NewTempApp(t)
	host := page.Host{Do: func(work func(context.Context) error, done func(error)) { err := work(context.Background()); done(err) },
		ShowPoint: func(string) {}, Copy: func(string) {}, Report: func(error) {}}
	d := New(host, &operatorOf{}, Config{Close: func() {}})
	d.name.SetText("bad name!")
	d.submit(true)
	if !d.notice.Visible() {
		t.Fatal("a bad name is not refused")
	}
	d.name.SetText("oceans")
	if d.notice.Visible() {
		t.Errorf("%q is refused still", d.form.name)
	}
}

// A dialog that was closed while it worked must not close what was opened since.
func TestClosedDialogStaysClosed(t *testing.T) {
	test.NewTempApp(t)
	var finish []func()
	closed := 0
	hold := false
	host := page.Host{Do: func(work func(context.Context) error, done func(error)) {
		err := work(context.Background())
		if hold {
			finish = append(finish, func() { done(err) })
			return
		}
		done(err)
	}, ShowPoint: func(string) {}, Copy: func(string) {}, Report: func(error) {}}
	d := New(host, &operatorOf{}, Config{Close: func() { closed++ }})
	m := d.Modal()
	d.form.name = "oceans"
	hold = true
	d.submit(true)
	if m.Closed != nil { // Esc takes it away
		m.Closed()
	}
	finish[0]()
	if closed != 0 {
		t.Error("the dialog that is gone closed another one")
	}
}
