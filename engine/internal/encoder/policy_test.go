//go:build unix

package encoder

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/internal/proc"
)

func TestRestartPolicies(t *testing.T) {
	for _, test := range []struct {
		policy Restart
		part   string
		end    State
	}{
		{RestartAlways, "dies", Waiting}, {RestartAlways, "ends", Waiting},
		{RestartOnFailure, "dies", Waiting}, {RestartOnFailure, "ends", Idle},
		{RestartNever, "dies", Idle}, {RestartNever, "ends", Idle}, {RestartNever, "unavailable", Idle}, {RestartNever, "refused", Failed},
	} {
		s := perform(t, test.part, func(c *Config) { c.Spec.Restart = test.policy })
		s.Start(time.Now())
		if end := s.await(t, test.end); end.LastExit == "" || test.end == Idle && end.Ordered {
			t.Errorf("policy %d, ffmpeg %s: %s", test.policy, test.part, end.LastExit)
		}
	}
}

// TestDefaultPolicy: a file has an end, everything else is meant to go on.
func TestDefaultPolicy(t *testing.T) {
	for _, test := range []struct {
		input Input
		want  Restart
	}{
		{Input{Kind: TestPattern}, RestartAlways}, {Input{Kind: File, Path: "x"}, RestartOnFailure},
		{Input{Kind: File, Path: "x", Loop: true}, RestartAlways}, {Input{Kind: Network, URL: "srt://127.0.0.1:1"}, RestartAlways},
	} {
		if got := (Spec{Input: test.input}).WithDefaults().Restart; got != test.want {
			t.Errorf("%v: %d, want %d", test.input, got, test.want)
		}
	}
}

func TestMaxRestarts(t *testing.T) {
	s := perform(t, "dies", func(c *Config) { c.Spec.MaxRestarts = 2 })
	s.Start(time.Now())
	if failed := s.await(t, Failed); failed.Restarts != 2 || !strings.HasPrefix(failed.Failure, "ffmpeg ended 3 times in a row") {
		t.Errorf("%d restarts, %q", failed.Restarts, failed.Failure)
	}
}

// TestNothingArrives: an ffmpeg that tells of progress, of which the engine sees nothing, is told
// and restarted.
func TestNothingArrives(t *testing.T) {
	clock := &handClock{}
	s := perform(t, "steady", func(c *Config) {
		c.StallAfter, c.HungAfter, c.LostAfter = 10*time.Second, time.Hour, 40*time.Second
		c.Seen = func() time.Time { return time.Time{} }
		c.Now = clock.now
	})
	s.Start(clock.now())
	s.await(t, Running)
	clock.advance(25 * time.Second)
	if stalled := s.await(t, Running); !stalled.Stalled {
		t.Error("a change of State came first")
	}
	clock.advance(15 * time.Second)
	if waiting := s.await(t, Waiting); waiting.LastExit != "said that it runs, but nothing arrived for 40s, and was interrupted" {
		t.Errorf("last exit %q", waiting.LastExit)
	}
}

// TestListenerWaits: who listens may say nothing until somebody comes, and is interrupted at
// once when it shall stop.
func TestListenerWaits(t *testing.T) {
	looks, done := make(chan struct{}), make(chan struct{})
	clock := &handClock{}
	s := perform(t, "listens", func(c *Config) {
		c.Spec.Input = Input{Kind: Network, URL: "srt://127.0.0.1:9000", Listen: true}
		c.StallAfter, c.HungAfter, c.LostAfter = 10*time.Second, 20*time.Second, 40*time.Second
		c.Now = clock.now
		c.Seen = func() time.Time {
			select {
			case looks <- struct{}{}:
			case <-done:
			}
			return time.Time{}
		}
		c.Ladder = proc.Ladder{AskFor: time.Hour}
	})
	s.Start(clock.now())
	s.await(t, Starting)
	clock.advance(time.Hour)
	for range 5 {
		<-looks
	}
	if status := s.Status(); status.State != Starting || status.Stalled || status.Restarts > 0 {
		t.Errorf("while it waits: %+v", status)
	}
	close(done)
	s.Stop()
	if idle := s.await(t, Idle); idle.LastExit != "stopped on request" {
		t.Errorf("last exit %q", idle.LastExit)
	}
}

// TestSecretsAreNotShown looks for a stream key and a password everywhere.
func TestSecretsAreNotShown(t *testing.T) {
	s := perform(t, "unopened", func(c *Config) {
		c.Spec.Input = Input{Kind: Network, URL: "rtmp://anna:geheim77@127.0.0.1/live/streamkey99?token=ticket55&mode=x"}
		c.Spec.Restart = RestartNever
	})
	s.Start(time.Now())
	idle := s.await(t, Idle)
	shown := []string{idle.Command, idle.LastExit, strings.Join(idle.Args, " ")}
	for _, line := range s.Log(0) {
		shown = append(shown, line.Text)
	}
	for _, text := range shown {
		if slices.ContainsFunc([]string{"geheim77", "streamkey99", "ticket55", "anna"}, func(secret string) bool { return strings.Contains(text, secret) }) {
			t.Errorf("a secret is shown: %s", text)
		}
	}
	if !strings.Contains(idle.Command, "rtmp://***@127.0.0.1/live/***?token=***&mode=x") {
		t.Errorf("the address is not shown: %s", idle.Command)
	}
	if idle.LastExit != "nobody answers at the input's address (connection refused): start the sender or correct the address" {
		t.Errorf("last exit %q", idle.LastExit)
	}
}

func TestLabelledLog(t *testing.T) {
	shared := proc.NewTail(10)
	s := perform(t, "ends", func(c *Config) { c.Spec.Restart, c.Log, c.Label = RestartNever, shared, "demo-800k" })
	s.Start(time.Now())
	s.await(t, Idle)
	if lines := shared.Lines(0); len(lines) != 2 || !strings.HasPrefix(lines[0].Text, "[demo-800k] --- ffmpeg started") {
		t.Errorf("log %+v", lines)
	}
}

// TestSpeedOfKeptStamps: a stream that begins at an hour has not run for an hour.
func TestSpeedOfKeptStamps(t *testing.T) {
	began := time.Unix(1_800_000_000, 0)
	block := func(after time.Duration) Progress {
		return Progress{Frame: 1 + int64(after/time.Second)*25, OutTime: time.Hour + after, Speed: 900, At: began.Add(after)}
	}
	spec := base(Input{Kind: Network, URL: "udp://239.0.0.1:5000"})
	kept := &child{e: &Encoder{cfg: Config{Spec: spec, Shared: true}}}
	if first, second := kept.speed(block(0)), kept.speed(block(4*time.Second)); first != -1 || second != 1 {
		t.Errorf("speed %v, then %v", first, second)
	}
	own := &child{e: &Encoder{cfg: Config{Spec: spec}}}
	if speed := own.speed(block(time.Second)); speed != 900 {
		t.Errorf("ffmpeg's own speed becomes %v", speed)
	}
}
