package proc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// ErrUnresponsive skips, as the cause with which the context of [Command.Run] is cancelled,
// the asking step of the [Ladder]: a child that hangs does not read what is written to it.
var ErrUnresponsive = errors.New("the process does not respond")

// drainFor bounds how long output is awaited after the whole group has been killed.
const drainFor = 2 * time.Second

// Ladder is how a child is brought to its end: ask, interrupt (one or more times), kill.
// Zero durations and counts take the defaults named at the fields.
type Ladder struct {
	Ask          []byte        // written to standard input first; empty leaves the step out; needs Config.Stdin
	AskFor       time.Duration // how long an answer to Ask is awaited; 3 s
	Interrupts   int           // how many interrupts (SIGINT) are sent; 2
	InterruptFor time.Duration // how long each interrupt is given; 2 s
}

func (l Ladder) withDefaults() Ladder {
	if l.AskFor <= 0 {
		l.AskFor = 3 * time.Second
	}
	if l.Interrupts <= 0 {
		l.Interrupts = 2
	}
	if l.InterruptFor <= 0 {
		l.InterruptFor = 2 * time.Second
	}
	return l
}

// Config says what to run and how to end it. Path is required, everything else optional.
type Config struct {
	Path  string   // the program: a path, or a name to be looked up in PATH
	Args  []string // its arguments, without the program's name; no shell sees them
	Env   []string // "NAME=value"; nil passes this program's environment on
	Dir   string   // working directory; empty is this program's
	Stdin bool     // keep a pipe to standard input open; otherwise the child reads the null device
	Input []byte   // what standard input holds, to its end; instead of Stdin, and without an Ask

	// OnStart is called once with the process id, before any signal can be sent. It must not block.
	OnStart func(pid int)
	// OnStdout and OnStderr receive one line without its end. The slice is valid during the
	// call only. Each is called from one goroutine, the two concurrently; a callback that
	// blocks stops the child as soon as the pipe is full. Nil discards.
	OnStdout, OnStderr func(line []byte)
	// OnOutput receives standard output as it comes, instead of OnStdout; otherwise as that.
	OnOutput func(part []byte)
	// MaxLineBytes is where a line is cut; the rest of it is discarded. 0 means 8 KiB.
	MaxLineBytes int

	Ladder Ladder
	Logger *slog.Logger // nil discards
}

// Command is one child, ready to be run. Make it with [New]; it may be run again after it
// has ended, but not twice at the same time.
type Command struct {
	cfg Config
}

