package kit

import (
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"pubpoint/ui/look"
)

// noon is the moment the tests take for now.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// themed gives the test an app with the window's own theme.
func themed(t testing.TB) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(look.NewTheme(look.Dark()))
}

// shown puts o into a window of that size and returns the window.
func shown(t testing.TB, o fyne.CanvasObject, width, height float32) fyne.Window {
	t.Helper()
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w
}

// later is a clock that stands still until the test moves it.
type later struct{ waiting []*wait }

type wait struct {
	d       time.Duration
	f       func()
	stopped bool
}

func (l *later) after(d time.Duration, f func()) func() {
	w := &wait{d: d, f: f}
	l.waiting = append(l.waiting, w)
	return func() { w.stopped = true }
}

// pass lets the oldest wait that still stands end, and returns how long it would have been.
func (l *later) pass(t *testing.T) time.Duration {
	t.Helper()
	for len(l.waiting) > 0 {
		w := l.waiting[0]
		l.waiting = l.waiting[1:]
		if !w.stopped {
			w.f()
			return w.d
		}
	}
	t.Fatal("nobody waits")
	return 0
}

// wavy is a series of n samples, a second apart, up to noon.
func wavy(n int, base, swing float64) []Sample {
	out := make([]Sample, n)
	for i := range out {
		v := base + swing*math.Sin(float64(i)/7) + swing/3*math.Sin(float64(i)/1.7)
		out[i] = Sample{At: noon().Add(time.Duration(i-n+1) * time.Second).UnixMilli(), Value: v}
	}
	return out
}
