package program

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestConfigure(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.toml")
	if err := os.WriteFile(broken, []byte("nonsense = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "good.toml")
	for _, c := range []struct {
		args           []string
		code           int
		ok             bool
		stdout, stderr string
	}{
		{[]string{"-config", good, "-root", dir}, ExitOK, true, "", ""},
		{[]string{"-version"}, ExitOK, false, "pubpointd " + Version + "\n", ""},
		{[]string{"-help"}, ExitOK, false, "", "Usage: pubpointd"},
		{[]string{"-nonsense"}, ExitUsage, false, "", "pubpointd: flag provided but not defined: -nonsense"},
		{[]string{"-config", broken}, ExitFailed, false, "", broken + ", line 1"},
	} {
		var stdout, stderr strings.Builder
		_, code, ok := Configure("pubpointd", c.args, func(string) string { return "" }, &stdout, &stderr)
		if code != c.code || ok != c.ok || stdout.String() != c.stdout || !strings.Contains(stderr.String(), c.stderr) || c.stderr == "" && stderr.Len() > 0 {
			t.Errorf("%q: code %d, go on %v, stdout %q, stderr %q", c.args, code, ok, stdout.String(), stderr.String())
		}
	}
	if _, code, _ := Configure("pubpointd", []string{"-version"}, os.Getenv, closed{}, closed{}); code != ExitFailed {
		t.Errorf("a version that could not be told gives %d", code)
	}
}

// closed is a writer that has gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestCommit(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, ""},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}}, ""},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}}}, " (commit 0123456789ab)"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}}, " (commit 0123456789ab, changed)"},
	} {
		if got := commit(c.info); got != c.want {
			t.Errorf("%+v: %q, want %q", c.info, got, c.want)
		}
	}
}
