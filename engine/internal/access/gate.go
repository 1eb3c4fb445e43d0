package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"pubpoint/engine"
)

// Gate decides about all points of an origin. Its methods may be called from any goroutine.
type Gate struct {
	now func() time.Time
	key [32]byte // of this process: for nonces, and for what has been proved

	// hashing is a place for each PBKDF2 that is computed.
	hashing  chan struct{}
	patience time.Duration // how long a request waits for such a place

	mu     sync.Mutex
	proven map[[32]byte]struct{} // guarded by mu
	fails  *brake                // guarded by mu
	used   *ledger               // guarded by mu
	runs   map[[32]byte]run      // guarded by mu
}

// Bounds of what a Gate does and remembers.
const (
	maxHashing = 2
	maxProven  = 4096
	hashWait   = 2 * time.Second
)

// run is an encoder of our own that may publish while it runs.
type run struct{ point, stream string }

// NewGate returns a Gate with keys of its own. now is the clock; nil means time.Now.
func NewGate(now func() time.Time) (*Gate, error) {
	if now == nil {
		now = time.Now
	}
	// One core is left for those who watch, where there are two.
	g := &Gate{now: now, hashing: make(chan struct{}, max(1, min(maxHashing, runtime.GOMAXPROCS(0)/2))), patience: hashWait,
		proven: map[[32]byte]struct{}{}, fails: newBrake(), used: newLedger(), runs: map[[32]byte]run{}}
	if _, err := rand.Read(g.key[:]); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return g, nil
}

// Request is a request of somebody who wants to publish.
type Request struct {
	Point, Stream string // what it wants to publish; Point is part of nonces
	Method, URI   string // as on the request line: Digest signs them
	Authorization []string
	Remote        netip.Addr // see [Address]
	Near          bool       // it comes from this machine
}

// Refusal is why somebody may not. It is an error.
type Refusal struct {
	Status     int // 401, 403, 429; 503 when settings cannot be understood
	Text       string
	Challenges []string // values of WWW-Authenticate
	RetryAfter time.Duration
	// First says that nothing was shown to prove anything by, as clients do that want to be asked.
	First bool
}

// Error is the sentence for people.
func (r *Refusal) Error() string { return r.Text }

// Publish returns nil when r may publish under p, else a *Refusal. It returns the error of ctx
// when that ends while a password is checked.
func (g *Gate) Publish(ctx context.Context, p *Policy, r Request) error {
	if !p.Protected() {
		return nil
	}
	if p.noPublish != "" {
		return &Refusal{Status: 503, Text: p.noPublish}
	}
	if g.ours(r) {
		return nil
	}
	if !within(p.allow, r.Remote) {
		return &Refusal{Status: 403, Text: fmt.Sprintf("Encoders at %s may not publish to %s; add the address to allow_from.", r.Remote, r.Point)}
	}
	if len(p.secrets) == 0 {
		return nil
	}
	switch len(r.Authorization) {
	case 0:
		return g.challenge(p, r, false, true, fmt.Sprintf("Publishing to %s needs a name and password, or a token.", r.Point))
	case 1:
	default:
		return g.challenge(p, r, false, false, "There is more than one Authorization field; send one.")
	}
	a, err := parseAuthorization(r.Authorization[0])
	if err != nil {
		return g.challenge(p, r, false, false, "This cannot be proved: "+err.Error()+".")
	}
	if a.scheme == "digest" {
		return g.digest(p, r, a)
	}
	return g.plain(ctx, p, r, a)
}

// plain checks what was sent in clear: a password by Basic, or a token.
func (g *Gate) plain(ctx context.Context, p *Policy, r Request, a authorization) error {
	for _, s := range candidates(p, a) {
		if g.isProven(s, a) {
			return nil
		}
	}
	giveBack, wait := g.brake(r, "") // who has proved this before has been let in above
	if wait > 0 {
		return tooMany(r, wait)
	}
	ok, err := g.prove(ctx, p, a)
	switch {
	case err != nil:
		giveBack() // nothing was tried
		return err
	case !ok:
		return g.wrong(p, r, a)
	}
	giveBack()
	return nil
}

// candidates are the secrets that a may prove.
func candidates(p *Policy, a authorization) []Secret {
	var out []Secret
	for _, s := range p.secrets {
		token := s.scheme == engine.SchemeSHA256
		if a.scheme == "bearer" && token || a.scheme == "basic" && !token && s.name == a.name {
			out = append(out, s)
		}
	}
	return out
}

// stranger takes as long to check as a password of somebody who is known. It has no name.
func stranger() Secret {
	return Secret{scheme: engine.SchemePBKDF2, rounds: iterations, salt: make([]byte, 16), hash: make([]byte, sha256.Size)}
}

