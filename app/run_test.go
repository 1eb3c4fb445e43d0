package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/app/control"
	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/remote"
	"pubpoint/app/settings"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
	"pubpoint/ui"
	settingspage "pubpoint/ui/page/settings"
)

// The desk is all that the window needs, and so is an engine elsewhere.
var (
	_ ui.Operator          = (*control.Desk)(nil)
	_ ui.Operator          = (*remote.Engine)(nil)
	_ ui.Remote            = (*remote.Engine)(nil)
	_ settingspage.Program = remote.Program{}
)

// The node is all that its settings page needs.
var _ settingspage.Program = (*node.Node)(nil)

// fakeOrigin is a fake engine with a real listener.
type fakeOrigin struct {
	*enginetest.Fake
	listen string
	l      net.Listener
	fail   chan error
	sealed bool
}

func (o *fakeOrigin) Listen(ctx context.Context) (err error) {
	if o.l, err = new(net.ListenConfig).Listen(ctx, "tcp", o.listen); err == nil {
		o.SetAddresses(engine.Addresses{Media: "http://" + o.l.Addr().String()})
	}
	return err
}

func (o *fakeOrigin) Run(ctx context.Context) error {
	var err error
	select {
	case <-ctx.Done():
		o.sealed = true
	case err = <-o.fail:
	}
	return errors.Join(err, o.l.Close())
}

// fakeDesktop shows windows that a test looks through.
type fakeDesktop struct {
	look   func(*control.Desk) // called while the window is shown
	wait   bool                // the window stays until somebody else closes it
	closed chan struct{}
	once   sync.Once
	opened string
	told   error // why the server has ended
	desk   *control.Desk
	remote *remote.Engine
}

func (d *fakeDesktop) Exit(int) {}

func (d *fakeDesktop) OpenURL(raw string) error { d.opened = raw; return nil }

func (d *fakeDesktop) Window(_ settings.Settings, n *node.Node, _ *slog.Logger) window {
	d.desk = n.Desk()
	return d
}

func (d *fakeDesktop) Remote(_ settings.Settings, e *remote.Engine, _ *slog.Logger) window {
	d.remote = e
	return d
}

func (d *fakeDesktop) Run() {
	if d.look != nil {
		d.look(d.desk)
	}
	if d.wait {
		<-d.closed
	}
}

func (d *fakeDesktop) Fail(err error) {
	d.told = err
	d.Close() // the operator does
}

func (d *fakeDesktop) Close() { d.once.Do(func() { close(d.closed) }) }

type fixture struct {
	origin  *fakeOrigin
	desktop *fakeDesktop
	args    []string
	stderr  strings.Builder
}

func fresh(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	return &fixture{
		origin:  &fakeOrigin{Fake: enginetest.New(), listen: "127.0.0.1:0", fail: make(chan error, 1)},
		desktop: &fakeDesktop{closed: make(chan struct{})},
		args:    []string{"-root", filepath.Join(dir, "www"), "-config", filepath.Join(dir, "pubpoint.toml"), "-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-log-level", "error"},
	}
}

func (f *fixture) run(ctx context.Context) int {
	env := func(name string) string { return map[string]string{"DISPLAY": "/tests:0"}[name] }
	deps := node.Deps{NewOrigin: func(settings.Settings, *slog.Logger, string) (node.Origin, error) { return f.origin, nil }}
	return run(ctx, f.args, env, io.Discard, &f.stderr, "linux", func() desktop { return f.desktop }, deps)
}

