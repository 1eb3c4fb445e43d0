package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
)

// authority is an ACME server (RFC 8555) for one order at a time. It believes every signature, and
// proves names by asking the listener at target, as tls-alpn-01 or http-01 has it.
type authority struct {
	t       *testing.T
	server  *httptest.Server
	key     *ecdsa.PrivateKey
	root    *x509.Certificate
	kind    string // of challenge that it offers
	target  string // HOST:PORT
	refuse  bool   // every order
	mu      sync.Mutex
	host    string
	valid   bool
	cert    []byte
	ordered int
}

func newAuthority(t *testing.T, kind string) *authority {
	t.Helper()
	a := &authority{t: t, kind: kind}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(1000 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.root, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.server = httptest.NewTLSServer(http.HandlerFunc(a.answer))
	t.Cleanup(a.server.Close)
	return a
}

// answer is every resource of the server.
func (a *authority) answer(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := func(path string) string { return a.server.URL + path }
	payload := a.payload(r)
	w.Header().Set("Replay-Nonce", "once")
	switch r.URL.Path {
	case "/directory":
		a.say(w, 200, map[string]any{"newNonce": at("/nonce"), "newAccount": at("/account"), "newOrder": at("/order"), "meta": map[string]any{"termsOfService": at("/terms")}})
	case "/nonce":
	case "/account":
		w.Header().Set("Location", at("/account/1"))
		a.say(w, 201, map[string]any{"status": "valid"})
	case "/order":
		var order struct{ Identifiers []struct{ Value string } }
		if err := json.Unmarshal(payload, &order); err != nil || len(order.Identifiers) != 1 || a.refuse {
			a.say(w, 403, map[string]any{"type": "urn:ietf:params:acme:error:rejectedIdentifier", "detail": "no certificates today"})
			return
		}
		a.host, a.valid, a.cert = order.Identifiers[0].Value, false, nil
		a.ordered++
		w.Header().Set("Location", at("/order/1"))
		a.say(w, 201, a.order())
	case "/order/1":
		a.say(w, 200, a.order())
	case "/authz":
		a.say(w, 200, a.authorization())
	case "/challenge":
		a.valid = a.proves()
		a.say(w, 200, map[string]any{"type": a.kind, "url": at("/challenge"), "token": "token-1", "status": a.status("valid", "invalid")})
	case "/finalize":
		a.issue(payload)
		w.Header().Set("Location", at("/order/1"))
		a.say(w, 200, a.order())
	case "/cert":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(a.cert) // a client that goes away has its own complaint
	default:
		http.NotFound(w, r)
	}
}

func (a *authority) status(yes, no string) string {
	if a.valid {
		return yes
	}
	return no
}

func (a *authority) order() map[string]any {
	o := map[string]any{"status": a.status("ready", "pending"), "identifiers": []map[string]string{{"type": "dns", "value": a.host}},
		"authorizations": []string{a.server.URL + "/authz"}, "finalize": a.server.URL + "/finalize"}
	if a.cert != nil {
		o["status"], o["certificate"] = "valid", a.server.URL+"/cert"
	}
	return o
}

func (a *authority) authorization() map[string]any {
	return map[string]any{"status": a.status("valid", "pending"), "identifier": map[string]string{"type": "dns", "value": a.host},
		"challenges": []map[string]string{{"type": a.kind, "url": a.server.URL + "/challenge", "token": "token-1", "status": a.status("valid", "pending")}}}
}

// payload is what a signed request says (RFC 7515).
func (a *authority) payload(r *http.Request) []byte {
	var signed struct{ Payload string }
	if r.Method != http.MethodPost {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&signed); err != nil {
		a.t.Errorf("%s: %v", r.URL.Path, err)
	}
	text, err := base64.RawURLEncoding.DecodeString(signed.Payload)
	if err != nil {
		a.t.Errorf("%s: %v", r.URL.Path, err)
	}
	return text
}

func (a *authority) say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		a.t.Error(err)
	}
}

// proves asks the target whether it has been told the token.
func (a *authority) proves() bool {
	if a.kind == "http-01" {
		r, err := http.NewRequestWithContext(a.t.Context(), "GET", "http://"+a.target+"/.well-known/acme-challenge/token-1", nil)
		if err != nil {
			a.t.Error(err)
			return false
		}
		r.Host = a.host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			a.t.Error(err)
			return false
		}
		text, err := io.ReadAll(resp.Body)
		return err == nil && resp.Body.Close() == nil && strings.HasPrefix(string(text), "token-1.")
	}
	d := tls.Dialer{Config: &tls.Config{ServerName: a.host, NextProtos: []string{acme.ALPNProto}, InsecureSkipVerify: true}}
	conn, err := d.DialContext(a.t.Context(), "tcp", a.target)
	if err != nil {
		a.t.Error(err)
		return false
	}
	state := conn.(*tls.Conn).ConnectionState()
	// The extension acmeIdentifier, RFC 8737 section 6.1.
	named := slices.ContainsFunc(state.PeerCertificates[0].Extensions, func(e pkix.Extension) bool { return e.Id.String() == "1.3.6.1.5.5.7.1.31" })
	return named && state.NegotiatedProtocol == acme.ALPNProto && conn.Close() == nil
}

