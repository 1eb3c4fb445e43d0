package ingest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/access"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/point"
)

// Doorkeeper says who may publish. It is called before a byte of a body is read, from any number
// of goroutines.
type Doorkeeper interface {
	// Publish returns nil, or an *access.Refusal, or the error of ctx.
	Publish(ctx context.Context, r access.Request) error
}

// patience is how long an encoder that came without credentials may take to come with them, until
// that counts as a refusal.
const patience = 5 * time.Second

// maxWaiting is how many such encoders are remembered.
const maxWaiting = 1024

// welcome asks the doorkeeper. The error has a sentence and a kind.
func (h *Handler) welcome(r *http.Request, target Target) error {
	if h.cfg.Access == nil {
		return nil
	}
	remote := access.Address(r.RemoteAddr)
	err := h.cfg.Access.Publish(r.Context(), access.Request{
		Point: target.Point, Stream: target.Stream, Method: r.Method, URI: r.RequestURI,
		Authorization: r.Header.Values("Authorization"), Remote: remote, Near: near(r),
	})
	var no *access.Refusal
	if !errors.As(err, &no) {
		return err
	}
	kind := engine.Unauthorized
	if no.Status == http.StatusServiceUnavailable {
		kind = engine.Unavailable
	}
	return &engine.Error{Op: "ingest", Point: target.Point, Kind: kind, Err: no}
}

// near reports whether a request comes from this machine: over loopback, or from the address that
// it was made to.
func near(r *http.Request) bool {
	remote := access.Address(r.RemoteAddr)
	if !remote.IsValid() || remote.IsLoopback() {
		return remote.IsLoopback()
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && access.Address(local.String()) == remote
}

// unwelcome sets the header fields that go with a refusal.
func unwelcome(w http.ResponseWriter, err error) {
	var no *access.Refusal
	if !errors.As(err, &no) {
		return
	}
	if len(no.Challenges) > 0 {
		w.Header()["Www-Authenticate"] = no.Challenges
	}
	if no.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(no.RetryAfter/time.Second)+1))
	}
}

// untold reports whether a refusal is not for the operator: the encoder has only asked what it has
// to prove, or it has been told of often enough.
func (h *Handler) untold(p *point.Point, r engine.Refusal, err error) bool {
	var no *access.Refusal
	if !errors.As(err, &no) {
		return false
	}
	if no.Status == http.StatusTooManyRequests {
		return true
	}
	return no.First && h.waiting.add(p, r)
}

// Settle tells operators of encoders that came without credentials some time ago and never came
// with them. Somebody must call it now and then.
func (h *Handler) Settle(ctx context.Context, now time.Time) {
	for _, late := range h.waiting.late(now) {
		late.point.Refuse(ctx, late.refusal, finding.RefusedAuth)
	}
}

// waiting are encoders that came without credentials and are expected with them.
type waiting struct {
	mu  sync.Mutex
	all map[visitor]expected // guarded by mu
}

// visitor is an encoder as far as it can be told again: it comes back from another port.
type visitor struct {
	point  *point.Point
	stream string
	host   string
}

type expected struct {
	point   *point.Point
	refusal engine.Refusal
}

func visitorOf(p *point.Point, stream, remote string) visitor {
	return visitor{p, stream, access.Address(remote).String()}
}

// add expects an encoder to come back, and reports whether there is room for that.
func (w *waiting) add(p *point.Point, r engine.Refusal) bool {
	v := visitorOf(p, r.Stream, r.Remote)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.all[v]; known {
		return true
	}
	if len(w.all) >= maxWaiting {
		return false
	}
	w.all[v] = expected{p, r}
	return true
}

// done forgets one that has come back, whether or not it was let in.
func (w *waiting) done(p *point.Point, stream, remote string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.all, visitorOf(p, stream, remote))
}

// late takes out those that were waited for long enough.
func (w *waiting) late(now time.Time) []expected {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []expected
	for v, e := range w.all {
		if now.Sub(e.refusal.At) >= patience {
			out = append(out, e)
			delete(w.all, v)
		}
	}
	return out
}