// New checks nothing and starts nothing: what cannot be started is told by [Command.Run].
func New(cfg Config) *Command {
	cfg.Ladder = cfg.Ladder.withDefaults()
	if cfg.MaxLineBytes <= 0 {
		cfg.MaxLineBytes = 8 << 10
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Command{cfg: cfg}
}

// Run starts the child and blocks until it and its group are gone. Cancelling ctx sends the
// child down the [Ladder]. A ctx that is cancelled already starts nothing.
func (c *Command) Run(ctx context.Context) Exit {
	if ctx.Err() != nil {
		return Exit{Code: -1, Asked: true}
	}
	began := time.Now()
	io, err := openPipes(c.cfg.Stdin || c.cfg.Input != nil)
	if err != nil {
		return Exit{Code: -1, Err: err, neverRan: true}
	}
	defer io.closeOurs(c.cfg.Logger)

	cmd := exec.Command(c.cfg.Path, c.cfg.Args...)
	cmd.Env, cmd.Dir = c.cfg.Env, c.cfg.Dir
	cmd.Stdout, cmd.Stderr = io.stdoutW, io.stderrW
	if io.stdinR != nil {
		cmd.Stdin = io.stdinR
	}

	leader := c.launch(cmd, io)
	if err := <-leader.started; err != nil {
		return Exit{Code: -1, Err: err, Duration: time.Since(began), neverRan: true}
	}
	out := c.readOutput(io)
	fed := c.feed(io)
	asked := false
	select {
	case <-leader.ended:
	case <-ctx.Done():
		asked = c.descend(ctx, leader, io)
	}
	drained := out.finish(io)
	<-fed

	exit := Exit{Asked: asked, Duration: time.Since(began), Last: out.last, CutLines: out.cut()}
	exit.Code = cmd.ProcessState.ExitCode()
	exit.Signal = signalOf(cmd.ProcessState)
	exit.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	exit.Err = errors.Join(leader.err, drained)
	return exit
}

// leader is the running child as the rest of Run sees it.
type leader struct {
	started chan error    // one value: nil once the child runs
	ended   chan struct{} // closed when the child is reaped and its group is gone
	group   *group        // valid after started has given nil
	err     error         // valid after ended is closed: what went wrong besides the exit code
}

// launch starts the child and waits for it, both on one operating system thread.
//
// The thread is held because Linux ties the parent-death signal to the thread that forked:
// were the goroutine free to move, the child would be killed when the runtime retires the
// thread it was forked on.
func (c *Command) launch(cmd *exec.Cmd, io *pipes) *leader {
	l := &leader{started: make(chan error, 1), ended: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(l.ended)
		group, err := startGroup(cmd)
		io.closeTheirs(c.cfg.Logger)
		if err != nil {
			l.started <- fmt.Errorf("start %s: %w", c.cfg.Path, err)
			return
		}
		l.group = group
		l.started <- nil
		if c.cfg.OnStart != nil {
			c.cfg.OnStart(cmd.Process.Pid)
		}
		l.err = group.wait(cmd)
	}()
	return l
}

// descend goes down the ladder until the child has ended, and says whether the child was
// still running when it was first asked.
func (c *Command) descend(ctx context.Context, l *leader, io *pipes) bool {
	select {
	case <-l.ended:
		return false
	default:
	}
	ladder := c.cfg.Ladder
	unresponsive := errors.Is(context.Cause(ctx), ErrUnresponsive)
	if len(ladder.Ask) > 0 && c.cfg.Input == nil && io.stdinW != nil && !unresponsive {
		if err := io.ask(ladder.Ask, ladder.AskFor); err != nil {
			c.cfg.Logger.Debug("child could not be asked to stop", "err", err)
		} else if endedWithin(l, ladder.AskFor) {
			return true
		}
	}
	for range ladder.Interrupts {
		if err := l.group.interrupt(); err != nil {
			c.cfg.Logger.Debug("child could not be interrupted", "err", err)
			continue
		}
		if endedWithin(l, ladder.InterruptFor) {
			return true
		}
	}
	c.cfg.Logger.Warn("child ignored every request to stop and is killed", "path", c.cfg.Path)
	if err := l.group.kill(); err != nil {
		c.cfg.Logger.Error("child could not be killed", "err", err)
	}
	<-l.ended
	return true
}

func endedWithin(l *leader, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.ended:
		return true
	case <-timer.C:
		return false
	}
}

// output is the two goroutines that read what the child says.
type output struct {
	readers        sync.WaitGroup
	cutOut, cutErr int64
	errOut, errErr error
	last           string // last line of standard error that is not blank
}

func (c *Command) readOutput(io *pipes) *output {
	o := &output{}
	o.readers.Go(func() {
		if c.cfg.OnOutput != nil {
			o.errOut = readParts(io.stdoutR, c.cfg.OnOutput)
			return
		}
		o.cutOut, o.errOut = readLines(io.stdoutR, c.cfg.MaxLineBytes, func(line []byte) {
			if c.cfg.OnStdout != nil {
				c.cfg.OnStdout(line)
			}
		})
	})
	o.readers.Go(func() {
		o.cutErr, o.errErr = readLines(io.stderrR, c.cfg.MaxLineBytes, func(line []byte) {
			if len(line) > 0 {
				o.last = string(line)
			}
			if c.cfg.OnStderr != nil {
				c.cfg.OnStderr(line)
			}
		})
	})
	return o
}

func (o *output) cut() int64 { return o.cutOut + o.cutErr }

// finish awaits the end of the output. The group is gone by now, so it is there already
// unless a process has left the group and taken the pipe with it.
func (o *output) finish(io *pipes) error {
	deadline := time.Now().Add(drainFor)
	for _, f := range []*os.File{io.stdoutR, io.stderrR} {
		if err := f.SetReadDeadline(deadline); err != nil && !errors.Is(err, os.ErrNoDeadline) {
			return fmt.Errorf("bound the reading of the child's output: %w", err)
		}
	}
	o.readers.Wait()
	err := errors.Join(o.errOut, o.errErr)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("a process that the child started has left its group and still holds its output open")
	}
	return err
}
