//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// deadline is how long anything may take to happen. It is generous because it only ends
// tests that hang.
const deadline = 3 * time.Minute

// binDir names the directory of the programs under test to the tests.
const binDir = "E2E_BIN"

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

// run builds what is not there yet and runs the tests.
func run(m *testing.M) (int, error) {
	for _, tool := range []string{"ffmpeg", "ffprobe", "curl", "yt-dlp", "Xvfb", "openbox", "xdotool", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			return 1, fmt.Errorf("the end-to-end tests need %s: %w; make test installs it", tool, err)
		}
	}
	if browser() == "" {
		return 1, errors.New("the end-to-end tests need Chromium, under one of its usual names; make test installs it")
	}
	if os.Getenv(binDir) != "" {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "pubpoint-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() {
		// What is left in the temporary folder harms nobody.
		_ = os.RemoveAll(dir)
	}()
	if err := build(dir, "pubpointd", "../pubpointd", "CGO_ENABLED=0"); err != nil {
		return 1, err
	}
	if err := build(dir, "pubpoint", "..", "CGO_ENABLED=1", "-tags", "gles"); err != nil {
		return 1, err
	}
	if err := os.Setenv(binDir, dir); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// browser is the path of Chromium, or nothing.
func browser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func build(dir, name, pkg, env string, flags ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-o", filepath.Join(dir, name), pkg)...)
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return nil
}

// program is the path of a program under test.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(os.Getenv(binDir), name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the program under test is not there (%v); unset %s to have it built", err, binDir)
	}
	return path
}

// eventually asks until the answer is yes, and fails with what was last seen.
func eventually(t *testing.T, what string, ask func() (seen any, ok bool)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		seen, ok := ask()
		if ok {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("it never came to be that %s; last seen: %v", what, seen)
		}
	}
}
