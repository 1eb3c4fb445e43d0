package encoder

import (
	"context"
	"fmt"
	"time"

	"pubpoint/engine/internal/proc"
)

// ending is how one ffmpeg came to its end.
type ending struct {
	words    string
	asked    bool          // by an order or by the end of Run
	complete bool          // the input came to its end
	final    bool          // starting again is pointless
	ran      time.Duration // from start to end
	launched orders        // as they were before the start
	over     orders        // as they were after the end
}

// child is one running ffmpeg; only Run's goroutine uses it.
type child struct {
	e        *Encoder
	launched orders
	stop     context.CancelCauseFunc
	began    time.Time
	moved    time.Time // when its progress last moved; its start before that
	ran      time.Time // when its first progress came; its start before that
	first    Progress  // the block from which on speed is measured; zero before
	last     Progress
	asked    bool
	hung     string // why it was ended; empty when it was not
	used     proc.Usage
	usedAt   time.Time // of used; zero before the first
}

// runChild runs one ffmpeg to its end. Its callbacks only hand over what ffmpeg says; this
// goroutine takes it, because it alone changes the state.
func (e *Encoder) runChild(ctx context.Context) ending {
	childCtx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := &child{e: e, launched: e.ordered(), stop: stop, began: e.cfg.Now()}
	c.moved, c.ran = c.began, c.began
	e.update(func(s *Status) {
		s.State, s.Started, s.Progress, s.Stalled, s.Failure = Starting, c.began, Progress{}, false, ""
	})
	pids, blocks, exits := make(chan int, 1), make(chan Progress), make(chan proc.Exit, 1)
	args, own := e.args(), e.newPass()
	defer own.end()
	e.show(own.shown(args))
	diagnosis := newDiagnosis(e.cfg.URL, addresses(args)...)
	parser := &progressParser{}
	command := proc.New(proc.Config{
		Path: e.cfg.Tool.Path, Args: own.args(args), Stdin: true,
		OnStart: func(pid int) { pids <- pid },
		OnStdout: func(line []byte) {
			if block, ok := parser.line(line, e.cfg.Now()); ok {
				blocks <- block // taken below for as long as the command runs
			}
		},
		OnStderr: func(line []byte) {
			text := own.mask(string(line))
			e.print(text)
			diagnosis.add(text)
		},
		MaxLineBytes: 4 << 10,
		Ladder:       e.cfg.Ladder, Logger: e.cfg.Logger,
	})
	go func() { exits <- command.Run(childCtx) }()

	watch := time.NewTicker(e.cfg.WatchEvery)
	defer watch.Stop()
	cancelled := ctx.Done()
	for {
		select {
		case pid := <-pids:
			c.started(pid)
		case block := <-blocks:
			c.progress(block)
		case <-watch.C:
			c.watch()
		case <-e.wake:
			c.obey()
		case <-cancelled:
			cancelled = nil
			c.end(nil)
		case exit := <-exits:
			return c.ended(exit, diagnosis)
		}
	}
}

// addresses are the inputs that arguments name.
func addresses(args []string) (all []string) {
	for i, arg := range args {
		if arg == "-i" && i+1 < len(args) {
			all = append(all, args[i+1])
		}
	}
	return all
}

func (c *child) started(pid int) {
	cfg := c.e.cfg
	cfg.Logger.Info("encoder started", "encoder", cfg.Spec.ID, "point", cfg.Spec.Point, "pid", pid)
	c.e.print(fmt.Sprintf("--- ffmpeg started, process %d ---", pid))
	c.e.update(func(s *Status) { s.PID = pid })
}

// progress takes one block: the first one makes the encoder run.
func (c *child) progress(block Progress) {
	if block.moved(c.last) {
		c.moved = block.At
	}
	if c.last.At.IsZero() {
		c.ran = block.At
	}
	block.Speed = c.speed(block)
	c.last = block
	c.e.update(func(s *Status) {
		s.Progress = block
		if s.State == Starting {
			s.State = Running
		}
	})
	c.watch()
}

// speed is ffmpeg's own, but where the input's time stamps are kept: there it would take the first
// of them for time that has passed.
func (c *child) speed(block Progress) float64 {
	if kind := c.e.cfg.Spec.Input.Kind; !c.e.cfg.Shared || kind != Screen && kind != Network {
		return block.Speed
	}
	if c.first.At.IsZero() && block.Frame > 0 {
		c.first = block
	}
	wall := block.At.Sub(c.first.At)
	if c.first.At.IsZero() || wall < time.Second {
		return -1
	}
	return max(0, float64(block.OutTime-c.first.OutTime)/float64(wall))
}

