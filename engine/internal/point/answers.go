package point

import (
	"context"
	"errors"
)

// Answers returns nil once the point's goroutine has shown that it works, and an error when it has not
// before ctx ends. One that still reads its directory, or has ended, is not waited for. It changes
// nothing and publishes no view, so it may be asked often.
func (p *Point) Answers(ctx context.Context) error {
	select {
	case <-p.loaded:
	default:
		return nil
	}
	select {
	case p.knocks <- struct{}{}:
		return nil
	case <-p.gone:
		return nil
	case <-ctx.Done():
		return errors.New("the goroutine of the publishing point " + p.cfg.Name + " does not answer")
	}
}
