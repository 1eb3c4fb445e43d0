package program

import (
	"errors"
	"os"
	"path/filepath"
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
