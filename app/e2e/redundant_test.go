//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// locked is a test pattern with sound whose times are those of the wall clock, with a key
// frame at every full second: however often it is started, its fragments are at the same
// times as those of every other.
func locked(push ...string) []string {
	const sound = "-use_wallclock_as_timestamps 1 -f lavfi -i sine=frequency=440:sample_rate=48000,arealtime"
	args := strings.Fields("-use_wallclock_as_timestamps 1 -f lavfi -i testsrc2=size=96x54:rate=25,realtime " + sound + " -copyts -af aresample=async=1")
	args = append(args, "-vf", "fps=25,select='not(isnan(prev_selected_t))+eq(mod(pts,25),0)'")
	args = append(args, strings.Fields("-c:v libx264 -preset ultrafast -tune zerolatency -threads 1 -pix_fmt yuv420p -g 25 -keyint_min 25 -sc_threshold 0 -b:v 60k -c:a aac -ac 1 -b:a 32k")...)
	return append(args, push...)
}

// TestRedundantEncoders has two encoders, locked to the wall clock, send one stream. One is
// killed and started again, then the other: no picture is missing and none comes twice.
func TestRedundantEncoders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	begin := func() *process { return ffmpeg(t, locked(push(s.ingest("oceans", "oceans-60k-32k"))...)...) }
	sending := func(encoders int) {
		t.Helper()
		eventually(t, fmt.Sprint(encoders, " encoders are sending"), func() (any, bool) {
			var st struct {
				Sources []struct {
					Connected          bool
					Fragments, Dropped int64
				}
			}
			s.api(t, http.MethodGet, "/api/v1/points/oceans/statistics", nil, &st)
			n := 0
			for _, source := range st.Sources {
				if source.Connected && source.Fragments+source.Dropped >= 4 { // two of each track
					n++
				}
			}
			return st, n == encoders
		})
	}
	// more waits until a viewer has seen more of both tracks.
	more := func(fragments int) {
		t.Helper()
		seen := func() int {
			v.mu.Lock()
			defer v.mu.Unlock()
			fewest := 0
			for _, fragments := range v.seen {
				if fewest == 0 || len(fragments) < fewest {
					fewest = len(fragments)
				}
			}
			return fewest
		}
		want := seen() + fragments
		eventually(t, fmt.Sprint("a viewer has ", want, " fragments"), func() (any, bool) {
			n := seen()
			return n, n >= want
		})
	}
	a, b := begin(), begin()
	sending(2)
	a.kill(t)
	more(3)
	a = begin()
	sending(2)
	b.kill(t)
	more(3)
	var found struct {
		Findings []struct{ Code, Text, Action string }
	}
	if status := s.api(t, http.MethodGet, "/api/v1/points/oceans/findings", nil, &found); status != http.StatusOK {
		t.Fatal(status)
	}
	for _, f := range found.Findings {
		if f.Code == "time-gap" || f.Code == "fragment-late" || f.Code == "clock-restarted" {
			t.Errorf("found %+v", f)
		}
	}
	a.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	v.leave(t)
	v.sameStill(t)
	_, levels := newPlayer(t, v.base).mustManifest(t)
	for _, l := range levels {
		for i, at := range l.spans[1:] {
			// Sound of encoders that were started apart is cut up to two frames apart.
			apart, most := at.start-l.spans[i].end(), int64(0)
			if strings.Contains(l.String(), "audio") {
				most = 430_000
			}
			if apart < 0 || apart > most {
				t.Errorf("%s: %d ticks between %v and %v", l, apart, l.spans[i], at)
			}
		}
	}
}
