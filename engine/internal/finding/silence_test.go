package finding

import (
	"testing"
	"time"
)

// A time that goes on is told without digits that change while they are read.
func TestPassed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		7460 * time.Millisecond: "7 s", 119 * time.Second: "119 s", 2 * time.Minute: "2 min", 119*time.Minute + 50*time.Second: "119 min", 26 * time.Hour: "26 h",
	} {
		if got := passed(d); got != want {
			t.Errorf("%v is told as %q, not %q", d, got, want)
		}
	}
}
