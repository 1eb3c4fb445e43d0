package systemd

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func env(m map[string]string) func(string) string { return func(key string) string { return m[key] } }

// listen is a service manager; it returns the address of its socket and what reads the next message.
func listen(t *testing.T) (socket string, next func() string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "notify") // short: addresses of sockets have little room
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	socket = filepath.Join(dir, "s")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return socket, func() string {
		t.Helper()
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		n, err := c.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		return string(buffer[:n])
	}
}

func TestTellsTheManager(t *testing.T) {
	socket, next := listen(t)
	m, err := New(env(map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": strconv.Itoa(os.Getpid())}))
	if err != nil || m.Watchdog() != 30*time.Second {
		t.Fatalf("watchdog %v, %v", m.Watchdog(), err)
	}
	for _, step := range []struct {
		tell func() error
		want string
	}{
		{func() error { return m.Ready("a\nREADY=0") }, "READY=1\nSTATUS=a READY=0"},
		{m.Alive, "WATCHDOG=1"},
		{func() error { return m.Stopping("sealing") }, "STOPPING=1\nSTATUS=sealing"},
	} {
		if err := step.tell(); err != nil {
			t.Fatal(err)
		}
		if got := next(); got != step.want {
			t.Errorf("the manager was told %q, want %q", got, step.want)
		}
	}
}

func TestNobodyToTell(t *testing.T) {
	m, err := New(env(nil))
	if err != nil || m.Watchdog() != 0 || m.Ready("x") != nil || m.Alive() != nil || m.Stopping("x") != nil {
		t.Errorf("without a manager something fails: %v", err)
	}
	var none *Manager
	if none.Alive() != nil || none.Watchdog() != 0 {
		t.Error("no manager at all fails")
	}
}

func TestEnvironment(t *testing.T) {
	for _, c := range []struct {
		name     string
		env      map[string]string
		watchdog time.Duration
		fails    bool
	}{
		{"relative", map[string]string{"NOTIFY_SOCKET": "s"}, 0, true},
		{"abstract", map[string]string{"NOTIFY_SOCKET": "@s", "WATCHDOG_USEC": "5"}, 5 * time.Microsecond, false},
		{"of another process", map[string]string{"NOTIFY_SOCKET": "/s", "WATCHDOG_USEC": "5", "WATCHDOG_PID": "1"}, 0, false},
		{"no number", map[string]string{"NOTIFY_SOCKET": "/s", "WATCHDOG_USEC": "soon"}, 0, true},
		{"too large", map[string]string{"NOTIFY_SOCKET": "/s", "WATCHDOG_USEC": "9223372036854775807"}, 0, true},
	} {
		m, err := New(env(c.env))
		if (err != nil) != c.fails || m.Watchdog() != c.watchdog {
			t.Errorf("%s: %v, %v", c.name, m.Watchdog(), err)
		}
	}
	m, err := New(env(map[string]string{"NOTIFY_SOCKET": filepath.Join(t.TempDir(), "gone")}))
	if err != nil || m.Alive() == nil {
		t.Error("a manager that has gone is told without an error")
	}
}
