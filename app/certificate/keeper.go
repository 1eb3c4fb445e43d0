package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"pubpoint/engine"
)

// lookEvery is how often files are looked at, and warnBefore how long before its end a certificate
// is warned of.
const (
	lookEvery  = 10 * time.Second
	warnBefore = 14 * 24 * time.Hour
)

// Config says where a certificate comes from: Cert, or ACME.Hosts.
type Config struct {
	Cert string // PEM file: the certificate, then those that lead to its authority
	Key  string // PEM file of its private key; empty when Cert has that too
	ACME ACME   // used when it names hosts

	// Tell is told in a sentence what becomes of the certificate; it may be called from any goroutine.
	// Nil tells nobody.
	Tell   func(s engine.Severity, text string)
	Logger *slog.Logger
	Every  time.Duration    // between looks at the files; 0 means 10 s
	Now    func() time.Time // nil is the clock of the machine
}

// Keeper has the certificate of the listeners. Its methods may be called from any goroutine.
type Keeper struct {
	cfg  Config
	acme *autocert.Manager // nil for files
	// hangUp ends what is being asked of the ACME server, for good.
	hangUp context.CancelFunc
	// current is the newest good certificate; nil while ACME has not brought one.
	current atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // guards what follows
	seen    string     // what the files looked like at the last look
	taken   string     // what they looked like when current was read
	trouble string     // what was told last to be wrong with them; empty when nothing is
	warned  expiry     // what was told of the end of current

	refusals map[string]string // by host: why the ACME server gave no certificate
}

// expiry is what has been told of the end of a certificate.
type expiry int

const (
	expiryFar expiry = iota
	expiryNear
	expiryOver
)

// New returns a keeper with its certificate read, or one that will ask for it by ACME. It starts
// nothing. An error is a sentence with cause and next step.
func New(cfg Config) (*Keeper, error) {
	if cfg.Tell == nil {
		cfg.Tell = func(engine.Severity, string) {}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Every <= 0 {
		cfg.Every = lookEvery
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Key == "" {
		cfg.Key = cfg.Cert
	}
	k := &Keeper{cfg: cfg, refusals: map[string]string{}}
	if len(cfg.ACME.Hosts) > 0 {
		asking, hangUp := context.WithCancel(context.Background())
		manager, err := cfg.ACME.manager(asking)
		if err != nil {
			hangUp()
			return nil, err
		}
		k.acme, k.hangUp = manager, hangUp
		return k, nil
	}
	stamp := stampOf(cfg.Cert, cfg.Key)
	pair, err := read(cfg.Cert, cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("%w; correct tls-cert and tls-key", err)
	}
	k.current.Store(pair)
	k.seen, k.taken = stamp, stamp
	return k, nil
}

// TLS is how a listener speaks TLS with the certificate of the moment.
func (k *Keeper) TLS() *tls.Config {
	if k.acme != nil {
		return k.acmeTLS()
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return k.current.Load(), nil }}
}

// Challenge answers the challenges by which an ACME server finds out over HTTP that a host is ours,
// and sends everybody else to https. It is nil for a certificate of files.
func (k *Keeper) Challenge() http.Handler {
	if k.acme == nil {
		return nil
	}
	return k.acme.HTTPHandler(nil)
}

// Run looks after the certificate until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	if k.acme != nil {
		return k.runACME(ctx)
	}
	k.tellTaken()
	ticker := time.NewTicker(k.cfg.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			k.look()
			k.tellExpiry()
		}
	}
}

// look takes the files when they have changed and have looked the same twice: somebody may be in the
// middle of writing them.
func (k *Keeper) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	stamp := stampOf(k.cfg.Cert, k.cfg.Key)
	if stamp == k.taken || stamp != k.seen {
		k.seen = stamp
		return
	}
	if _, err := k.take(stamp); err != nil {
		k.cfg.Logger.Debug("certificate not taken", "err", err) // that is told once, not at each look
	}
}

