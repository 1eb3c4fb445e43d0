package node

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/app/settings"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// fakeOrigin is a fake engine with a real listener.
type fakeOrigin struct {
	*enginetest.Fake
	listen string
	ran    chan struct{} // closed when Run begins
	fail   chan error    // makes Run end

	mu     sync.Mutex
	l      net.Listener
	closed bool
}

func (o *fakeOrigin) Listen(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return &engine.Error{Op: "listen", Text: "It is not possible.", Err: err}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.l = l
	o.SetAddresses(engine.Addresses{Media: "http://" + l.Addr().String()})
	return nil
}

func (o *fakeOrigin) Run(ctx context.Context) error {
	close(o.ran)
	var err error
	select {
	case <-ctx.Done():
	case err = <-o.fail:
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	return errors.Join(err, o.l.Close())
}

func (o *fakeOrigin) isClosed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed
}

// logs keeps what was logged and tells when something was.
type logs struct {
	mu    sync.Mutex
	lines []map[string]any
	more  chan struct{}
}

func (l *logs) Write(line []byte) (int, error) {
	var facts map[string]any
	if err := json.Unmarshal(line, &facts); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, facts)
	close(l.more)
	l.more = make(chan struct{})
	return len(line), nil
}

// await waits until message was logged and returns its attributes.
func (l *logs) await(t *testing.T, message string) map[string]any {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		l.mu.Lock()
		i := slices.IndexFunc(l.lines, func(m map[string]any) bool { return m["msg"] == message })
		more := l.more
		if i >= 0 {
			defer l.mu.Unlock()
			return l.lines[i]
		}
		l.mu.Unlock()
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("%q was never logged", message)
		}
	}
}

type fixture struct {
	node   *Node
	origin *fakeOrigin
	logs   *logs
	s      settings.Settings
}

func fresh(t *testing.T, change ...func(*settings.Settings)) *fixture {
	t.Helper()
	dir := t.TempDir()
	s := settings.Settings{Root: filepath.Join(dir, "deep", "www"), Listen: "127.0.0.1:0", Admin: "127.0.0.1:0",
		Config: filepath.Join(dir, "conf", "pubpoint.toml"), LogFormat: "json"}
	for _, c := range change {
		c(&s)
	}
	f := &fixture{s: s, logs: &logs{more: make(chan struct{})},
		origin: &fakeOrigin{Fake: enginetest.New(), listen: s.Listen, ran: make(chan struct{}), fail: make(chan error, 1)}}
	f.node = New(s, s.Logger(f.logs), Deps{Version: "1.2.3", NewOrigin: func(settings.Settings, *slog.Logger, string) (Origin, error) { return f.origin, nil }})
	return f
}

// run runs the node until stop is called, which gives what Run returned.
func (f *fixture) run(t *testing.T) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.node.Run(ctx) }()
	var once sync.Once
	var err error
	stop = func() error {
		cancel()
		once.Do(func() { err = <-done })
		return err
	}
	t.Cleanup(func() { _ = stop() }) // the test has looked at it already
	return stop
}

