// Package wire speaks HTTP/1.1 to viewers: what net/http does, for the few kinds of requests that players
// make many thousand times a second, at a third of its cost.
//
// A connection is served by one goroutine. It reads a request's head into the connection's own buffer and
// looks it over. A GET whose answer is known already (Config.Known) is answered by one writev, and nothing is
// allocated. Any other plain GET or HEAD goes to Config.Handler. Everything else, from a POST to a field
// that is written oddly, is left to net/http, which gets the connection with all that was read of it and
// keeps it: this package never judges what it does not understand, so there is one opinion on it.
//
// What it costs, a fragment of 17 kB, hot, on one machine and in one run: nginx with sendfile 13 µs of
// processor time, net/http 40, this package 18 (make bench has the present figures).
package wire

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Answer is a response that was made before its request came. It never changes.
type Answer struct {
	// Head is the status line and the fields, each with its CRLF, without Date and without the empty line.
	Head []byte
	// Body is what follows; Head says how long it is.
	Body []byte
	// Of is whatever its maker knows it by, for Config.Sent.
	Of any
}

// NewAnswer makes an answer of a status, its fields and a body. Date is left out, since every second has its
// own; Content-Length must be among the fields.
func NewAnswer(status int, header http.Header, body []byte, of any) *Answer {
	return &Answer{Head: appendFields(appendStatus(nil, status), header), Body: body, Of: of}
}

// Config is what a Server needs. Handler and Server are required.
type Config struct {
	// Handler answers what is not known, and everything that net/http was given.
	Handler http.Handler
	// Server has the limits: ReadHeaderTimeout, IdleTimeout, MaxHeaderBytes. It serves what is left to
	// net/http; its Handler is set.
	Server *http.Server
	// Known returns the answer to a GET of a path without a query, or nil. It is called from any goroutine,
	// must not block and must not keep path. gzip tells whether the client takes that coding. nil knows nothing.
	Known func(path []byte, gzip bool) *Answer
	// Sent is told what became of a known answer: how many bytes of its body went to which address, without
	// port. It may be nil.
	Sent func(a *Answer, remote string, bytes int64)
	// Patience is how long a client may take nothing at all of a known answer; 0 means 20 s.
	Patience time.Duration
	Logger   *slog.Logger
}

// Server serves connections of listeners. It is made by New, and all its methods may be called from any
// goroutine.
type Server struct {
	cfg   Config
	log   *slog.Logger
	rest  *handOver // the listener of net/http
	clock clock

	closing atomic.Bool
	mu      sync.Mutex
	conns   map[*conn]struct{}
	listen  net.Listener
	gone    sync.WaitGroup // of connections
}

// New returns a server that serves nothing yet.
func New(cfg Config) *Server {
	if cfg.Patience <= 0 {
		cfg.Patience = 20 * time.Second
	}
	if cfg.Known == nil {
		cfg.Known = func([]byte, bool) *Answer { return nil }
	}
	if cfg.Sent == nil {
		cfg.Sent = func(*Answer, string, int64) {}
	}
	s := &Server{cfg: cfg, log: cfg.Logger, conns: map[*conn]struct{}{}, rest: newHandOver()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	cfg.Server.Handler = cfg.Handler
	return s
}

// Serve answers on l until Shutdown or Close, and then returns http.ErrServerClosed. It may be called once.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listen = l
	s.mu.Unlock()
	if s.closing.Load() {
		return errors.Join(http.ErrServerClosed, l.Close())
	}
	s.rest.address = l.Addr()
	others := make(chan error, 1)
	go func() { others <- s.cfg.Server.Serve(s.rest) }()
	err := s.accept(l)
	if s.closing.Load() {
		err = http.ErrServerClosed
	} else {
		err = errors.Join(err, s.cfg.Server.Close())
	}
	if served := <-others; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// accept takes connections in until the listener is closed.
func (s *Server) accept(l net.Listener) error {
	const least, most = 5 * time.Millisecond, time.Second
	pause := least
	for {
		c, err := l.Accept()
		if err == nil {
			pause = least
			s.take(c)
			continue
		}
		var passing interface{ Temporary() bool }
		if s.closing.Load() || !errors.As(err, &passing) || !passing.Temporary() {
			return err
		}
		// Out of file descriptors, most likely: others will be given back.
		s.log.Error("connection not accepted", "error", err, "again", pause)
		time.Sleep(pause)
		pause = min(2*pause, most)
	}
}

// take begins to serve a connection.
func (s *Server) take(nc net.Conn) {
	c := newConn(s, nc)
	s.mu.Lock()
	if s.closing.Load() {
		s.mu.Unlock()
		s.drop(nc)
		return
	}
	s.conns[c] = struct{}{}
	s.gone.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.gone.Done()
		c.serve()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
}

// drop closes a connection; that it cannot be closed concerns nobody.
func (s *Server) drop(c net.Conn) {
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		s.log.Debug("connection closed badly", "error", err)
	}
}

// Shutdown stops accepting, closes connections that wait for a request, lets running answers come to their
// end and returns when all are gone, or with ctx's error when that ends before.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.stop(false)
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.gone.Wait()
	}()
	err = errors.Join(err, s.cfg.Server.Shutdown(ctx))
	select {
	case <-over:
		return err
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}

// Close stops accepting and cuts all connections.
func (s *Server) Close() error {
	return errors.Join(s.stop(true), s.cfg.Server.Close())
}

// stop closes the listener and every connection that is idle, or every one.
func (s *Server) stop(all bool) error {
	s.closing.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.listen != nil {
		if err = s.listen.Close(); errors.Is(err, net.ErrClosed) {
			err = nil
		}
	}
	for c := range s.conns {
		if all {
			s.drop(c.nc)
		} else {
			c.wind()
		}
	}
	return err
}

// clock keeps the Date field of the present second.
type clock struct {
	line atomic.Pointer[dateLine]
}

type dateLine struct {
	second int64
	text   []byte // with the CRLF of the field and that of the empty line
}

// date returns the last lines of a head.
func (c *clock) date(now time.Time) []byte {
	second := now.Unix()
	if d := c.line.Load(); d != nil && d.second == second {
		return d.text
	}
	d := &dateLine{second: second, text: []byte("Date: " + now.UTC().Format(http.TimeFormat) + "\r\n\r\n")}
	c.line.Store(d)
	return d.text
}
