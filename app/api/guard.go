package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"

	"pubpoint/app/control"
)

// guard decides who may ask.
type guard struct {
	token atomic.Pointer[[sha256.Size]byte]
	hosts map[string]bool
}

func newGuard(token string, hosts []string) *guard {
	g := &guard{hosts: map[string]bool{"localhost": true}}
	g.setToken(token)
	for _, h := range hosts {
		if h = plainHost(h); h != "" {
			g.hosts[h] = true
		}
	}
	return g
}

func (g *guard) setToken(token string) {
	sum := sha256.Sum256([]byte(token))
	g.token.Store(&sum)
}

// local lets next answer only requests that were meant for this listener and that no page
// of another site made. A page whose name was rebound to our address still sends its own
// name as Host.
func (g *guard) local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		switch {
		case !g.knows(r):
			writeProblem(w, http.StatusMisdirectedRequest, "misdirected",
				"This admin listener does not answer to that host name; use the address it was given with -admin.")
		case foreign(r):
			writeProblem(w, http.StatusForbidden, "forbidden",
				"A page of another site may not use the admin API; ask it directly.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// authorized lets next answer only requests with the token.
func (g *guard) authorized(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		sum := sha256.Sum256([]byte(strings.TrimSpace(given)))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(sum[:], g.token.Load()[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="pubpoint"`)
			writeProblem(w, http.StatusUnauthorized, "unauthorized",
				"This needs the token of the admin API: send \"Authorization: Bearer TOKEN\" with the contents of the file token beside the settings file.")
			return
		}
		next.ServeHTTP(w, r.WithContext(control.By(r.Context(), "api "+plainHost(r.RemoteAddr))))
	})
}

// knows reports whether r names this listener: by a name it was given, by a loopback
// address, or by the very address the connection came to.
func (g *guard) knows(r *http.Request) bool {
	host := plainHost(r.Host)
	if g.hosts[host] {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if ip = ip.Unmap(); ip.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().WithZone("") == ip
}

// foreign reports whether a browser made r for a page of another site.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

// plainHost is a Host without port, brackets, final dot and capitals.
func plainHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