func get(t *testing.T, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestRun(t *testing.T) {
	f := fresh(t)
	f.origin.SetPoint(engine.PointStatus{Name: "oceans"})
	stop := f.run(t)
	line := f.logs.await(t, "listening")
	media, admin := line["media"].(string), line["admin"].(string)
	if f.origin.Addresses().Media != "http://"+media || strings.HasSuffix(admin, ":0") {
		t.Errorf("told are %s and %s", media, admin)
	}
	token, err := os.ReadFile(f.s.TokenFile())
	if err != nil {
		t.Fatal(err)
	}
	if code, body := get(t, "http://"+admin+"/api/v1/points", strings.TrimSpace(string(token))); code != 200 || !strings.Contains(body, "oceans") {
		t.Errorf("the admin API says %d %s", code, body)
	}
	if code, _ := get(t, "http://"+admin+"/api/v1/points", "x"); code != 401 {
		t.Errorf("without the token the admin API says %d", code)
	}
	if got := f.node.Desk().Addresses().Admin; got != "http://"+admin {
		t.Errorf("the desk says that the admin API is at %s", got)
	}
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if !f.origin.isClosed() {
		t.Error("the origin was left running")
	}
	for _, addr := range []string{media, admin} {
		if c, err := net.Dial("tcp", addr); err == nil {
			t.Errorf("%s is still open", addr)
			_ = c.Close() // it should not be there at all
		}
	}
}

func TestRunWithoutAdmin(t *testing.T) {
	f := fresh(t, func(s *settings.Settings) { s.Admin = settings.AdminOff })
	stop := f.run(t)
	if line := f.logs.await(t, "listening"); line["admin"] != "off" {
		t.Errorf("logged %v", line)
	}
	if got := f.node.Desk().Addresses().Admin; got != "" {
		t.Errorf("the admin API is at %q", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.s.TokenFile()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a token was made: %v", err)
	}
}

func TestRunRestoresAndDemonstrates(t *testing.T) {
	f := fresh(t, func(s *settings.Settings) { s.Demo = true })
	f.origin.SetPoint(engine.PointStatus{Name: "oceans"})
	spec := engine.EncoderSpec{ID: "one", Point: "oceans", Input: engine.EncoderInput{Kind: engine.InputTestPattern}, Video: engine.Ladder(1)}
	if err := settings.NewStore(f.s.Config).SaveEncoder(spec, engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	// The origin's encoders come up after its listener.
	f.origin.Fail("OrderEncoder", &engine.Error{Kind: engine.Unavailable, Text: "Not yet."})
	stop := f.run(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := f.origin.Await(ctx, "OrderEncoder"); err != nil {
		t.Fatal(err)
	}
	f.origin.Fail("OrderEncoder", nil)
	if _, err := f.origin.Await(ctx, "CreatePoint"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.origin.AwaitCalls(ctx, "OrderEncoder", 3); err != nil { // refused, restored, demonstration
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, e := range f.origin.Encoders() {
		if e.Order != engine.OrderRun {
			t.Errorf("%s is ordered to %s", e.Spec.ID, e.Order)
		}
	}
	if n := len(f.origin.Encoders()); n != 2 {
		t.Errorf("%d encoders, want one and demo", n)
	}
}

func TestRunEndsWhenAPartDoes(t *testing.T) {
	f := fresh(t)
	done := make(chan error, 1)
	go func() { done <- f.node.Run(t.Context()) }()
	f.logs.await(t, "listening")
	f.origin.fail <- errors.New("the disk has gone")
	if err := <-done; err == nil || !strings.Contains(err.Error(), "origin ended unexpectedly") || !strings.Contains(err.Error(), "the disk has gone") {
		t.Errorf("Run: %v", err)
	}
}

func TestStartFailuresSayWhatToDo(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := busy.Close(); err != nil {
			t.Error(err)
		}
	})
	taken := busy.Addr().String()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*settings.Settings)
		want   string
	}{
		{"media port taken", func(s *settings.Settings) { s.Listen = taken }, taken + " is taken by another program; stop it or choose another address with -listen"},
		{"admin port taken", func(s *settings.Settings) { s.Admin = taken }, taken + " is taken by another program; stop it or choose another address with -admin"},
		{"no such address", func(s *settings.Settings) { s.Admin, s.OpenAdmin = "192.0.2.1:0", true }, "192.0.2.1:0 is no address of this machine; choose another with -admin"},
		{"root below a file", func(s *settings.Settings) { s.Root = filepath.Join(file, "www") }, "choose another with -root"},
		{"token below a file", func(s *settings.Settings) { s.Config = filepath.Join(file, "pubpoint.toml") }, "-config"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fresh(t, c.change)
			err := f.node.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Run: %v, want %q in one line", err, c.want)
			}
			if f.origin.l != nil && !f.origin.isClosed() {
				t.Error("the media listener was left open")
			}
		})
	}
}

func TestOriginThatCannotBeMade(t *testing.T) {
	f := fresh(t)
	f.node.deps.NewOrigin = func(settings.Settings, *slog.Logger, string) (Origin, error) {
		return nil, &engine.Error{Kind: engine.Storage, Text: "The disk is gone; put it back."}
	}
	if err := f.node.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("Run: %v", err)
	}
}

func TestHosts(t *testing.T) {
	for address, want := range map[string]int{"127.0.0.1:1": 1, "localhost:1": 1, "[::1]:1": 1, "media1:1": 2, ":1": 2, "0.0.0.0:1": 2, "nonsense": 0} {
		if got := hosts(address); len(got) != want {
			t.Errorf("%s gives %q", address, got)
		}
	}
}

func TestReachable(t *testing.T) {
	for address, want := range map[string]string{"0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "192.0.2.1:80": "192.0.2.1:80"} {
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(a); got != want {
			t.Errorf("%s is reached at %s", address, got)
		}
	}
}

func TestPartThatDoesNotStop(t *testing.T) {
	never := make(chan struct{})
	ended := make(chan string, 1)
	p := start(t.Context(), "stubborn", time.Millisecond, ended, func(context.Context) error { <-never; return nil })
	if err := p.stop(); err == nil || !strings.Contains(err.Error(), "stubborn did not stop") {
		t.Errorf("stop: %v", err)
	}
	close(never)
	<-ended
}
