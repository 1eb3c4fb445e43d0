package gate

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"pubpoint/engine"
)

// Config is what a Gate needs.
type Config struct {
	// Limits are those of the media listener. A zero field means its default; what is not valid is
	// ignored, see [engine.Limits.Validate].
	Limits engine.Limits
	// Admin makes it the gate of the admin listener, which has limits of its own.
	Admin bool
	// Tell is called with a sentence when somebody is turned away by a limit, once in Quiet for each.
	// It must not block; nil is not called.
	Tell  func(text string)
	Quiet time.Duration    // 0 means 10 minutes
	Now   func() time.Time // nil means time.Now
}

// Gate counts who is inside. It is safe for concurrent use.
type Gate struct {
	cfg     Config
	shields []netip.Prefix

	connections, connectionsByAddress *limit
	requests, requestsByAddress       *limit
	rate, waiting                     *limit
	sessions, sessionsByPoint         *limit

	paces paces
	extra limit // connections that are answered with a refusal
}

// spare is how many connections beyond the limit are told why before they are closed.
const spare = 64

// New returns a Gate.
func New(cfg Config) *Gate {
	l := cfg.Limits.WithDefaults()
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Quiet <= 0 {
		cfg.Quiet = 10 * time.Minute
	}
	g := &Gate{cfg: cfg, paces: paces{now: cfg.Now, rate: l.RequestRate, last: map[netip.Addr]time.Time{}}}
	// An error was for who made the limits; a network that cannot be read shields nobody.
	g.shields, _ = cfg.Limits.ShieldNetworks()
	all, each := l.Connections, l.ConnectionsPerAddress
	prefix := ""
	if cfg.Admin {
		all, each, prefix = l.AdminConnections, l.AdminConnectionsPerAddress, "admin-"
	}
	g.connections = newLimit(prefix+"connections", all, "connections at once", http.StatusServiceUnavailable)
	g.connectionsByAddress = newLimit(prefix+"connections-per-address", each, "connections at once from one address", http.StatusTooManyRequests)
	g.requests = newLimit("requests", l.Requests, "requests at once", http.StatusServiceUnavailable)
	g.requestsByAddress = newLimit("requests-per-address", l.RequestsPerAddress, "requests at once from one address", http.StatusTooManyRequests)
	g.rate = newLimit("requests-per-second", l.RequestRate, "requests a second from one address", http.StatusTooManyRequests)
	g.waiting = newLimit("waiting-requests", l.Waiting, "requests that wait for what is yet to come", http.StatusServiceUnavailable)
	g.sessions = newLimit("ingest-sessions", l.Sessions, "encoders sending at once", http.StatusServiceUnavailable)
	g.sessionsByPoint = newLimit("ingest-sessions-per-point", l.SessionsPerPoint, "encoders sending at once to one publishing point", http.StatusTooManyRequests)
	g.extra = limit{most: spare, held: map[string]int{}}
	return g
}

// all lists the limits that the gate keeps.
func (g *Gate) all() []*limit {
	if g.cfg.Admin {
		return []*limit{g.connections, g.connectionsByAddress}
	}
	return []*limit{g.connections, g.connectionsByAddress, g.requests, g.requestsByAddress, g.rate, g.waiting, g.sessions, g.sessionsByPoint}
}

// Status tells how much of each limit is taken.
func (g *Gate) Status() []engine.LimitStatus {
	all := g.all()
	out := make([]engine.LimitStatus, len(all))
	for i, l := range all {
		out[i] = l.status()
	}
	return out
}

// Refusal is why somebody is turned away.
type Refusal struct {
	Key        string        // of the limit, as in the settings file
	Status     int           // 429 or 503
	RetryAfter time.Duration // whole seconds
	Text       string        // one sentence with the limit and the setting that changes it
}

// Error is the sentence.
func (r *Refusal) Error() string { return r.Text }

// retryAfter is when a place may be free again.
const retryAfter = 2 * time.Second

// refuse counts that somebody is turned away by l, and tells it once in a while.
func (g *Gate) refuse(l *limit, who string) *Refusal {
	now := g.cfg.Now()
	l.mu.Lock()
	l.refused++
	tell := l.told.IsZero() || now.Sub(l.told) >= g.cfg.Quiet
	if tell {
		l.told = now
	}
	l.last = now
	l.mu.Unlock()
	if tell && g.cfg.Tell != nil {
		g.cfg.Tell("Somebody was turned away" + who + ": " + l.text())
	}
	return &Refusal{Key: l.key, Status: l.answer, RetryAfter: retryAfter, Text: l.text()}
}

// limit is a number of places, each held in somebody's name or, where it counts all, in nobody's.
type limit struct {
	key    string
	most   int // negative for no limit
	what   string
	answer int

	mu      sync.Mutex
	held    map[string]int // by name
	refused int64
	last    time.Time
	told    time.Time
}

func newLimit(key string, most int, what string, answer int) *limit {
	return &limit{key: key, most: most, what: what, answer: answer, held: map[string]int{}}
}

// text says what the limit is.
func (l *limit) text() string {
	if l.most < 0 {
		return fmt.Sprintf("This server does not limit the %s; the setting %s in the table [limits] of the settings file changes it.", l.what, l.key)
	}
	return fmt.Sprintf("This server allows %d %s; try again in a moment. The setting %s in the table [limits] of the settings file changes it.", l.most, l.what, l.key)
}

// take takes a place in a name.
func (l *limit) take(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.most >= 0 && l.held[name] >= l.most {
		return false
	}
	l.held[name]++
	return true
}

// leave gives a place back.
func (l *limit) leave(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[name]--; l.held[name] <= 0 {
		delete(l.held, name)
	}
}

func (l *limit) status() engine.LimitStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	used := 0
	for _, n := range l.held {
		used = max(used, n)
	}
	return engine.LimitStatus{Key: l.key, Limit: l.most, Used: used, Refused: l.refused, Last: l.last, Text: l.text()}
}

// both takes a place in all and one in a name, or none.
func (g *Gate) both(all, each *limit, name, who string) *Refusal {
	if !all.take("") {
		return g.refuse(all, who)
	}
	if name != "" && !each.take(name) {
		all.leave("")
		return g.refuse(each, who)
	}
	return nil
}

func (g *Gate) release(all, each *limit, name string) {
	all.leave("")
	if name != "" {
		each.leave(name)
	}
}

// address is the name in which a client's places are held: its address, of which IPv6 counts as far
// as its network, or nothing for a shield and for what is no address.
func (g *Gate) address(remote string) string {
	a := g.client(remote)
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func (g *Gate) client(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	a = a.Unmap().WithZone("")
	for _, p := range g.shields {
		if p.Contains(a) {
			return netip.Addr{}
		}
	}
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil { // one customer has that much
			return p.Addr()
		}
	}
	return a
}
