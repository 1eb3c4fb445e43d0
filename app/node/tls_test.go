package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pubpoint/app/settings"
	"pubpoint/engine"
)

// pair writes a self-made certificate for this machine into dir.
func pair(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"live.example.org"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(80 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// trusting is a client that trusts the certificate in a file.
func trusting(t *testing.T, cert string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func ask(t *testing.T, client *http.Client, method, url, host, token string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// secure is a node over the real origin, with TLS, that runs.
func secure(t *testing.T, s settings.Settings, deps Deps) (n *Node, l *logs, token string) {
	t.Helper()
	l = &logs{more: make(chan struct{})}
	deps.Version = "1.2.3"
	n = New(s, s.Logger(l), deps)
	f := &fixture{node: n, logs: l, s: s}
	f.run(t)
	l.await(t, "listening")
	text, err := os.ReadFile(s.TokenFile())
	if err != nil {
		t.Fatal(err)
	}
	return n, l, strings.TrimSpace(string(text))
}

func TestBothListenersSpeakTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := pair(t, dir, 1)
	s := settings.Settings{Root: filepath.Join(dir, "www"), Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Config: filepath.Join(dir, "conf", "pubpoint.toml"), LogFormat: "json",
		Secure: settings.Secure{TLSCert: cert, TLSKey: key}}
	again := s
	hangup, level := make(chan os.Signal, 1), new(slog.LevelVar)
	n, l, token := secure(t, s, Deps{Hangup: hangup, Level: level, Reread: func() (settings.Settings, error) { return again, nil }})
	a := n.Desk().Addresses()
	if !strings.HasPrefix(a.Media, "https://127.0.0.1:") || !strings.HasPrefix(a.Admin, "https://127.0.0.1:") || !strings.HasPrefix(a.Local, "http://127.0.0.1:") || "https://"+a.Bound != a.Media {
		t.Errorf("the addresses are %+v", a)
	}
	if got := l.await(t, "listening"); "https://"+got["media"].(string) != a.Media || "https://"+got["admin"].(string) != a.Admin {
		t.Errorf("it says %v", got)
	}
	client := trusting(t, cert)
	if resp, _ := ask(t, client, "GET", a.Media+"/", "", ""); resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Errorf("the media listener answers %s by %s", resp.Status, resp.Proto)
	}
	if resp, _ := ask(t, client, "GET", a.Admin+"/api/v1/points", "", token); resp.StatusCode != 200 || resp.ProtoMajor != 1 {
		t.Errorf("the admin listener answers %s by %s", resp.Status, resp.Proto)
	}
	if resp, _ := ask(t, client, "GET", a.Admin+"/api/v1/points", "live.example.org", token); resp.StatusCode != 200 {
		t.Errorf("by the name in its certificate it answers %s", resp.Status)
	}
	if resp, _ := ask(t, client, "GET", a.Admin+"/api/v1/points", "evil.example.org", token); resp.StatusCode != 421 {
		t.Errorf("by another's name it answers %s", resp.Status)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}}}
	if _, err := old.Get(a.Media + "/"); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %v", err)
	}

	// A new pair holds after a signal, or when the API says so.
	pair(t, dir, 2)
	again.LogLevel, again.Listen = slog.LevelDebug, "127.0.0.1:1"
	hangup <- syscall.SIGHUP
	got := l.await(t, "settings read again")
	if got["changed"] != "certificate log-level" || got["restart"] != "listen" || level.Level() != slog.LevelDebug {
		t.Errorf("SIGHUP: %v, level %v", got, level.Level())
	}
	client = trusting(t, cert)
	if resp, _ := ask(t, client, "GET", a.Media+"/", "", ""); resp.TLS.PeerCertificates[0].SerialNumber.Int64() != 2 {
		t.Error("the media listener has the old certificate")
	}
	if resp, body := ask(t, client, "POST", a.Admin+"/api/v1/reload", "", token); resp.StatusCode != 200 || body != `{"changed":[],"restart":["listen"]}`+"\n" {
		t.Errorf("reload: %s %s", resp.Status, body)
	}
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if resp, body := ask(t, client, "POST", a.Admin+"/api/v1/reload", "", token); resp.StatusCode != 400 || !strings.Contains(body, "The certificate stays as it is: "+key+" has no PEM text for the private key.") {
		t.Errorf("reload of a broken pair: %s %s", resp.Status, body)
	}
	var warned int
	for _, e := range n.Desk().RecentEvents(100) {
		if e.Severity == engine.Warning && strings.Contains(e.Text, "The new certificate is not used") {
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("the event log has the broken pair %d times", warned)
	}
	if resp, _ := ask(t, client, "GET", a.Media+"/", "", ""); resp.StatusCode != 200 {
		t.Errorf("after it the media listener answers %s", resp.Status)
	}
}

func TestReloadOfSettingsThatCannotBeRead(t *testing.T) {
	f := fresh(t)
	f.node.deps.Reread = func() (settings.Settings, error) { return settings.Settings{}, errors.New("line 3 is wrong") }
	f.run(t)
	f.logs.await(t, "listening")
	if _, err := f.node.Reload(t.Context()); engine.KindOf(err) != engine.BadInput || engine.Sentence(err) != "The settings stay as they are: line 3 is wrong." {
		t.Errorf("it says %v", err)
	}
	if all := f.origin.RecentEvents(10); !slices.ContainsFunc(all, func(e engine.Event) bool { return strings.Contains(e.Text, "line 3 is wrong") }) {
		t.Errorf("the events are %v", all)
	}
	f.node.deps.Reread = nil
	if _, err := f.node.Reload(t.Context()); engine.KindOf(err) != engine.Unsupported {
		t.Errorf("without settings to read: %v", err)
	}
}

func TestNoListenerOpensWiderThanItWasToldTo(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*settings.Settings)
		want   string
	}{
		{"media", func(s *settings.Settings) { s.Listen = "0.0.0.0:0" }, "-open media"},
		{"admin", func(s *settings.Settings) { s.Admin = ":0" }, "-open admin"},
		{"admin with the media listener open", func(s *settings.Settings) { s.Listen, s.Admin, s.OpenMedia = "0.0.0.0:0", "0.0.0.0:0", true }, "-open admin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fresh(t, c.change)
			err := f.node.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Run: %v", err)
			}
			if _, err := os.Stat(f.s.Root); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it has made the document root: %v", err)
			}
		})
	}
	if runtime.GOOS == "windows" {
		return // a firewall would ask a person
	}
	f := fresh(t, func(s *settings.Settings) {
		s.Listen, s.Admin, s.RequireIngestAuth, s.OpenAdmin = "0.0.0.0:0", "0.0.0.0:0", true, true
	})
	f.run(t)
	f.logs.await(t, "listening")
}

func TestSettingsThatCouldNotStartAreRefused(t *testing.T) {
	wide, narrow, none := "0.0.0.0:8088", "127.0.0.1:9000", ""
	f := fresh(t)
	if _, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Listen: &wide}); engine.KindOf(err) != engine.BadInput || !strings.Contains(engine.Sentence(err), `open = ["media"`) {
		t.Errorf("media: %v", err)
	}
	if _, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Admin: &wide}); engine.KindOf(err) != engine.BadInput {
		t.Errorf("admin: %v", err)
	}
	for _, address := range []*string{&narrow, &none} {
		if _, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Listen: address, Admin: address}); err != nil {
			t.Errorf("%q: %v", *address, err)
		}
	}
	f = fresh(t, func(s *settings.Settings) { s.OpenMedia = true })
	if _, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Listen: &wide}); err != nil {
		t.Errorf("where it is meant: %v", err)
	}
}
