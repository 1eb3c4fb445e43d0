package settings

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func TestConnect(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "own.toml"), "connect = \"https://rack-2\"\nconnect-token-file = \""+filepath.ToSlash(filepath.Join(dir, "t"))+"\"\n")
	none := filepath.Join(dir, "none.toml")
	for _, c := range []struct {
		args []string
		env  map[string]string
		want Connect
	}{
		{[]string{"-config", none}, nil, Connect{}},
		{[]string{"-config", none, "-connect", "https://rack-1:8089"}, nil, Connect{URL: "https://rack-1:8089", TokenFile: filepath.Join(dir, "token-rack-1_8089")}},
		{[]string{"-config", none}, map[string]string{"PUBPOINT_CONNECT": "http://[::1]:8089", "PUBPOINT_TOKEN_FILE": filepath.Join(dir, "mine")},
			Connect{URL: "http://[::1]:8089", TokenFile: filepath.Join(dir, "mine")}},
		{[]string{"-config", file, "-ca-file", filepath.Join(dir, "ca.pem")}, nil, Connect{URL: "https://rack-2", TokenFile: filepath.Join(dir, "t"), CAFile: filepath.Join(dir, "ca.pem")}},
		{[]string{"-config", file, "-connect", "", "-demo"}, nil, Connect{}},
	} {
		got, err := Parse(ControlRoom, c.args, environment(t, c.env), io.Discard)
		if err != nil || got.Connect != c.want {
			t.Errorf("%q: %+v, want %+v (%v)", c.args, got.Connect, c.want, err)
		}
	}
	// The headless program has an engine of its own whatever the settings file says to the window.
	if got, err := Parse("pubpointd", []string{"-config", file}, environment(t, nil), io.Discard); err != nil || got.Connect != (Connect{}) {
		t.Errorf("pubpointd: %+v (%v)", got.Connect, err)
	}
}

func TestConnectContradictions(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "own.toml"), "connect = \"https://rack-2\"\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-connect", "https://rack-1", "-root", "/tmp/x"}, "-root contradict"},
		{[]string{"-connect", "https://rack-1", "-listen", ":1", "-admin", "off", "-demo"}, "-listen, -admin, -demo contradict"},
		{[]string{"-connect", "https://rack-1", "-open", "media", "-state", "/tmp/s"}, "-open, -state contradict"},
		{[]string{"-config", file, "-demo"}, "-demo contradict"},
		{[]string{"-connect", "rack-1:8089"}, "https://rack-1:8089"},
		{[]string{"-connect", "https://me:secret@rack-1"}, "-token-file"},
	} {
		_, err := Parse(ControlRoom, c.args, environment(t, nil), io.Discard)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(usage.Text, c.want) || strings.Contains(usage.Text, "\n") || strings.Contains(usage.Text, "secret") {
			t.Errorf("%q: %v, want %s", c.args, err, c.want)
		}
	}
	if _, err := Parse("pubpointd", []string{"-connect", "https://rack-1"}, environment(t, nil), io.Discard); err == nil {
		t.Error("pubpointd takes -connect")
	}
}