// watch compares what ffmpeg tells with what the engine sees.
func (c *child) watch() {
	cfg := c.e.cfg
	now := cfg.Now()
	silent := now.Sub(c.moved)
	unseen := silent
	var seen time.Time
	if cfg.Seen != nil {
		seen = cfg.Seen()
		unseen = now.Sub(c.began)
		if seen.After(c.began) {
			unseen = now.Sub(seen)
		}
	}
	if c.last.At.IsZero() && cfg.Spec.waits() {
		silent, unseen = 0, 0 // whoever sends to it has not come yet
	}
	lost := unseen
	if !c.last.At.IsZero() && !seen.After(c.began) {
		lost = min(unseen, now.Sub(c.ran)) // it may have waited long for its input
	}
	share, memory := c.usage(now)
	c.e.update(func(s *Status) {
		s.Stalled, s.Seen = min(silent, unseen) >= cfg.StallAfter || lost >= max(cfg.StallAfter, cfg.LostAfter/2), seen
		s.CPU, s.Memory = share, memory
	})
	if c.hung != "" || c.asked {
		return
	}
	switch {
	case min(silent, unseen) >= cfg.HungAfter:
		c.hung = fmt.Sprintf("hung (no sign of life for %v)", cfg.HungAfter)
	case cfg.Seen != nil && lost >= cfg.LostAfter:
		c.hung = fmt.Sprintf("said that it runs, but nothing arrived for %v,", cfg.LostAfter)
	default:
		return
	}
	cfg.Logger.Warn("encoder hangs and is restarted", "encoder", cfg.Spec.ID, "point", cfg.Spec.Point, "silent", silent, "unseen", unseen)
	c.end(proc.ErrUnresponsive)
}

// usage is the share of one core that ffmpeg takes at present, and its memory.
func (c *child) usage(now time.Time) (share float64, memory int64) {
	status := c.e.Status()
	used, ok := proc.ReadUsage(status.PID)
	if status.PID == 0 || !ok {
		return 0, 0
	}
	share = status.CPU
	switch since := now.Sub(c.usedAt); {
	case c.usedAt.IsZero():
		c.used, c.usedAt = used, now
	case since >= time.Second:
		share = max(0, float64(used.CPU-c.used.CPU)/float64(since))
		c.used, c.usedAt = used, now
	}
	return share, used.Memory
}

// obey looks at the orders: ffmpeg goes on unless it is unwanted or to be run anew.
func (c *child) obey() {
	now := c.e.ordered()
	if now.wanted && now.restarts == c.launched.restarts {
		return
	}
	c.end(nil)
}

// end sends ffmpeg down the ladder, once; cause nil means that it was ordered.
func (c *child) end(cause error) {
	if cause == nil {
		c.asked = true
		if c.last.At.IsZero() && c.e.cfg.Spec.waits() {
			cause = proc.ErrUnresponsive // it does not read a "q" before somebody has come
		}
	}
	c.stop(cause)
	c.e.update(func(s *Status) { s.State = Stopping })
}

// ended clears the table after ffmpeg.
func (c *child) ended(exit proc.Exit, d *diagnosis) ending {
	e := c.e
	words, final := d.verdict(exit)
	if d.lost && e.cfg.Refused != nil && !c.asked {
		if why := e.cfg.Refused(c.began); why != "" {
			words = "the engine refused the stream: " + why
		}
	}
	words = e.mask(words)
	switch {
	case c.hung != "" && !c.asked:
		words, final = c.hung+" and was interrupted", false
		if exit.Signal == "SIGKILL" {
			words = c.hung + " and was killed"
		}
	case exit.OK() && c.last.End:
		words = "the input came to its end"
	}
	now := e.cfg.Now()
	e.print("--- ffmpeg ended: " + words + " ---")
	e.update(func(s *Status) {
		s.PID, s.Stalled, s.LastExit, s.LastExitAt, s.CPU, s.Memory = 0, false, words, now, 0, 0
		s.Failed = !c.asked && !(exit.OK() && c.last.End)
	})
	e.cfg.Logger.Info("encoder ended", "encoder", e.cfg.Spec.ID, "point", e.cfg.Spec.Point,
		"how", words, "asked", c.asked, "ran", exit.Duration)
	return ending{
		words: words, asked: c.asked, complete: exit.OK() && c.last.End, final: final,
		ran: exit.Duration, launched: c.launched, over: e.ordered(),
	}
}