// issue signs what a finalize request asks for.
func (a *authority) issue(payload []byte) {
	var asked struct{ CSR string }
	if err := json.Unmarshal(payload, &asked); err != nil {
		a.t.Error(err)
	}
	der, err := base64.RawURLEncoding.DecodeString(asked.CSR)
	if err != nil {
		a.t.Error(err)
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		a.t.Error(err)
		return
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(int64(a.ordered) + 1), DNSNames: csr.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour)}
	leaf, err := x509.CreateCertificate(rand.Reader, made, a.root, csr.PublicKey, a.key)
	if err != nil {
		a.t.Error(err)
	}
	for _, der := range [][]byte{leaf, a.root.Raw} {
		a.cert = append(a.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
}

// asking is a keeper that gets its certificate from a, with listeners that a can prove names at.
func asking(t *testing.T, a *authority, cache string) (*Keeper, *told, string) {
	t.Helper()
	l := &told{}
	k, err := New(Config{Tell: l.tell, ACME: ACME{Hosts: []string{"live.example.org"}, Cache: cache, Directory: a.server.URL + "/directory", Client: a.server.Client()}})
	if err != nil {
		t.Fatal(err)
	}
	viewers := httptest.NewUnstartedServer(http.NotFoundHandler())
	viewers.TLS = k.TLS()
	viewers.EnableHTTP2 = true
	// httptest has a certificate of its own, which goes first where there is one.
	viewers.TLS.Certificates = nil
	viewers.Listener = tls.NewListener(viewers.Listener, viewers.TLS)
	viewers.Start()
	t.Cleanup(viewers.Close)
	a.target = viewers.Listener.Addr().String()
	if a.kind == "http-01" {
		challenges := httptest.NewServer(k.Challenge())
		t.Cleanup(challenges.Close)
		a.target = challenges.Listener.Addr().String()
	}
	return k, l, viewers.Listener.Addr().String()
}

// handshake is the certificate that a viewer who asks for name is shown, verified.
func handshake(t *testing.T, a *authority, address, name string) (*x509.Certificate, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(a.root)
	cfg := &tls.Config{ServerName: name, RootCAs: roots}
	if name == "" {
		cfg.InsecureSkipVerify = true
	}
	conn, err := (&tls.Dialer{Config: cfg}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		return nil, err
	}
	leaf := conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
	return leaf, conn.Close()
}

func TestACertificateByACME(t *testing.T) {
	for _, kind := range []string{"tls-alpn-01", "http-01"} {
		t.Run(kind, func(t *testing.T) {
			a := newAuthority(t, kind)
			cache := filepath.Join(t.TempDir(), "acme")
			k, l, address := asking(t, a, cache)
			k.obtain("live.example.org")
			if said := l.take(); len(said) != 1 || !strings.HasPrefix(said[0], "info: The certificate of live.example.org is in use") {
				t.Fatalf("it says %q", said)
			}
			for _, name := range []string{"live.example.org", ""} { // who comes by address names nobody
				if leaf, err := handshake(t, a, address, name); err != nil || leaf.VerifyHostname("live.example.org") != nil {
					t.Errorf("a viewer of %q: %v", name, err)
				}
			}
			if _, err := handshake(t, a, address, "other.example.org"); err == nil {
				t.Error("a certificate for a name that is not ours")
			}
			if k.PublicHost("192.0.2.1") != "live.example.org" {
				t.Errorf("links say %s", k.PublicHost("192.0.2.1"))
			}
			info, err := os.Stat(cache)
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
				t.Errorf("the cache is %v, %v", info, err)
			}
			// The next run has it from its cache.
			again, l, _ := asking(t, a, cache)
			again.obtain("live.example.org")
			if said := l.take(); a.ordered != 1 || len(said) != 1 {
				t.Errorf("%d orders, and it says %q", a.ordered, said)
			}
		})
	}
}

func TestACMERefusesAndIsToldOnce(t *testing.T) {
	a := newAuthority(t, "tls-alpn-01")
	a.refuse = true
	k, l, address := asking(t, a, filepath.Join(t.TempDir(), "acme"))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	deadline := time.After(30 * time.Second)
	var said []string
	for again := time.NewTicker(10 * time.Millisecond); len(said) == 0; {
		select {
		case <-again.C:
			said = l.take()
		case <-deadline:
			t.Fatal("nothing was told")
		}
	}
	if !strings.HasPrefix(said[0], "warning: There is no certificate for live.example.org yet: ") || !strings.Contains(said[0], "no certificates today") {
		t.Errorf("it says %q", said)
	}
	k.obtain("live.example.org")
	if said := l.take(); said != nil {
		t.Errorf("it says again %q", said)
	}
	if _, err := handshake(t, a, address, "live.example.org"); err == nil {
		t.Error("a handshake without a certificate")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
