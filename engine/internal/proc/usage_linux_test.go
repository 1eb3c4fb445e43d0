package proc

import (
	"os"
	"testing"
	"time"
)

func TestReadUsage(t *testing.T) {
	u, ok := ReadUsage(os.Getpid())
	if !ok || u.Memory < 1<<20 {
		t.Errorf("this process uses %+v, %v", u, ok)
	}
	if u, ok := ReadUsage(1 << 30); ok {
		t.Errorf("no process uses %+v", u)
	}
	for _, c := range []struct {
		stat string
		want Usage
		ok   bool
	}{
		{"7 (a) b) (c) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1 0 9 8 3 18446744073709551615", Usage{2 * time.Second, 3 * 4096}, true},
		{"7 (a) S 1 7 7 0 -1 4194560 1 2 3 4 -150 50 0 0 20 0 1 0 9 8 3 1", Usage{}, false},
		{"7 (a) S 1 7", Usage{}, false},
		{"", Usage{}, false},
	} {
		if u, ok := parseUsage([]byte(c.stat), 4096); u != c.want || ok != c.ok {
			t.Errorf("%q: %+v, %v", c.stat, u, ok)
		}
	}
}
