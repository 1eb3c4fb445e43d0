package point

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine"
)

// killedIn is the environment variable by which a test has itself run as the program that
// will be killed: the directory of the point.
const killedIn = "PUBPOINT_TEST_KILLED_IN"

// TestMain is a test, or the program that one of them kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killedIn); dir != "" {
		if err := recordUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// recordUntilKilled goes on with what is in a directory, in segments, and says on standard
// output which fragment has been accepted.
func recordUntilKilled(dir string) error {
	settings := engine.DefaultPointConfig()
	settings.ArchiveSegment, settings.Fsync = 11*1e9, "none"
	p := New(Config{Name: "oceans", Settings: settings, ClientManifest: noManifest, Patience: 1e10,
		Open: func() (*os.Root, error) { return os.OpenRoot(dir) }})
	go func() {
		if err := p.Run(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	<-p.Loaded()
	t := &testing.T{} // nothing that is called fails, or the program ends without a word
	s := &stage{Point: p, t: t}
	c := s.camera("x-200k", engine.Video, two)
	if v := s.view(); v != nil {
		if s := v.Stream("video"); s != nil {
			c.next = s.Edge()
			c.sent = uint32(c.next / two)
		}
	}
	for {
		c.send(1)
		fmt.Println(c.sent)
	}
}

// TestKilledAtAnyTime kills a real program 200 times while it records over what it recorded
// before: all that it has ever accepted is there, the same.
func TestKilledAtAnyTime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "oceans.isml")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(11, 12))
	var before []shown
	for run := range 200 {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), killedIn+"="+dir)
		var complaints strings.Builder
		cmd.Stderr = &complaints
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		accepted := 0
		lines := bufio.NewScanner(out)
		for n := 1 + rng.IntN(12); n > 0 && lines.Scan(); n-- {
			if _, err := fmt.Sscan(lines.Text(), &accepted); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if _, err := fmt.Sscan(lines.Text(), &accepted); err != nil {
				accepted-- // the last word was cut off
			}
		}
		if err := cmd.Wait(); err == nil || accepted == 0 {
			t.Fatalf("run %d was not killed, or accepted nothing: %v %s", run, err, complaints.String())
		}
		if run%10 != 9 {
			continue // the next run goes on with it, and a later look sees it
		}
		left := filepath.Join(t.TempDir(), "oceans.isml")
		if err := os.CopyFS(left, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		s := newStage(t, func(cfg *Config) { cfg.Open = func() (*os.Root, error) { return os.OpenRoot(left) } })
		got := fetch(t, s.view(), "x-200k")
		if len(got) < accepted {
			t.Fatalf("run %d: %d fragments of %d that were accepted", run, len(got), accepted)
		}
		same(t, fmt.Sprintf("run %d", run), got[:len(before)], before)
		unknown := 0
		for i := range got {
			if got[i].Arrived == 0 {
				unknown++ // killed between media and index, and never said to be accepted
			}
		}
		if unknown > run+1 {
			t.Fatalf("run %d: %d fragments have lost their time of arrival", run, unknown)
		}
		before = got[:accepted]
	}
}
