package gate

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// Request takes a place for a request of a viewer, to be released once it is answered; else it says
// why there is none.
func (g *Gate) Request(r *http.Request) (release func(), refusal *Refusal) {
	if refusal := g.late(r.Context()); refusal != nil {
		return nil, refusal
	}
	if !g.paces.allows(g.client(r.RemoteAddr)) {
		return nil, g.refuse(g.rate, " ("+g.address(r.RemoteAddr)+")")
	}
	name := g.address(r.RemoteAddr)
	if refusal := g.both(g.requests, g.requestsByAddress, name, " ("+name+")"); refusal != nil {
		return nil, refusal
	}
	return sync.OnceFunc(func() { g.release(g.requests, g.requestsByAddress, name) }), nil
}

// Wait takes a place for a request that is about to wait for what is yet to come.
func (g *Gate) Wait() (release func(), refusal *Refusal) {
	if !g.waiting.take("") {
		return nil, g.refuse(g.waiting, "")
	}
	return sync.OnceFunc(func() { g.waiting.leave("") }), nil
}

// Session takes a place for an encoder that sends to a publishing point. The error is a *Refusal.
func (g *Gate) Session(ctx context.Context, point string) (release func(), err error) {
	if refusal := g.late(ctx); refusal != nil {
		return nil, refusal
	}
	if refusal := g.both(g.sessions, g.sessionsByPoint, point, " from "+point); refusal != nil {
		return nil, refusal
	}
	return sync.OnceFunc(func() { g.release(g.sessions, g.sessionsByPoint, point) }), nil
}

// Listen returns l with its connections counted. It belongs beneath TLS.
func (g *Gate) Listen(l net.Listener) net.Listener { return &listener{Listener: l, g: g} }

type listener struct {
	net.Listener
	g *Gate
}

// Accept waits for a connection that has a place, or that can be told why it has none.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		name := l.g.address(c.RemoteAddr().String())
		refusal := l.g.both(l.g.connections, l.g.connectionsByAddress, name, " ("+name+")")
		if refusal == nil {
			return &conn{Conn: c, leave: func() { l.g.release(l.g.connections, l.g.connectionsByAddress, name) }}, nil
		}
		if l.g.extra.take("") {
			return &conn{Conn: c, refusal: refusal, leave: func() { l.g.extra.leave("") }}, nil
		}
		// Nothing was sent; there is nobody to be told of a failure.
		_ = c.Close()
	}
}

// conn gives its place back when it is closed.
type conn struct {
	net.Conn
	refusal *Refusal // why it is one too many; nil when it is not
	once    sync.Once
	leave   func()
}

// Close closes the connection and gives its place back.
func (c *conn) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}

// Plain is the connection below, for who writes in several pieces at once.
func (c *conn) Plain() net.Conn { return c.Conn }

// CloseWrite shuts the sending half, where the connection has halves.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// lateKey is where a context has the refusal of its connection.
type lateKey struct{}

// Connect is for http.Server.ConnContext: requests on a connection too many are told so.
func (g *Gate) Connect(ctx context.Context, c net.Conn) context.Context {
	if refusal := refusalOf(c); refusal != nil {
		return context.WithValue(ctx, lateKey{}, refusal)
	}
	return ctx
}

// Extra reports whether a connection is one too many, which is there to be told so.
func (g *Gate) Extra(c net.Conn) bool { return refusalOf(c) != nil }

// refusalOf looks below what may lie over a connection of ours.
func refusalOf(c net.Conn) *Refusal {
	for {
		switch over := c.(type) {
		case *conn:
			return over.refusal
		case *tls.Conn:
			c = over.NetConn()
		case interface{ Plain() net.Conn }:
			c = over.Plain()
		default:
			return nil
		}
	}
}

// Paced reports whether the rate of requests is bounded, so that each must be counted.
func (g *Gate) Paced() bool { return g.paces.rate > 0 }

// late is the refusal of the connection that a request came by, or nil.
func (g *Gate) late(ctx context.Context) *Refusal {
	refusal, _ := ctx.Value(lateKey{}).(*Refusal)
	return refusal
}

// Late reports why the connection that a request came by is one too many; nil when it is not.
func (g *Gate) Late(r *http.Request) *Refusal { return g.late(r.Context()) }
