package node

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/app/settings"
	"pubpoint/app/systemd"
	"pubpoint/engine"
)

// until asks until the answer has a status, and returns the answer.
func until(t *testing.T, url string, status int) string {
	t.Helper()
	deadline := time.After(30 * time.Second)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		code, body := get(t, url, "")
		if code == status {
			return body
		}
		select {
		case <-deadline:
			t.Fatalf("%s says %d %s, never %d", url, code, body, status)
		case <-look.C:
		}
	}
}

func TestHealthFollowsTheOrigin(t *testing.T) {
	f := fresh(t)
	f.node.lookEvery, f.node.rootEvery = time.Millisecond, time.Millisecond
	f.run(t)
	base := "http://" + f.logs.await(t, "listening")["admin"].(string)
	until(t, base+"/readyz", 200)
	f.origin.Fail("Alive", &engine.Error{Text: "The point oceans does not answer."})
	for _, path := range []string{"/healthz", "/readyz"} {
		if body := until(t, base+path, 503); !strings.Contains(body, "oceans does not answer") {
			t.Errorf("%s says %s", path, body)
		}
	}
	f.origin.Fail("Alive", nil)
	until(t, base+"/readyz", 200)
	if err := os.RemoveAll(f.s.Root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.s.Root, nil, 0o600); err != nil { // nobody can write a directory there
		t.Fatal(err)
	}
	var told struct{ Reasons []string }
	if err := json.Unmarshal([]byte(until(t, base+"/readyz", 503)), &told); err != nil || len(told.Reasons) != 1 || !strings.Contains(told.Reasons[0], "-root") {
		t.Errorf("readiness says %v, %v", told, err)
	}
	until(t, base+"/healthz", 200)
}

func TestAnOldLookIsTrouble(t *testing.T) {
	c := &check{name: "origin", every: time.Second}
	now := time.Now()
	if why := c.trouble(now); why != "" {
		t.Errorf("before the first look: %s", why)
	}
	c.latest.Store(&verdict{at: now.Add(-lookTooOld)})
	if why := c.trouble(now); why != "" {
		t.Errorf("in time: %s", why)
	}
	c.latest.Store(&verdict{at: now.Add(-lookTooOld - 2*time.Second)})
	if why := c.trouble(now); !strings.Contains(why, "origin has not answered for 47s") {
		t.Errorf("too late: %q", why)
	}
}

// stubborn is an origin that goes on until it is let go.
type stubborn struct {
	*fakeOrigin
	stops chan struct{} // closed when it has been asked to stop
	let   chan struct{}
}

func (o *stubborn) Run(ctx context.Context) error {
	<-ctx.Done()
	close(o.stops)
	<-o.let
	return o.fakeOrigin.Run(ctx)
}

func TestUnreadyBeforeTheListenersClose(t *testing.T) {
	f := fresh(t)
	o := &stubborn{fakeOrigin: f.origin, stops: make(chan struct{}), let: make(chan struct{})}
	f.node.deps.NewOrigin = func(settings.Settings, *slog.Logger, string) (Origin, error) { return o, nil }
	stop := f.run(t)
	line := f.logs.await(t, "listening")
	base := "http://" + line["admin"].(string)
	until(t, base+"/readyz", 200)
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	<-o.stops
	if code, body := get(t, base+"/readyz", ""); code != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("readiness says %d %s while the program stops", code, body)
	}
	if code, _ := get(t, base+"/healthz", ""); code != 200 {
		t.Errorf("health says %d while the program stops", code)
	}
	if code, _ := get(t, base+"/api/v1/points", readToken(t, f)); code != 503 {
		t.Errorf("orders are answered with %d while the program stops", code)
	}
	c, err := net.Dial("tcp", line["media"].(string))
	if err != nil {
		t.Errorf("the media listener has closed before: %v", err)
	} else if err := c.Close(); err != nil {
		t.Error(err)
	}
	close(o.let)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func readToken(t *testing.T, f *fixture) string {
	t.Helper()
	token, err := os.ReadFile(f.s.TokenFile())
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(token))
}

func TestTheServiceManagerIsTold(t *testing.T) {
	dir, err := os.MkdirTemp("", "node") // short: addresses of sockets have little room
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	await := func(want string) {
		t.Helper()
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		for {
			n, err := c.Read(buffer)
			if err != nil {
				t.Fatalf("%s is never told: %v", want, err)
			}
			if strings.HasPrefix(string(buffer[:n]), want) {
				return
			}
		}
	}
	f := fresh(t)
	f.node.deps.Manager, err = systemd.New(func(key string) string {
		return map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "60000"}[key]
	})
	if err != nil {
		t.Fatal(err)
	}
	stop := f.run(t)
	await("READY=1\nSTATUS=Serving at 127.0.0.1:")
	await("WATCHDOG=1")
	await("WATCHDOG=1")
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	await("STOPPING=1")
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
