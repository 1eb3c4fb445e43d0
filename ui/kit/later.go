package kit

import (
	"time"

	"fyne.io/fyne/v2"
)

// Later calls f on Fyne's goroutine after d, unless stop is called before, also on Fyne's goroutine. Widgets that
// change back by themselves take one, so that tests decide when time passes.
type Later func(d time.Duration, f func()) (stop func())

// AfterDo is the Later of the real clock.
func AfterDo(d time.Duration, f func()) (stop func()) {
	stopped := false // touched on Fyne's goroutine only
	timer := time.AfterFunc(d, func() {
		fyne.Do(func() {
			// The timer may have fired while stop was waiting for its turn.
			if !stopped {
				f()
			}
		})
	})
	return func() {
		stopped = true
		timer.Stop()
	}
}
