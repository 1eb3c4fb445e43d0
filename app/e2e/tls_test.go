//go:build e2e

package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// selfMade writes a certificate for this machine, and its key, into one file, as a new one is put in
// place: by renaming.
func selfMade(t *testing.T, file string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(80 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// curl asks with curl, which trusts the certificate in file alone.
func curl(t *testing.T, file string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	out, err := exec.CommandContext(ctx, "curl", append([]string{"-sS", "--fail-with-body", "--cacert", file}, args...)...).CombinedOutput()
	return string(out), err
}

// Encoders and players come over TLS, with certificates that change while they are there, and the
// server's own encoders need none.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	cert := filepath.Join(t.TempDir(), "pair.pem")
	selfMade(t, cert, 1)
	s := h.start(t, func(c *exec.Cmd) { c.Args = append(c.Args, "-tls-cert", cert) })
	s.media, s.admin = strings.Replace(s.media, "http:", "https:", 1), strings.Replace(s.admin, "http:", "https:", 1)
	ask := func(method, path string, body any) (string, error) {
		sent, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return curl(t, cert, "-X", method, "-H", "Authorization: Bearer "+s.token, "-H", "Content-Type: application/json", "-d", string(sent), s.admin+"/api/v1/"+path)
	}

	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	eventually(t, "the client manifest comes by HTTP/2", func() (any, bool) {
		out, err := curl(t, cert, "--http2", "-o", os.DevNull, "-w", "%{http_version} %{http_code}", s.url("oceans", "Manifest"))
		return out, err == nil && out == "2 200"
	})
	eventually(t, "a player has pictures and sound over TLS", func() (any, bool) {
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		defer cancel()
		out, err := exec.CommandContext(ctx, "ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", s.url("oceans", "oceans.m3u8")).CombinedOutput()
		return string(out), err == nil && strings.Contains(string(out), "video") && strings.Contains(string(out), "audio")
	})
	for _, expect := range []string{"0", "1"} {
		refused(t, s, refusedCase{status: http.StatusNotFound, point: "atlantis", stream: "atlantis-400k"}, expect)
	}

	if out, err := ask("POST", "points", map[string]string{"name": "own"}); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := ask("POST", "encoders", map[string]any{"point": "own", "start": true, "input": map[string]string{"kind": "test-pattern"},
		"video": []map[string]int{{"width": 160, "height": 90, "bitrate": 100_000}}, "audio_bitrate": 64_000}); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	eventually(t, "the server's own encoder is on air", func() (any, bool) {
		out, err := curl(t, cert, "-H", "Authorization: Bearer "+s.token, s.admin+"/api/v1/points/own")
		return out, err == nil && strings.Contains(out, `"state":"started"`)
	})

	// A new certificate is taken while the encoder sends.
	selfMade(t, cert, 2)
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.out.await(t, `msg="settings read again" changed=certificate`)
	if out, err := curl(t, cert, "-o", os.DevNull, s.url("oceans", "Manifest")); err != nil {
		t.Errorf("with the new certificate: %v: %s", err, out)
	}
	if !encoder.running() {
		t.Errorf("the encoder did not outlive the new certificate:\n%s", encoder.out)
	}
	encoder.interrupt(t)
	if code := s.terminate(t); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
}

// What would be open to everybody does not start, and says what to do.
func TestOpensNoWiderThanToldTo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cmd := exec.Command(program(t, "pubpointd"), "-root", h.root, "-listen", "0.0.0.0:0", "-admin", "off", "-config", h.config)
	p := launch(t, cmd)
	if code := p.wait(t); code != 1 || !strings.Contains(p.out.String(), "-open media") || strings.Count(p.out.String(), "\n") > 1 {
		t.Errorf("it ended with %d: %s", code, p.out)
	}
}
