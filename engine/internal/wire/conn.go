package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// Sizes and times of a connection.
const (
	bufferSize = 4 << 10 // a head that does not fit goes to net/http
	// slack is by how much a deadline is set too far, so that it need not be set for each request.
	slack = 10 * time.Second
	// pieceSize is how much a client must take within Config.Patience.
	pieceSize = 64 << 10
	// watchAfter is how long a handler may work before it is watched whether its client is still there.
	watchAfter = 20 * time.Millisecond
)

// conn is one connection. Its goroutine alone touches what is not marked otherwise.
type conn struct {
	s      *Server
	nc     net.Conn
	remote string // address and port
	host   string // without the port

	buf    [bufferSize]byte
	filled int // bytes of buf that were read and are not used up

	bufs      net.Buffers
	vector    [3][]byte
	readUntil time.Time
	sendUntil time.Time

	mu      sync.Mutex // guards what follows
	waiting bool       // for the first byte of a request
	winding bool       // no request is taken after the one that runs
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{s: s, nc: nc, remote: nc.RemoteAddr().String()}
	c.host = c.remote
	if host, _, err := net.SplitHostPort(c.remote); err == nil {
		c.host = host
	}
	return c
}

// wind has the connection closed as soon as it waits for a request. It may be called from any goroutine.
func (c *conn) wind() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.winding = true
	if c.waiting {
		c.s.drop(c.nc)
	}
}

// wait says that the connection waits for a request, or no more; it reports whether it may go on.
func (c *conn) wait(is bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = is
	return !c.winding
}

// serve answers requests until the connection is closed or is net/http's.
func (c *conn) serve() {
	handed := false
	defer func() {
		if !handed {
			c.s.drop(c.nc)
		}
	}()
	var r request
	for {
		switch c.read(&r) {
		case incomplete:
			return // closed, or out of time
		case theirs:
			handed = c.handOver() == nil
			return
		}
		if r.plain && !r.head && r.path != nil {
			if a := c.s.cfg.Known(r.path, r.gzip); a != nil {
				c.use(r.length)
				if !c.send(a) {
					return
				}
				continue
			}
		}
		req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.buf[:r.length])))
		if err != nil {
			handed = c.handOver() == nil
			return
		}
		c.use(r.length)
		if !c.handle(req, r.head) {
			return
		}
	}
}

// read reads until a head is whole, or it is clear that net/http shall have it. It returns incomplete when
// there is no more to come.
func (c *conn) read(r *request) verdict {
	if c.filled == 0 {
		if !c.wait(true) {
			return incomplete
		}
		if c.readUntil.IsZero() {
			c.deadline(c.s.cfg.Server.ReadHeaderTimeout, 0) // of a connection that has just come
		} else {
			c.deadline(c.s.cfg.Server.IdleTimeout, slack)
		}
		if !c.fill() || !c.wait(false) {
			return incomplete
		}
	}
	for first := true; ; first = false {
		v := parse(c.buf[:c.filled], r)
		if v != incomplete {
			return v
		}
		if c.filled == len(c.buf) {
			return theirs
		}
		if first {
			c.deadline(c.s.cfg.Server.ReadHeaderTimeout, 0)
		}
		if !c.fill() {
			return incomplete
		}
	}
}

// fill reads what there is; false when the connection gives no more.
func (c *conn) fill() bool {
	n, err := c.nc.Read(c.buf[c.filled:])
	c.filled += n
	return n > 0 || err == nil
}

// deadline gives the client d to send something, and up to spare more; 0 is no limit.
func (c *conn) deadline(d, spare time.Duration) {
	var until time.Time
	if d > 0 {
		now := time.Now()
		if spare > 0 && !c.readUntil.IsZero() && c.readUntil.Sub(now) >= d && c.readUntil.Sub(now) <= d+spare {
			return
		}
		until = now.Add(d + spare)
	} else if c.readUntil.IsZero() {
		return
	}
	c.readUntil = until
	// A connection that cannot keep a deadline is closed, and says so when it is read.
	_ = c.nc.SetReadDeadline(until)
}

// use drops what has been used up from the buffer.
func (c *conn) use(n int) {
	copy(c.buf[:], c.buf[n:c.filled])
	c.filled -= n
}

// send writes an answer that was known.
func (c *conn) send(a *Answer) bool {
	now := time.Now()
	patience := c.s.cfg.Patience * time.Duration(1+len(a.Body)/pieceSize)
	if left := c.sendUntil.Sub(now); left < patience || left > patience+slack {
		c.sendUntil = now.Add(patience + slack)
		// As above: the write says when the connection is gone.
		_ = c.nc.SetWriteDeadline(c.sendUntil)
	}
	c.vector = [3][]byte{a.Head, c.s.clock.date(now), a.Body}
	c.bufs = c.vector[:]
	n, err := c.bufs.WriteTo(c.nc)
	c.s.cfg.Sent(a, c.host, max(0, n-int64(len(a.Head))-int64(len(c.s.clock.date(now)))))
	return err == nil
}

// handOver gives the connection to net/http.
func (c *conn) handOver() error {
	c.mu.Lock()
	c.waiting = false
	c.mu.Unlock()
	// net/http sets its own; a connection that is gone is found out there.
	_ = c.nc.SetDeadline(time.Time{})
	b := &begun{Conn: c.nc, read: bytes.Clone(c.buf[:c.filled])}
	return c.s.rest.give(b)
}

// handle has the handler answer a request, and reports whether the connection can be used again.
func (c *conn) handle(req *http.Request, isHead bool) (again bool) {
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), http.LocalAddrContextKey, c.nc.LocalAddr()))
	defer cancel()
	req.RemoteAddr = c.remote
	req = req.WithContext(ctx)
	if !c.sendUntil.IsZero() { // of an answer before this
		c.sendUntil = time.Time{}
		_ = c.nc.SetWriteDeadline(time.Time{})
	}
	w := newWriter(c, isHead)
	watch := c.watch(cancel)
	defer func() {
		cause := recover()
		alive := watch.end()
		switch err, _ := cause.(error); {
		case cause == nil:
			again = w.finish() && alive
		case !errors.Is(err, http.ErrAbortHandler):
			c.s.log.Error("request handler panicked", "path", req.URL.Path, "panic", cause, "stack", string(debug.Stack()))
		}
	}()
	c.s.cfg.Handler.ServeHTTP(w, req)
	return false // the deferred function knows better
}

// isWinding tells whether no request is taken any more.
func (c *conn) isWinding() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.winding
}
