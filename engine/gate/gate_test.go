package gate_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/gate"
)

// from is a request of an address.
func from(address string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = net.JoinHostPort(address, "4711")
	return r
}

func wantRefusal(t *testing.T, r *gate.Refusal, status int, key string) {
	t.Helper()
	switch {
	case r == nil:
		t.Errorf("let in, want %d by %s", status, key)
	case r.Status != status || r.Key != key || r.RetryAfter < time.Second || !strings.Contains(r.Text, key) || !strings.Contains(r.Text, "[limits]"):
		t.Errorf("refused by %+v, want %d by %s", r, status, key)
	}
}

func TestRequestsInAllAndByAddress(t *testing.T) {
	var told []string
	g := gate.New(gate.Config{Limits: engine.Limits{Requests: 4, RequestsPerAddress: 2, Shields: []string{"198.51.100.0/24"}},
		Tell: func(text string) { told = append(told, text) }})
	var leave []func()
	enter := func(address string) *gate.Refusal {
		release, refusal := g.Request(from(address))
		if refusal == nil {
			leave = append(leave, release)
		}
		return refusal
	}
	for _, a := range []string{"192.0.2.1", "192.0.2.1"} {
		if r := enter(a); r != nil {
			t.Fatal(r)
		}
	}
	wantRefusal(t, enter("192.0.2.1"), 429, "requests-per-address")
	wantRefusal(t, enter("::ffff:192.0.2.1"), 429, "requests-per-address")
	for range 2 {
		if r := enter("198.51.100.9"); r != nil {
			t.Fatalf("a shield: %v", r)
		}
	}
	wantRefusal(t, enter("192.0.2.2"), 503, "requests")
	leave[0]()
	leave[0]() // once is enough
	if r := enter("192.0.2.1"); r != nil {
		t.Fatal(r)
	}
	wantRefusal(t, enter("192.0.2.3"), 503, "requests")
	if len(told) != 2 {
		t.Errorf("told %q, want one sentence for each of two limits", told)
	}
	for _, s := range g.Status() {
		if s.Key == "requests" && (s.Used != 4 || s.Limit != 4 || s.Refused != 2 || s.Last.IsZero()) {
			t.Errorf("%+v", s)
		}
	}
	for _, l := range leave {
		l()
	}
	for _, s := range g.Status() {
		if s.Used != 0 {
			t.Errorf("left over: %+v", s)
		}
	}
}

// TestNeighboursInOneNetwork: a customer has a /64, so its addresses are one.
func TestNeighboursInOneNetwork(t *testing.T) {
	g := gate.New(gate.Config{Limits: engine.Limits{RequestsPerAddress: 1}})
	if _, r := g.Request(from("2001:db8::1")); r != nil {
		t.Fatal(r)
	}
	_, r := g.Request(from("2001:db8::2"))
	wantRefusal(t, r, 429, "requests-per-address")
	if _, r := g.Request(from("2001:db8:0:1::1")); r != nil {
		t.Error(r)
	}
}

// TestNobodyIsPacedByDefault: a cache that asks as fast as it can is never sent away.
func TestNobodyIsPacedByDefault(t *testing.T) {
	g := gate.New(gate.Config{})
	for range 5_000 {
		release, r := g.Request(from("192.0.2.1"))
		if r != nil {
			t.Fatal(r)
		}
		release()
	}
}

func TestPace(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	g := gate.New(gate.Config{Limits: engine.Limits{RequestRate: 10, Shields: []string{"192.0.2.200"}}, Now: func() time.Time { return now }})
	ask := func(address string) *gate.Refusal {
		release, r := g.Request(from(address))
		if r == nil {
			release()
		}
		return r
	}
	for i := range 40 {
		if r := ask("192.0.2.1"); r != nil {
			t.Fatalf("request %d: %v", i, r)
		}
	}
	wantRefusal(t, ask("192.0.2.1"), 429, "requests-per-second")
	if r := ask("192.0.2.2"); r != nil {
		t.Error(r)
	}
	for range 1000 {
		if r := ask("192.0.2.200"); r != nil {
			t.Fatalf("a shield: %v", r)
		}
	}
	now = now.Add(100 * time.Millisecond)
	if r := ask("192.0.2.1"); r != nil {
		t.Error(r)
	}
	wantRefusal(t, ask("192.0.2.1"), 429, "requests-per-second")
	// More addresses than are remembered cost nobody anything.
	for i := range 51_000 {
		if r := ask(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)); r != nil {
			t.Fatal(r)
		}
	}
}

func TestSessions(t *testing.T) {
	g := gate.New(gate.Config{Limits: engine.Limits{Sessions: 3, SessionsPerPoint: 2}})
	enter := func(point string) error {
		_, err := g.Session(t.Context(), point)
		return err
	}
	for _, p := range []string{"a", "a", "b"} {
		if err := enter(p); err != nil {
			t.Fatal(err)
		}
	}
	var r *gate.Refusal
	if !errors.As(enter("c"), &r) {
		t.Fatal("let in")
	}
	wantRefusal(t, r, 503, "ingest-sessions")
	g = gate.New(gate.Config{Limits: engine.Limits{SessionsPerPoint: 1}})
	if _, err := g.Session(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(t.Context(), "a"); !errors.As(err, &r) {
		t.Fatal("let in")
	}
	wantRefusal(t, r, 429, "ingest-sessions-per-point")
}

// TestConnections opens more connections than there may be: those too many are told so, and their
// places are free again once they are closed.
func TestConnections(t *testing.T) {
	for name, c := range map[string]struct {
		limits engine.Limits
		admin  bool
		status int
		key    string
	}{
		"in all":      {engine.Limits{Connections: 3}, false, 503, "connections"},
		"by address":  {engine.Limits{ConnectionsPerAddress: 3}, false, 429, "connections-per-address"},
		"admin":       {engine.Limits{AdminConnections: 3}, true, 503, "admin-connections"},
		"admin, each": {engine.Limits{AdminConnectionsPerAddress: 3}, true, 429, "admin-connections-per-address"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gate.New(gate.Config{Limits: c.limits, Admin: c.admin})
			l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{ReadHeaderTimeout: time.Minute, ConnContext: g.Connect, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if refusal := g.Late(r); refusal != nil {
					w.Header().Set("Connection", "close")
					http.Error(w, refusal.Text, refusal.Status)
				}
			})}
			var serving sync.WaitGroup
			serving.Go(func() {
				if err := server.Serve(g.Listen(l)); !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			})
			defer serving.Wait()
			defer func() {
				if err := server.Close(); err != nil {
					t.Error(err)
				}
			}()
			ask := func() (*http.Client, int, string) {
				client := &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String(), nil)
				if err != nil {
					t.Fatal(err)
				}
				res, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(res.Body)
				if err = errors.Join(err, res.Body.Close()); err != nil {
					t.Fatal(err)
				}
				return client, res.StatusCode, string(text)
			}
			var kept []*http.Client
			for range 3 {
				client, status, text := ask()
				if status != 200 {
					t.Fatal(status, text)
				}
				kept = append(kept, client)
			}
			for range 2 {
				if _, status, text := ask(); status != c.status || !strings.Contains(text, "The setting "+c.key+" ") {
					t.Errorf("%d %s", status, text)
				}
			}
			kept[0].CloseIdleConnections()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			for status := 0; status != 200; { // until the server has noticed
				var text string
				if _, status, text = ask(); ctx.Err() != nil {
					t.Fatal("no place became free: ", text)
				}
			}
		})
	}
}
