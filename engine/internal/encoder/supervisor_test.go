//go:build unix

package encoder

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine/internal/proc"
)

// generous bounds every wait for an event; it is reached only when a test fails.
const generous = 60 * time.Second

// stage is an encoder over a pretend ffmpeg and the states it went through.
type stage struct {
	*Encoder
	changes chan Status
	passed  []State
}

// perform runs an encoder whose ffmpeg plays the given part, until the test ends.
func perform(t *testing.T, part string, change func(*Config)) *stage {
	t.Helper()
	t.Setenv(pretendEnv, part)
	s := &stage{changes: make(chan Status, 1000)}
	cfg := Config{
		Spec: Demo("demo", "demo"), Tool: Tool{Path: os.Args[0]}, URL: "http://127.0.0.1:8088/demo",
		OnChange:   func(status Status) { s.changes <- status },
		WatchEvery: 5 * time.Millisecond,
		StallAfter: time.Hour, HungAfter: time.Hour,
		Ladder: proc.Ladder{AskFor: generous},
		Pace:   proc.Pace{First: time.Millisecond, Longest: 4 * time.Millisecond, Healthy: time.Hour, Limit: 3},
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if s.Encoder, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if status := s.Status(); status.PID != 0 || status.State != Idle {
			t.Errorf("after Run: %+v", status)
		}
	})
	return s
}

// await waits until the encoder changes to the state and returns its status at that instant.
func (s *stage) await(t *testing.T, state State) Status {
	t.Helper()
	deadline := time.After(generous)
	for {
		select {
		case status := <-s.changes:
			s.passed = append(s.passed, status.State)
			if status.State == state {
				return status
			}
		case <-deadline:
			t.Fatalf("never %v; passed %v; now %+v", state, s.passed, s.Status())
		}
	}
}

func (s *stage) checkPassed(t *testing.T, want ...State) {
	t.Helper()
	if !slices.Equal(s.passed, want) {
		t.Errorf("passed %v, want %v", s.passed, want)
	}
	s.passed = nil
}

func TestStartAndStop(t *testing.T) {
	s := perform(t, "steady", nil)
	if status := s.Status(); status.State != Idle || status.Ordered || status.PID != 0 {
		t.Errorf("before an order: %+v", status)
	}
	s.Start(time.Now())
	s.Start(time.Now()) // changes nothing
	status := s.await(t, Running)
	if !status.Ordered || status.PID == 0 || status.Progress.Frame < 1 || status.Started.IsZero() || status.Stalled {
		t.Errorf("running: %+v", status)
	}
	if !strings.Contains(status.Command, "stream_id") && !strings.HasSuffix(status.Command, "http://127.0.0.1:8088/demo") {
		t.Errorf("command %s", status.Command)
	}
	s.Stop()
	status = s.await(t, Idle)
	if status.Ordered || status.PID != 0 || status.LastExit != "stopped on request" || status.Restarts != 0 {
		t.Errorf("stopped: %+v", status)
	}
	s.checkPassed(t, Starting, Running, Stopping, Idle)
}

func TestRestartRunsAnew(t *testing.T) {
	s := perform(t, "steady", nil)
	s.Restart(time.Now()) // an idle encoder is started
	first := s.await(t, Running)
	s.Restart(time.Now())
	second := s.await(t, Running)
	if first.PID == second.PID || second.Restarts != 0 {
		t.Errorf("first %+v, second %+v", first, second)
	}
	s.checkPassed(t, Starting, Running, Stopping, Starting, Running)
}

func TestStartWhileStopping(t *testing.T) {
	s := perform(t, "steady", nil)
	s.Start(time.Now())
	s.await(t, Running)
	s.Stop()
	s.await(t, Stopping)
	s.Start(time.Now())
	s.await(t, Running)
}

func TestDeathIsFollowedByARestart(t *testing.T) {
	t.Setenv("ENCODER_MARK", filepath.Join(t.TempDir(), "mark"))
	s := perform(t, "dies once", nil)
	s.Start(time.Now())
	waiting := s.await(t, Waiting)
	if waiting.LastExit != "exit 1: the connection to the publishing point was lost: Connection reset by peer" {
		t.Errorf("last exit %q", waiting.LastExit)
	}
	if !waiting.Ordered || waiting.PID != 0 || waiting.NextStart.Before(waiting.LastExitAt) {
		t.Errorf("waiting: %+v", waiting)
	}
	running := s.await(t, Running)
	if running.Restarts != 1 || !running.NextStart.IsZero() {
		t.Errorf("running again: %+v", running)
	}
	s.checkPassed(t, Starting, Running, Waiting, Starting, Running)
}