// prove checks a password or token, and remembers what is right.
func (g *Gate) prove(ctx context.Context, p *Policy, a authorization) (bool, error) {
	known := candidates(p, a)
	secret := a.token
	if a.scheme == "basic" {
		secret = a.password
		if len(known) == 0 && !p.digest {
			known = []Secret{stranger()} // so that names cannot be told by the time that this takes
		}
	}
	for _, s := range known {
		ok, err := g.match(ctx, s, secret)
		if err != nil {
			return false, err
		}
		if ok && s.name != "" {
			g.remember(s, a)
			return true, nil
		}
	}
	return false, nil
}

// match is Secret.matches with no more than a few at once.
func (g *Gate) match(ctx context.Context, s Secret, secret string) (bool, error) {
	if s.scheme != engine.SchemePBKDF2 {
		return s.matches(secret)
	}
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case g.hashing <- struct{}{}:
	case <-timer.C:
		return false, &Refusal{Status: 429, RetryAfter: g.patience, Text: "Too many passwords are being checked at once; try again in a moment."}
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-g.hashing }()
	return s.matches(secret)
}

// print is what stands for a proof in memory: it is worthless without the key of this process.
func (g *Gate) print(s Secret, a authorization) [32]byte {
	h := hmac.New(sha256.New, g.key[:])
	// Writing to a hash does not fail.
	_, _ = fmt.Fprintf(h, "proven %q %q %q %q", s.Text(), a.scheme, a.name, a.password+a.token)
	return [32]byte(h.Sum(nil))
}

func (g *Gate) isProven(s Secret, a authorization) bool {
	id := g.print(s, a)
	g.mu.Lock()
	defer g.mu.Unlock()
	_, ok := g.proven[id]
	return ok
}

func (g *Gate) remember(s Secret, a authorization) {
	id := g.print(s, a)
	g.mu.Lock()
	defer g.mu.Unlock()
	for old := range g.proven {
		if len(g.proven) < maxProven {
			break
		}
		delete(g.proven, old) // any: it is proved again when it comes
	}
	g.proven[id] = struct{}{}
}

// wrong refuses what did not prove anything.
func (g *Gate) wrong(p *Policy, r Request, a authorization) error {
	what := "The name or password"
	if a.scheme == "bearer" {
		what = "The token"
	}
	return g.challenge(p, r, false, false, fmt.Sprintf("%s of the encoder at %s is wrong; give it those of the publishing point %s.", what, r.Remote, r.Point))
}

// challenge asks for credentials (RFC 9110 11.6.1), the strongest way first; but where there are
// several of Digest, MD5 comes last, because ffmpeg takes the last one and knows no other.
func (g *Gate) challenge(p *Policy, r Request, stale, first bool, text string) *Refusal {
	out := &Refusal{Status: 401, Text: text, First: first}
	password, token := false, false
	for _, s := range p.secrets {
		password, token = password || s.scheme != engine.SchemeSHA256, token || s.scheme == engine.SchemeSHA256
	}
	if p.digest {
		nonce := g.nonce(r.Point)
		for _, algorithm := range []string{"SHA-256", "MD5"} {
			c := fmt.Sprintf(`Digest realm="%s", qop="auth", algorithm=%s, nonce="%s"`, realm, algorithm, nonce)
			if stale {
				c += ", stale=true"
			}
			out.Challenges = append(out.Challenges, c)
		}
	}
	if password {
		out.Challenges = append(out.Challenges, fmt.Sprintf(`Basic realm="%s", charset="UTF-8"`, realm))
	}
	if token {
		out.Challenges = append(out.Challenges, fmt.Sprintf(`Bearer realm="%s"`, realm))
	}
	return out
}

func tooMany(r Request, wait time.Duration) *Refusal {
	return &Refusal{Status: 429, RetryAfter: wait,
		Text: fmt.Sprintf("The encoder at %s has given wrong credentials too often; correct them and try again in %d s.", r.Remote, int(wait.Seconds()+1))}
}

// Admit lets an encoder that the engine runs itself publish one stream of a point, from this
// machine, until withdraw is called. The token is random and shown to nobody else.
func (g *Gate) Admit(point, stream string) (token string, withdraw func()) {
	token = rand.Text() + rand.Text()
	id := sha256.Sum256([]byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.runs[id] = run{point, stream}
	return token, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.runs, id)
	}
}

// ours reports whether a request is that of an encoder that the engine runs itself.
func (g *Gate) ours(r Request) bool {
	if !r.Near || len(r.Authorization) != 1 {
		return false
	}
	a, err := parseAuthorization(r.Authorization[0])
	if err != nil || a.scheme != "bearer" {
		return false
	}
	id := sha256.Sum256([]byte(a.token))
	g.mu.Lock()
	defer g.mu.Unlock()
	known, ok := g.runs[id]
	return ok && known == run{r.Point, r.Stream}
}
