package origin

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/wire"
)

// listenLocal binds the listener for encoders on this machine: on loopback, at a port that is
// free. There is none, and they use the media listener, where that has neither TLS nor a demand
// for credentials.
//
// They do not go through TLS, because a certificate for a public name says nothing of 127.0.0.1,
// and not every ffmpeg is built with TLS.
func (o *Origin) listenLocal(ctx context.Context) (net.Listener, error) {
	if o.cfg.TLS == nil && !o.cfg.RequireIngestAuth {
		return nil, nil
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil { // a machine with IPv6 alone
		var second error
		if l, second = config.Listen(ctx, "tcp", "[::1]:0"); second != nil {
			return nil, &engine.Error{Op: "listen", Kind: engine.Unavailable, Err: errors.Join(err, second),
				Text: "This machine has no loopback address for its own encoders (" + reason(err) + "); bring its interface lo up."}
		}
	}
	return l, nil
}

// localBase is where encoders on this machine post.
func (o *Origin) localBase() string {
	a := o.Addresses()
	if a.Local != "" {
		return a.Local
	}
	return a.Media
}

// secureBase is the base of the TLS listener's URLs, by a name that its certificate is good for.
func (o *Origin) secureBase(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || o.cfg.PublicHost == nil {
		return "https://" + addr
	}
	host = o.cfg.PublicHost(host)
	if port == "443" && net.ParseIP(host) == nil {
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(host, port)
}

// Tell records something that concerns the whole program as an event: in the log, in the event log
// and for those who listen. It may be called at any time from any goroutine.
func (o *Origin) Tell(s engine.Severity, text string) {
	o.journal.add(engine.Event{Severity: s, Text: text})
}

// fromLocal is the key of a connection's context that says it came to the listener for encoders on
// this machine.
type fromLocal struct{}

// mark is http.Server.ConnContext.
func (o *Origin) mark(ctx context.Context, c net.Conn) context.Context {
	ctx = o.crowd.Connect(ctx, c)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.local != nil && c.LocalAddr().String() == o.local.Addr().String() {
		return context.WithValue(ctx, fromLocal{}, true)
	}
	return ctx
}

// admit decides who may send to a point. What comes to the listener for encoders on this
// machine comes from this machine, and may. Kind: Unauthorized.
func (o *Origin) admit(r *http.Request, name string) error {
	if !o.cfg.RequireIngestAuth || r.Context().Value(fromLocal{}) != nil || o.demandsCredentials(name) {
		return nil
	}
	return &engine.Error{Op: "ingest", Point: name, Kind: engine.Unauthorized,
		Text: "This server takes encoders with credentials alone, and the publishing point " + name + " has none to ask for; give it some, or start without require-ingest-auth."}
}

// demandsCredentials tells whether a point asks encoders for credentials; that they are right is looked
// at elsewhere.
func (o *Origin) demandsCredentials(name string) bool {
	e := o.points.find(name, liveExt)
	return e != nil && len(e.Status().Config.IngestAuth) > 0
}

// server is what serves a listener: wire.Server in clear text, and net/http's with TLS.
type server interface {
	Serve(l net.Listener) error
	Shutdown(ctx context.Context) error
	Close() error
}

// server makes the server of a listener. A TLS handshake has readHeaderTimeout, as a head has. secure
// is nil for clear text.
func (o *Origin) server(secure *tls.Config) server {
	limits := &http.Server{ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ConnContext: o.mark}
	if secure == nil {
		return wire.New(wire.Config{Handler: o.handler, Known: o.handler.Known, Sent: o.handler.Sent, Logger: o.cfg.Logger, Server: limits, Theirs: o.crowd.Extra})
	}
	limits.Handler, limits.TLSConfig, limits.ErrorLog = o.handler, secure, slog.NewLogLogger(o.cfg.Logger.Handler(), slog.LevelDebug)
	return tlsServer{limits}
}

// tlsServer speaks HTTP/1.1 and HTTP/2 over TLS.
type tlsServer struct{ *http.Server }

// Serve implements server.
func (s tlsServer) Serve(l net.Listener) error { return s.ServeTLS(l, "", "") }