func TestClosingTheWindowStopsTheServer(t *testing.T) {
	f := fresh(t)
	f.origin.SetPoint(engine.PointStatus{Name: "oceans"})
	f.desktop.look = func(d *control.Desk) {
		if len(d.Points()) != 1 {
			t.Errorf("the window sees %+v", d.Points())
		}
		if err := d.OpenPreview(t.Context(), "oceans"); err != nil || !strings.HasSuffix(f.desktop.opened, "/oceans.isml/") {
			t.Errorf("opened %q, %v", f.desktop.opened, err)
		}
		resp, err := http.Get(d.Addresses().Admin + "/healthz")
		if err != nil {
			t.Errorf("the admin API does not answer: %v", err)
			return
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	if code := f.run(t.Context()); code != program.ExitOK || f.stderr.Len() > 0 || !f.origin.sealed {
		t.Errorf("exit code %d, sealed %v, stderr %s", code, f.origin.sealed, &f.stderr)
	}
}

func TestSignalClosesTheWindow(t *testing.T) {
	f := fresh(t)
	f.desktop.wait = true
	ctx, signal := context.WithCancel(t.Context())
	f.desktop.look = func(*control.Desk) { signal() }
	if code := f.run(ctx); code != program.ExitOK || f.stderr.Len() > 0 || !f.origin.sealed {
		t.Errorf("exit code %d, sealed %v, stderr %s", code, f.origin.sealed, &f.stderr)
	}
}

// A window that hangs keeps neither the server from being sealed nor the program from ending.
func TestSignalEndsAWindowThatHangs(t *testing.T) {
	f := fresh(t)
	s, err := settings.Parse(name, f.args, func(string) string { return "" }, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	deps := node.Deps{NewOrigin: func(settings.Settings, *slog.Logger, string) (node.Origin, error) { return f.origin, nil }}
	n := node.New(s, slog.New(slog.DiscardHandler), deps)
	if err := n.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, signal := context.WithCancel(t.Context())
	signal()
	w := &stubborn{let: make(chan struct{})}
	sealed := false
	err = show(ctx, n, w, time.Millisecond, func(error) {
		sealed = f.origin.sealed
		close(w.let) // the program would end here
	})
	if err != nil || !w.asked || !sealed {
		t.Errorf("asked to close %v, sealed before the end %v, %v", w.asked, sealed, err)
	}
}

// stubborn is a window that does not close when it is asked to.
type stubborn struct {
	let   chan struct{}
	asked bool
}

func (w *stubborn) Run()       { <-w.let }
func (w *stubborn) Close()     { w.asked = true }
func (w *stubborn) Fail(error) {}

func TestFailingServerTellsTheWindow(t *testing.T) {
	f := fresh(t)
	f.desktop.wait = true
	f.desktop.look = func(*control.Desk) { f.origin.fail <- errors.New("the disk has gone") }
	code := f.run(t.Context())
	if code != program.ExitFailed || !strings.Contains(f.stderr.String(), "the disk has gone") || f.desktop.told == nil || !strings.Contains(f.desktop.told.Error(), "the disk has gone") {
		t.Errorf("exit code %d, the window was told %v, stderr %s", code, f.desktop.told, &f.stderr)
	}
}

func TestNoWindowWithoutAServer(t *testing.T) {
	f := fresh(t)
	f.origin.listen = "192.0.2.1:0"
	f.desktop.look = func(*control.Desk) { t.Error("the window was shown") }
	if code := f.run(t.Context()); code != program.ExitFailed || !strings.Contains(f.stderr.String(), "-listen") {
		t.Errorf("exit code %d, stderr %s", code, &f.stderr)
	}
}

func TestWithoutADisplay(t *testing.T) {
	for _, c := range []struct {
		goos    string
		env     map[string]string
		desktop func() desktop
	}{
		{"linux", nil, func() desktop { t.Error("a desktop was made"); return nil }},
		{"linux", map[string]string{"DISPLAY": ":0"}, nil}, // a build without windows
	} {
		f := fresh(t)
		env := func(name string) string { return c.env[name] }
		code := run(t.Context(), f.args, env, io.Discard, &f.stderr, c.goos, c.desktop, node.Deps{})
		if line := f.stderr.String(); code != program.ExitFailed || !strings.Contains(line, "pubpointd") || strings.Count(line, "\n") != 1 {
			t.Errorf("exit code %d, stderr %q", code, line)
		}
	}
	for goos, want := range map[string]bool{"linux": false, "freebsd": false, "windows": true, "darwin": true} {
		if got := displayed(goos, func(string) string { return "" }); got != want {
			t.Errorf("%s without variables has a display: %v", goos, got)
		}
	}
	if !displayed("linux", func(name string) string { return map[string]string{"WAYLAND_DISPLAY": "wayland-0"}[name] }) {
		t.Error("Wayland is no display")
	}
}

func TestVersionNeedsNoDisplay(t *testing.T) {
	var out strings.Builder
	if code := run(t.Context(), []string{"-version"}, func(string) string { return "" }, &out, io.Discard, "linux", nil, node.Deps{}); code != program.ExitOK || out.String() != "pubpoint "+program.Version+"\n" {
		t.Errorf("exit code %d, %q", code, out.String())
	}
}

// With an engine elsewhere none is started here, and what would start one is refused.
func TestConnectStartsNoEngine(t *testing.T) {
	f := fresh(t)
	dir := t.TempDir()
	f.args = []string{"-config", filepath.Join(dir, "pubpoint.toml"), "-connect", "http://127.0.0.1:1", "-log-level", "error"}
	if code := f.run(t.Context()); code != program.ExitOK || f.desktop.remote == nil || f.desktop.desk != nil || f.origin.l != nil {
		t.Errorf("exit code %d, engine elsewhere %v, engine here %v: %s", code, f.desktop.remote, f.desktop.desk, &f.stderr)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v (%v)", left, err)
	}
	f = fresh(t)
	f.args = append(f.args, "-connect", "http://127.0.0.1:1")
	if code := f.run(t.Context()); code != program.ExitUsage || strings.Count(f.stderr.String(), "\n") != 1 || !strings.Contains(f.stderr.String(), "contradict") {
		t.Errorf("exit code %d: %s", code, &f.stderr)
	}
	f = fresh(t)
	f.args = []string{"-config", filepath.Join(dir, "pubpoint.toml"), "-connect", "https://127.0.0.1:1", "-ca-file", filepath.Join(dir, "none")}
	if code := f.run(t.Context()); code != program.ExitFailed || !strings.Contains(f.stderr.String(), "certificates") {
		t.Errorf("exit code %d: %s", code, &f.stderr)
	}
}
