//go:build e2e

package e2e

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// relay is the network between an encoder and its server, which a test can cut.
type relay struct {
	t        *testing.T
	listener net.Listener
	to       string
	all      sync.WaitGroup

	mu    sync.Mutex
	conns []*net.TCPConn // both ends of those that are open
	count int            // of the connections that there were
}

func newRelay(t *testing.T, media string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, listener: l, to: strings.TrimPrefix(media, "http://")}
	r.all.Go(r.accept)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		r.cut(false)
		r.all.Wait()
	})
	return r
}

func (r *relay) accept() {
	for {
		in, err := r.listener.Accept()
		if err != nil {
			return // the test is over
		}
		out, err := net.Dial("tcp", r.to)
		if err != nil {
			r.t.Error(err)
			return
		}
		ends := []*net.TCPConn{in.(*net.TCPConn), out.(*net.TCPConn)}
		r.mu.Lock()
		r.conns = append(r.conns, ends...)
		r.count++
		r.mu.Unlock()
		for i := range ends {
			r.all.Go(func() {
				// How it ends is told by the other end, or was the test's wish.
				_, _ = io.Copy(ends[1-i], ends[i])
				if err := ends[1-i].CloseWrite(); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, syscall.ENOTCONN) {
					r.t.Error(err)
				}
			})
		}
	}
}

// cut closes what is open: in order (FIN), or as a machine does that knows of no connection (RST).
func (r *relay) cut(reset bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		if reset {
			if err := c.SetLinger(0); err != nil && !errors.Is(err, net.ErrClosed) {
				r.t.Error(err)
			}
		}
		if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			r.t.Error(err)
		}
	}
	r.conns = nil
}

func (r *relay) connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// TestEncoderComesAndGoes has the connection of a real encoder closed and reset, and its process
// stand still, while a player follows: the player is never disconnected nor refused, and lacks
// nothing but what was not sent.
func TestEncoderComesAndGoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	v := watch(t, s.url("oceans", "Manifest"))
	r := newRelay(t, s.media)
	encoder := ffmpeg(t, live(patient("http://"+r.listener.Addr().String()+strings.TrimPrefix(s.ingest("oceans", liveStream), s.media))...)...)
	v.await(t, 2)
	for _, reset := range []bool{false, true} {
		before, connections := v.count(), r.connections()
		r.cut(reset)
		eventually(t, "the encoder is back", func() (any, bool) {
			n := r.connections()
			return n, n > connections
		})
		v.await(t, before+3) // two of them may be those that nothing had followed yet
	}
	if err := encoder.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next fragment is overdue", func() (any, bool) {
		var point struct {
			Lag float64 `json:"lag_seconds"`
		}
		s.api(t, http.MethodGet, "/api/v1/points/oceans/statistics", nil, &point)
		return point, point.Lag > 2
	})
	before := v.count()
	if err := encoder.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	v.await(t, before+3)
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	<-v.done
	v.leave(t)
	v.sameStill(t)
	for _, l := range checkRecording(t, newPlayer(t, v.base)) {
		gaps := 0
		for i, at := range l.spans[1:] {
			if at.start < l.spans[i].end() {
				t.Errorf("%s: %v follows %v", l, at, l.spans[i])
			}
			if at.start > l.spans[i].end() {
				gaps++
			}
		}
		if gaps > 2 {
			t.Errorf("%s has %d gaps, but the connection was cut twice: %v", l, gaps, l.spans)
		}
		if n := len(v.seen[l.String()]); n != len(l.spans) {
			t.Errorf("%s: the player has %d of %d fragments", l, n, len(l.spans))
		}
	}
}