// Reload reads the files now, whether or not they seem to have changed. It tells whether there is
// another certificate than before; an error is a sentence and leaves the one before in force.
func (k *Keeper) Reload() (changed bool, err error) {
	if k.acme != nil {
		return false, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.take(stampOf(k.cfg.Cert, k.cfg.Key))
}

// Use makes the keeper read from other files from now on, if what is in them is good. Its answers are those of Reload.
func (k *Keeper) Use(cert, key string) (changed bool, err error) {
	if k.acme != nil {
		return false, nil
	}
	if key == "" {
		key = cert
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	oldCert, oldKey := k.cfg.Cert, k.cfg.Key
	k.cfg.Cert, k.cfg.Key = cert, key
	if changed, err = k.take(stampOf(cert, key)); err != nil {
		k.cfg.Cert, k.cfg.Key = oldCert, oldKey // these alone are guarded by the lock
	}
	return changed, err
}

// take reads the files. The caller holds the lock.
func (k *Keeper) take(stamp string) (changed bool, err error) {
	pair, err := read(k.cfg.Cert, k.cfg.Key)
	old := k.current.Load()
	if err == nil && k.cfg.Now().After(pair.Leaf.NotAfter) && k.cfg.Now().Before(old.Leaf.NotAfter) {
		err = fmt.Errorf("the certificate in %s has expired on %s", k.cfg.Cert, day(pair.Leaf.NotAfter))
	}
	if err != nil {
		if text := err.Error(); text != k.trouble {
			k.trouble = text
			k.cfg.Tell(engine.Warning, "The new certificate is not used, and the one before stays: "+text+". Put a whole pair of certificate and key there; it is taken by itself.")
		}
		return false, err
	}
	k.trouble, k.seen, k.taken = "", stamp, stamp
	if old.Leaf.Equal(pair.Leaf) {
		return false, nil
	}
	k.current.Store(pair)
	k.warned = expiryFar
	k.told(pair.Leaf)
	return true, nil
}

// tellTaken tells of the certificate that is there at the beginning.
func (k *Keeper) tellTaken() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.told(k.current.Load().Leaf)
}

// told tells which certificate is in use, and of its end. The caller holds the lock.
func (k *Keeper) told(leaf *x509.Certificate) {
	k.cfg.Tell(engine.Info, "The certificate of "+holder(leaf)+" is in use; it expires on "+day(leaf.NotAfter)+".")
	k.expires(leaf)
}

func (k *Keeper) tellExpiry() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if pair := k.current.Load(); pair != nil {
		k.expires(pair.Leaf)
	}
}

// expires warns of a certificate's end, once when it is near and once when it has come. The caller
// holds the lock.
func (k *Keeper) expires(leaf *x509.Certificate) {
	now, where := k.cfg.Now(), "Renew it in "+k.cfg.Cert+"; it is taken by itself."
	if k.acme != nil {
		where = "It should have been renewed by itself: see that the ACME server can reach this one."
	}
	switch {
	case now.After(leaf.NotAfter):
		if k.warned < expiryOver {
			k.warned = expiryOver
			k.cfg.Tell(engine.Failure, "The certificate of "+holder(leaf)+" has expired on "+day(leaf.NotAfter)+": players and encoders that look refuse it. "+where)
		}
	case leaf.NotAfter.Sub(now) < warnBefore:
		if k.warned < expiryNear {
			k.warned = expiryNear
			k.cfg.Tell(engine.Warning, fmt.Sprintf("The certificate of %s expires on %s, in %d days. %s", holder(leaf), day(leaf.NotAfter), int(leaf.NotAfter.Sub(now).Hours()/24), where))
		}
	}
}

// Names are the host names that the certificate is good for, those with a star left out.
func (k *Keeper) Names() []string {
	if k.acme != nil {
		return k.cfg.ACME.Hosts
	}
	var names []string
	for _, name := range k.current.Load().Leaf.DNSNames {
		if !strings.HasPrefix(name, "*") {
			names = append(names, name)
		}
	}
	return names
}

// PublicHost is a host name or address for links to a listener at host: that itself when the
// certificate is good for it or for nothing better, else the first name of the certificate.
func (k *Keeper) PublicHost(host string) string {
	if pair := k.current.Load(); pair != nil && pair.Leaf.VerifyHostname(host) == nil {
		return host
	}
	names := k.Names()
	if len(names) == 0 || names[0] == "localhost" && net.ParseIP(host) != nil {
		return host
	}
	return names[0]
}

// holder is whom a certificate was made for, in words.
func holder(leaf *x509.Certificate) string {
	all := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		all = append(all, ip.String())
	}
	switch {
	case len(all) == 0:
		return leaf.Subject.String()
	case len(all) > 3:
		return strings.Join(all[:3], ", ") + fmt.Sprintf(" and %d more", len(all)-3)
	}
	return strings.Join(all, ", ")
}

// day is a date as people read it.
func day(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
