package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
)

// told keeps what a keeper tells.
type told struct {
	mu  sync.Mutex
	all []string
}

func (l *told) tell(s engine.Severity, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(s)+": "+text)
}

// take returns what was told since it was last asked.
func (l *told) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all
	l.all = nil
	return all
}

// pair writes a self-made certificate and its key into dir. Names may be addresses.
func pair(t *testing.T, dir string, until time.Time, names ...string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "test"}, NotBefore: until.Add(-90 * 24 * time.Hour), NotAfter: until}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			made.IPAddresses = append(made.IPAddresses, ip)
		} else {
			made.DNSNames = append(made.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return cert, key
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func keeper(t *testing.T, cert, key string, now func() time.Time) (*Keeper, *told) {
	t.Helper()
	l := &told{}
	k, err := New(Config{Cert: cert, Key: key, Tell: l.tell, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return k, l
}

// serial is which certificate is given to who asks.
func serial(t *testing.T, k *Keeper) string {
	t.Helper()
	c, err := k.TLS().GetCertificate(&tls.ClientHelloInfo{ServerName: "live.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf.SerialNumber.String()
}

func TestANewPairIsTakenByItself(t *testing.T) {
	dir := t.TempDir()
	cert, key := pair(t, dir, time.Now().Add(80*24*time.Hour), "live.example.org")
	k, l := keeper(t, cert, key, nil)
	first := serial(t, k)
	k.look()
	if said := l.take(); serial(t, k) != first || said != nil {
		t.Fatalf("nothing has changed, and it says %q", said)
	}
	pair(t, dir, time.Now().Add(81*24*time.Hour), "live.example.org")
	k.look()
	if serial(t, k) != first {
		t.Error("taken at the first look, while somebody may still be writing")
	}
	k.look()
	if said := l.take(); serial(t, k) == first || len(said) != 1 || !strings.Contains(said[0], "The certificate of live.example.org is in use; it expires on ") {
		t.Errorf("the new pair is not taken: %q", said)
	}
}

func TestABrokenPairKeepsTheOneBefore(t *testing.T) {
	good := t.TempDir()
	other := t.TempDir()
	expired := t.TempDir()
	cert, key := pair(t, good, time.Now().Add(80*24*time.Hour), "live.example.org")
	otherCert, _ := pair(t, other, time.Now().Add(80*24*time.Hour), "live.example.org")
	oldCert, oldKey := pair(t, expired, time.Now().Add(-time.Hour), "live.example.org")
	read := func(name string) []byte {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	whole, secret := read(cert), read(key)
	for what, c := range map[string]struct {
		cert, key []byte
		says      string
	}{
		"garbage":        {[]byte("hello"), secret, "has no PEM text for the certificate"},
		"half":           {whole[:len(whole)/2], secret, "has no PEM text"},
		"another's":      {read(otherCert), secret, "make no pair"},
		"expired":        {read(oldCert), read(oldKey), "has expired on"},
		"nothing":        {nil, nil, "has no PEM text"},
		"too large":      {make([]byte, maxPEM+1), secret, "is no PEM file"},
		"key, no leader": {secret, secret, "make no pair"},
	} {
		t.Run(what, func(t *testing.T) {
			write(t, cert, whole)
			write(t, key, secret)
			k, l := keeper(t, cert, key, nil)
			before := serial(t, k)
			write(t, cert, c.cert)
			write(t, key, c.key)
			for range 5 {
				k.look()
			}
			if said := l.take(); serial(t, k) != before || len(said) != 1 || !strings.Contains(said[0], c.says) || !strings.Contains(said[0], "the one before stays") {
				t.Errorf("it says %q", said)
			}
			if changed, err := k.Reload(); changed || err == nil {
				t.Errorf("Reload: %v, %v", changed, err)
			}
			write(t, cert, whole)
			write(t, key, secret)
			if changed, err := k.Reload(); changed || err != nil {
				t.Errorf("Reload of what was there before: %v, %v", changed, err)
			}
		})
	}
	k, l := keeper(t, cert, key, nil)
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	k.look()
	k.look()
	if said := l.take(); len(said) != 1 || !strings.Contains(said[0], "cannot be read") {
		t.Errorf("of a file that is gone it says %q", said)
	}
}

func TestTheEndOfACertificateIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cert, key := pair(t, t.TempDir(), time.Now().Add(20*24*time.Hour), "live.example.org", "192.0.2.1")
		k, l := keeper(t, cert, key, nil)
		k.cfg.Every = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- k.Run(ctx) }()
		synctest.Wait()
		if said := l.take(); len(said) != 1 || !strings.HasPrefix(said[0], "info: The certificate of live.example.org, 192.0.2.1 is in use") {
			t.Errorf("at first it says %q", said)
		}
		for _, c := range []struct {
			after time.Duration
			says  string
		}{
			{5 * 24 * time.Hour, ""}, {2 * 24 * time.Hour, "warning: The certificate of live.example.org, 192.0.2.1 expires on "},
			{5 * 24 * time.Hour, ""}, {9 * 24 * time.Hour, "error: The certificate of live.example.org, 192.0.2.1 has expired on "}, {24 * time.Hour, ""},
		} {
			time.Sleep(c.after) // of the bubble's clock
			synctest.Wait()
			said := strings.Join(l.take(), "\n")
			if (said == "") != (c.says == "") || !strings.HasPrefix(said, c.says) || strings.Contains(said, "\n") {
				t.Errorf("after %v more it says %q, want %q", c.after, said, c.says)
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestNewRefusesWhatIsNoPair(t *testing.T) {
	dir := t.TempDir()
	cert, key := pair(t, dir, time.Now().Add(time.Hour), "live.example.org")
	for what, c := range map[string][2]string{
		"make no pair": {cert, cert}, "no PEM file": {dir, key}, "cannot be read: no such file": {filepath.Join(dir, "x"), key},
		"private key in " + filepath.Join(dir, "y"): {cert, filepath.Join(dir, "y")},
	} {
		if _, err := New(Config{Cert: c[0], Key: c[1]}); err == nil || !strings.Contains(err.Error(), what) || !strings.HasSuffix(err.Error(), "; correct tls-cert and tls-key") {
			t.Errorf("%v: %v, want %q", c, err, what)
		}
	}
}

func TestOneFileMayHoldBoth(t *testing.T) {
	cert, key := pair(t, t.TempDir(), time.Now().Add(80*24*time.Hour), "live.example.org")
	secret, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(cert, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(secret); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	k, _ := keeper(t, cert, "", nil)
	if changed, err := k.Use(cert, ""); changed || err != nil {
		t.Errorf("Use: %v, %v", changed, err)
	}
	elsewhere, itsKey := pair(t, t.TempDir(), time.Now().Add(80*24*time.Hour), "other.example.org")
	if changed, err := k.Use(elsewhere, itsKey); !changed || err != nil || k.Names()[0] != "other.example.org" {
		t.Errorf("Use of other files: %v, %v, %v", changed, err, k.Names())
	}
	if _, err := k.Use(filepath.Join(t.TempDir(), "none"), ""); err == nil || k.cfg.Cert != elsewhere {
		t.Errorf("Use of what is not there: %v, then %s", err, k.cfg.Cert)
	}
}

func TestPublicHost(t *testing.T) {
	for _, c := range []struct {
		names      []string
		host, want string
	}{
		{[]string{"live.example.org"}, "192.0.2.1", "live.example.org"},
		{[]string{"*.example.org", "live.example.org"}, "192.0.2.1", "live.example.org"},
		{[]string{"*.example.org"}, "192.0.2.1", "192.0.2.1"},
		{[]string{"live.example.org", "192.0.2.1"}, "192.0.2.1", "192.0.2.1"},
		{[]string{"localhost"}, "192.0.2.1", "192.0.2.1"},
		{[]string{"*.example.org"}, "eu.example.org", "eu.example.org"},
	} {
		cert, key := pair(t, t.TempDir(), time.Now().Add(80*24*time.Hour), c.names...)
		k, _ := keeper(t, cert, key, nil)
		if got := k.PublicHost(c.host); got != c.want {
			t.Errorf("%s with %v is called %s, want %s", c.host, c.names, got, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		until time.Time
		names []string
		mode  os.FileMode
		says  []string
	}{
		{now.Add(80 * 24 * time.Hour), []string{"live.example.org"}, 0o600, nil},
		{now.Add(24 * time.Hour), []string{"live.example.org"}, 0o600, []string{"expires on"}},
		{now.Add(-time.Hour), []string{"live.example.org"}, 0o600, []string{"has expired"}},
		{now.Add(200 * 24 * time.Hour), nil, 0o644, []string{"does not hold before", "names no host", "chmod o-r"}},
	} {
		cert, key := pair(t, t.TempDir(), c.until, c.names...)
		if err := os.Chmod(key, c.mode); err != nil {
			t.Fatal(err)
		}
		said, leaf, err := Check(cert, key, now)
		same := slices.EqualFunc(said, c.says, strings.Contains)
		if err != nil || leaf == nil || !same {
			t.Errorf("until %v it says %q, %v; want %q", c.until, said, err, c.says)
		}
	}
	if _, _, err := Check(filepath.Join(t.TempDir(), "none"), "", now); err == nil {
		t.Error("no fault of what is not there")
	}
}
