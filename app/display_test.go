package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestDisplaysThatDoNotAnswer(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "wayland-0"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, c := range []struct {
		name string
		goos string
		env  map[string]string
		want string // part of the answer; empty for none
	}{
		{"nobody at the number", "linux", map[string]string{"DISPLAY": ":64999"}, "the display :64999"},
		{"nobody at the host", "linux", map[string]string{"DISPLAY": "127.0.0.1:59000.0"}, "the display 127.0.0.1:59000.0"},
		{"Wayland answers", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": dir}, ""},
		{"Wayland does not", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": dir}, "the Wayland display wayland-9"},
		{"neither", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": dir, "DISPLAY": ":64999"}, "the display :64999"},
		{"a name of its own", "linux", map[string]string{"DISPLAY": "/private/tmp/launch/org:0"}, ""},
		{"another system", "windows", map[string]string{"DISPLAY": ":64999"}, ""},
	} {
		got := unreachable(c.goos, func(name string) string { return c.env[name] })
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
