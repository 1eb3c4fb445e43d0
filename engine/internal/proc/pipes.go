package proc

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"
)

// pipes are the child's standard streams. The ends named R or W that the child uses are
// closed here as soon as it has started, so that the end of the child is the end of the pipe.
type pipes struct {
	stdinR, stdinW   *os.File // nil without a standard input
	stdoutR, stdoutW *os.File
	stderrR, stderrW *os.File
}

func openPipes(stdin bool) (*pipes, error) {
	p := &pipes{}
	var err error
	if p.stdoutR, p.stdoutW, err = os.Pipe(); err != nil {
		return nil, fmt.Errorf("open a pipe for the child's output: %w", err)
	}
	if p.stderrR, p.stderrW, err = os.Pipe(); err != nil {
		return nil, errors.Join(fmt.Errorf("open a pipe for the child's errors: %w", err), closeAll(p.stdoutR, p.stdoutW))
	}
	if !stdin {
		return p, nil
	}
	if p.stdinR, p.stdinW, err = os.Pipe(); err != nil {
		return nil, errors.Join(fmt.Errorf("open a pipe for the child's input: %w", err),
			closeAll(p.stdoutR, p.stdoutW, p.stderrR, p.stderrW))
	}
	return p, nil
}

// ask writes to the child's standard input, for at most the given time.
func (p *pipes) ask(text []byte, within time.Duration) error {
	if err := p.stdinW.SetWriteDeadline(time.Now().Add(within)); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		return err
	}
	_, err := p.stdinW.Write(text)
	return err
}

// feed writes all of the configured input to the child and closes its standard input. The channel
// is closed when that is done, or the child has ended: then nobody reads, and writing fails.
func (c *Command) feed(p *pipes) <-chan struct{} {
	done := make(chan struct{})
	if c.cfg.Input == nil {
		close(done)
		return done
	}
	go func() {
		defer close(done)
		_, err := p.stdinW.Write(c.cfg.Input)
		if err = errors.Join(err, p.stdinW.Close()); err != nil {
			c.cfg.Logger.Debug("the child did not read all of its input", "err", err)
		}
		p.stdinW = nil
	}()
	return done
}

func (p *pipes) closeTheirs(log *slog.Logger) {
	if err := closeAll(p.stdinR, p.stdoutW, p.stderrW); err != nil {
		log.Warn("the child's ends of its pipes could not be closed", "err", err)
	}
}

func (p *pipes) closeOurs(log *slog.Logger) {
	if err := closeAll(p.stdinW, p.stdoutR, p.stderrR); err != nil {
		log.Warn("pipes of a child could not be closed", "err", err)
	}
}

func closeAll(files ...*os.File) error {
	var errs []error
	for _, f := range files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}