func TestKilledFfmpegIsRestarted(t *testing.T) {
	s := perform(t, "steady", nil)
	s.Start(time.Now())
	status := s.await(t, Running)
	if err := syscall.Kill(status.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if waiting := s.await(t, Waiting); waiting.LastExit != "killed (SIGKILL)" {
		t.Errorf("last exit %q", waiting.LastExit)
	}
	if again := s.await(t, Running); again.PID == status.PID {
		t.Errorf("running again: %+v", again)
	}
}

func TestLimitOfRestarts(t *testing.T) {
	s := perform(t, "dies", nil)
	s.Start(time.Now())
	failed := s.await(t, Failed)
	want := "ffmpeg ended 4 times in a row, at last: exit 1: the connection to the publishing point was lost: Connection reset by peer; " +
		"look at its log, mend the cause and start it again"
	if failed.Failure != want || failed.Restarts != 3 || !failed.Ordered {
		t.Errorf("failed: %+v", failed)
	}
	s.Start(time.Now()) // the operator tries again, from the first pause
	s.await(t, Starting)
	s.await(t, Waiting)
	if again := s.await(t, Failed); again.Restarts != 3 {
		t.Errorf("failed again: %+v", again)
	}
	s.Stop()
	if idle := s.await(t, Idle); idle.Failure != "" || idle.Restarts != 0 {
		t.Errorf("idle: %+v", idle)
	}
}

func TestRefusalIsNotTriedAgain(t *testing.T) {
	s := perform(t, "refused", nil)
	s.Start(time.Now())
	failed := s.await(t, Failed)
	if failed.Failure != "the engine refused the stream: 404 Not Found: create the publishing point, then start the encoder again" {
		t.Errorf("failure %q", failed.Failure)
	}
	s.checkPassed(t, Starting, Failed)
}

func TestUnavailableIsTriedAgain(t *testing.T) {
	s := perform(t, "unavailable", nil)
	s.Start(time.Now())
	if waiting := s.await(t, Waiting); waiting.LastExit != "the engine refused the stream: 503 Service Unavailable" {
		t.Errorf("last exit %q", waiting.LastExit)
	}
}

func TestMissingProgramFails(t *testing.T) {
	s := perform(t, "steady", func(c *Config) { c.Tool.Path = "/nonexistent/ffmpeg" })
	s.Start(time.Now())
	if failed := s.await(t, Failed); !strings.Contains(failed.Failure, "name it in the settings file (ffmpeg = \"/path/to/ffmpeg\")") {
		t.Errorf("failure %q", failed.Failure)
	}
}

func TestStopWhileWaiting(t *testing.T) {
	s := perform(t, "dies", func(c *Config) { c.Pace = proc.Pace{First: time.Hour, Longest: time.Hour} })
	s.Start(time.Now())
	s.await(t, Waiting)
	s.Stop()
	s.await(t, Idle)
	s.Start(time.Now())
	s.await(t, Waiting)
	s.Start(time.Now()) // does not wait for the hour
	s.await(t, Starting)
}

func TestEndOfInputIsTheEnd(t *testing.T) {
	s := perform(t, "ends", func(c *Config) { c.Spec.Restart = RestartOnFailure })
	s.Start(time.Now())
	idle := s.await(t, Idle)
	if idle.Ordered || idle.LastExit != "the input came to its end" || !idle.Progress.End {
		t.Errorf("idle: %+v", idle)
	}
	s.checkPassed(t, Starting, Running, Idle)
}

// handClock is a clock that stands still until it is moved.
type handClock struct{ offset atomic.Int64 }

func (c *handClock) now() time.Time {
	return time.Unix(1_800_000_000, 0).Add(time.Duration(c.offset.Load()))
}

func (c *handClock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// TestHangIsRestarted: an ffmpeg that neither tells of progress nor is seen by the engine is
// interrupted, killed and started again.
func TestHangIsRestarted(t *testing.T) {
	t.Setenv("ENCODER_MARK", filepath.Join(t.TempDir(), "mark"))
	clock := &handClock{}
	s := perform(t, "hangs once", func(c *Config) {
		c.StallAfter, c.HungAfter = 10*time.Second, 20*time.Second
		c.Seen = func() time.Time { return time.Time{} }
		c.Ladder = proc.Ladder{AskFor: time.Hour, InterruptFor: 5 * time.Millisecond} // an ask would last for ever
		c.Now = clock.now
	})
	s.Start(time.Now())
	s.await(t, Running)
	clock.advance(20 * time.Second)
	s.await(t, Stopping)
	waiting := s.await(t, Waiting)
	if waiting.LastExit != "hung (no sign of life for 20s) and was killed" || !waiting.Ordered {
		t.Errorf("waiting: %+v", waiting)
	}
	if running := s.await(t, Running); running.Restarts != 1 {
		t.Errorf("running again: %+v", running)
	}
}

// TestStallThatTheEngineDoesNotSee: as long as fragments arrive, a silent ffmpeg is left alone.
func TestStallThatTheEngineDoesNotSee(t *testing.T) {
	looks := make(chan struct{})
	done := make(chan struct{})
	clock := &handClock{}
	s := perform(t, "frozen", func(c *Config) {
		c.StallAfter, c.HungAfter = 10*time.Second, 20*time.Second
		c.Now = clock.now
		c.Seen = func() time.Time {
			select {
			case looks <- struct{}{}:
			case <-done:
			}
			return clock.now()
		}
		c.Ladder = proc.Ladder{AskFor: time.Millisecond, InterruptFor: time.Millisecond}
	})
	s.Start(time.Now())
	for s.Status().State != Running {
		<-looks
	}
	clock.advance(time.Minute)
	for range 5 { // each look is one turn of the watch
		<-looks
	}
	if status := s.Status(); status.State != Running || status.Stalled || status.Seen.IsZero() {
		t.Errorf("status %+v", status)
	}
	close(done)
	s.Stop()
	s.await(t, Idle)
}

func TestLogTellsTheStory(t *testing.T) {
	s := perform(t, "refused", nil)
	s.Start(time.Now())
	s.await(t, Failed)
	var texts []string
	for i, line := range s.Log(0) {
		if line.Seq != uint64(i) || line.At.IsZero() {
			t.Errorf("line %+v at %d", line, i)
		}
		texts = append(texts, line.Text)
	}
	if len(texts) != 4 || !slices.ContainsFunc(texts, func(s string) bool { return strings.HasPrefix(s, "--- ffmpeg started, process ") }) ||
		!slices.Contains(texts, "[http @ 0x55a7ac0abf00] [warning] HTTP error 404 Not Found") || !strings.HasPrefix(texts[3], "--- ffmpeg ended: the engine refused") {
		t.Errorf("log %q", texts)
	}
	if rest := s.Log(3); len(rest) != 1 {
		t.Errorf("rest of the log: %v", rest)
	}
}

func TestEndOfRunStopsFfmpeg(t *testing.T) {
	s := perform(t, "steady", nil) // its cleanup cancels Run and looks for what is left
	s.Start(time.Now())
	s.await(t, Running)
}

func TestStatusIsACopy(t *testing.T) {
	s := perform(t, "steady", nil)
	s.Status().Args[0] = "changed"
	if s.Status().Args[0] == "changed" {
		t.Error("a status can be changed from outside")
	}
	spec := s.Spec()
	spec.Video[0].Width = 1
	if s.Spec().Video[0].Width == 1 {
		t.Error("the spec can be changed from outside")
	}
}

func TestNewRefuses(t *testing.T) {
	tool := Tool{Path: "ffmpeg"}
	for _, test := range []struct {
		cfg  Config
		want string
	}{
		{Config{Spec: Spec{ID: "a", Point: "b"}, Tool: tool, URL: "http://x"}, "nothing to send"},
		{Config{Spec: Demo("a", "b"), URL: "http://x"}, "apt-get install ffmpeg"},
		{Config{Spec: Demo("a", "b"), Tool: tool}, "no address"},
	} {
		if _, err := New(test.cfg); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}
