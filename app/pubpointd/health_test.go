package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/app/node"
	"pubpoint/app/program"
)

func TestHealth(t *testing.T) {
	answers := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != "/readyz" {
				t.Errorf("asked with %s %s", r.Method, r.URL)
			}
			w.WriteHeader(status)
			if _, err := fmt.Fprint(w, body); err != nil {
				t.Error(err)
			}
		}))
		t.Cleanup(server.Close)
		return server.Listener.Addr().String()
	}
	secured := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(secured.Close)
	ready := answers(http.StatusOK, `{"status": "ready"}`)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ready)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		args           []string
		env            string // PUBPOINT_ADMIN
		code           int
		stdout, stderr string
	}{
		{"ready", []string{"-admin", ready}, "", program.ExitOK, "ready\n", ""},
		{"named by the environment", nil, ready, program.ExitOK, "ready\n", ""},
		{"listens everywhere", []string{"-admin", ":" + port}, "", program.ExitOK, "ready\n", ""},
		{"speaks TLS", []string{"-admin", secured.Listener.Addr().String()}, "", program.ExitOK, "ready\n", ""},
		{"not yet", []string{"-admin", answers(http.StatusServiceUnavailable, `{"detail": "Ask again soon."}`)}, "", program.ExitFailed, "", "is not ready: Ask again soon.\n"},
		{"with reasons", []string{"-admin", answers(http.StatusServiceUnavailable, `{"status": "unready", "reasons": ["One.", "Two."]}`)}, "", program.ExitFailed, "", "is not ready: One. Two.\n"},
		{"something else", []string{"-admin", answers(http.StatusNotFound, "<html>")}, "", program.ExitFailed, "", "is not ready: 404 Not Found\n"},
		{"nobody", []string{"-admin", nobody}, "", program.ExitFailed, "", "nobody answers at " + nobody + " (connection refused); start pubpointd"},
		{"closed", []string{"-admin", "off"}, "", program.ExitFailed, "", "start pubpointd with -admin ADDR"},
		{"bad flag", []string{"-nonsense"}, "", program.ExitUsage, "", "-nonsense"},
		{"help", []string{"-help"}, "", program.ExitOK, "", "Usage: pubpointd health"},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			env := func(name string) string {
				switch name {
				case "PUBPOINT_ADMIN":
					return c.env
				case "PUBPOINT_CONFIG":
					return filepath.Join(home, "pubpoint.toml")
				case "HOME", "AppData", "LocalAppData":
					return home
				}
				return ""
			}
			var stdout, stderr strings.Builder
			code := run(t.Context(), append([]string{"health"}, c.args...), env, &stdout, &stderr, node.Deps{})
			if code != c.code || stdout.String() != c.stdout || !strings.Contains(stderr.String(), c.stderr) || c.stderr == "" && stderr.Len() > 0 {
				t.Errorf("code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
			}
		})
	}
}

func TestDialable(t *testing.T) {
	for given, want := range map[string]string{
		"127.0.0.1:1": "127.0.0.1:1", ":1": "127.0.0.1:1", "0.0.0.0:1": "127.0.0.1:1", "[::]:1": "[::1]:1",
		"[fe80::1]:1": "[fe80::1]:1", "studio:1": "studio:1", "no address": "no address",
	} {
		if got := dialable(given); got != want {
			t.Errorf("%q is asked at %q, not at %q", given, got, want)
		}
	}
}
