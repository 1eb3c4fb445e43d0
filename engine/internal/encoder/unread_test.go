//go:build unix

package encoder

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pubpoint/engine/internal/proc"
)

// TestRealEngineStopsReading has the engine take in the beginning of a stream of a real ffmpeg and
// then nothing more, though the connection stays open: the encoder is interrupted, killed when it
// does not end, and started again, until the limit is reached.
func TestRealEngineStopsReading(t *testing.T) {
	tool := realTool(t)
	over := make(chan struct{})
	var stuck atomic.Bool
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		if _, err := req.Body.Read(make([]byte, 100)); err != nil {
			t.Error(err)
		}
		stuck.Store(true)
		<-over
	}))
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if tcp, is := c.(*net.TCPConn); is && state == http.StateNew {
			if err := tcp.SetReadBuffer(4096); err != nil { // so that little is on its way
				t.Error(err)
			}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	clock := &handClock{}
	spec := small(Spec{ID: "demo", Point: "demo", Input: Input{Kind: TestPattern}, Video: []Rung{{160, 90, 60_000}}})
	s := perform(t, "", func(c *Config) {
		c.Spec, c.Tool, c.URL, c.Now = spec, tool, IngestURL(server.URL, spec), clock.now
		c.StallAfter, c.HungAfter, c.LostAfter = 10*time.Second, 20*time.Second, 40*time.Second
		c.Seen = func() time.Time {
			if stuck.Load() {
				clock.advance(time.Second) // nothing is seen, and time goes on
			}
			return time.Time{}
		}
		c.Ladder = proc.Ladder{AskFor: time.Hour, InterruptFor: 20 * time.Millisecond}
		c.Pace = proc.Pace{First: time.Millisecond, Longest: 4 * time.Millisecond, Healthy: time.Hour, Limit: 3}
	})
	s.Start(clock.now())
	failed := s.await(t, Failed)
	if failed.Restarts != 3 || !strings.HasPrefix(failed.Failure, "ffmpeg ended 4 times in a row, at last: hung (no sign of life for 20s) and was ") {
		t.Errorf("%d restarts, failure %q, log %v", failed.Restarts, failed.Failure, s.Log(0))
	}
}
