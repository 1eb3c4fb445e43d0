package settings

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseSecure(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "own.toml"), "tls-cert = \"tls/cert.pem\"\ntls-key = \"/etc/key.pem\"\nopen = [\"media\"]\nrequire-ingest-auth = true\n")
	s, err := Parse("pubpointd", []string{"-config", file}, environment(t, nil), io.Discard)
	want := Secure{TLSCert: filepath.Join(dir, "tls", "cert.pem"), TLSKey: "/etc/key.pem", OpenMedia: true, RequireIngestAuth: true}
	if err != nil || s.Secure != want || !s.TLS() || s.Hosts() != nil {
		t.Errorf("of the file %+v, %v; want %+v", s.Secure, err, want)
	}
	s, err = Parse("pubpointd", []string{"-config", filepath.Join(dir, "none.toml"), "-acme", "Live.Example.org., eu.example.org", "-acme-http", ":80", "-require-ingest-auth"},
		environment(t, map[string]string{"PUBPOINT_ACME_URL": "https://ca.example.org/directory", "PUBPOINT_OPEN": "media, admin"}), io.Discard)
	want = Secure{ACME: "live.example.org,eu.example.org", ACMEURL: "https://ca.example.org/directory", ACMEHTTP: ":80", OpenMedia: true, OpenAdmin: true, RequireIngestAuth: true}
	if err != nil || s.Secure != want || len(s.Hosts()) != 2 || s.ACMECache() != filepath.Join(dir, "acme") {
		t.Errorf("of flags and environment %+v, %v; want %+v", s.Secure, err, want)
	}
}

func TestParseSecureRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-tls-key", "k"}, "without tls-cert"}, {[]string{"-tls-cert", "c", "-acme", "live.example.org"}, "both given"},
		{[]string{"-acme-url", "https://x/y"}, "need acme"}, {[]string{"-acme-http", ":80"}, "need acme"},
		{[]string{"-acme", "localhost"}, "no host name"}, {[]string{"-acme", "*.example.org"}, "no host name"}, {[]string{"-acme", "192.0.2.1"}, "no host name"},
		{[]string{"-acme", "a.example.org", "-acme-url", "http://x"}, "https://HOST/PATH"}, {[]string{"-acme", "a.example.org", "-acme-http", "80"}, "no address"},
		{[]string{"-open", "all"}, "write media, admin"}, {[]string{"-require-ingest-auth=perhaps"}, "perhaps"},
	} {
		args := append([]string{"-config", filepath.Join(t.TempDir(), "none.toml")}, c.args...)
		_, err := Parse("pubpointd", args, environment(t, nil), io.Discard)
		if usage, ok := err.(*UsageError); !ok || !strings.Contains(usage.Text, c.says) {
			t.Errorf("%v: %v, want %q", c.args, err, c.says)
		}
	}
	file := write(t, filepath.Join(t.TempDir(), "own.toml"), "version = 1\n\nopen = [\"all\"]\n")
	_, err := Parse("pubpointd", []string{"-config", file}, environment(t, nil), io.Discard)
	if bad, ok := err.(*FileError); !ok || bad.Line != 3 {
		t.Errorf("of the file: %v", err)
	}
}

// What the store writes keeps the settings that it does not change.
func TestStoreKeepsSecure(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "own.toml"), "tls-cert = \"c\"\ntls-key = \"k\"\nopen = [\"media\", \"admin\"]\nrequire-ingest-auth = false\n")
	before, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := NewStore(file).Update(func(d *Document) { d.Listen = "127.0.0.1:1" }); err != nil {
		t.Fatal(err)
	}
	after, err := Load(file)
	if err != nil || after.TLSCert != before.TLSCert || after.TLSKey != before.TLSKey || !slices.Equal(after.Open, before.Open) || after.RequireIngestAuth == nil || *after.RequireIngestAuth {
		text, readErr := os.ReadFile(file)
		t.Errorf("%v, %v:\n%s", err, readErr, text)
	}
}

func TestWide(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:1": false, "127.5.5.5:1": false, "localhost:1": false, "[::1]:1": false, "[::ffff:127.0.0.1]:1": false,
		":1": true, "0.0.0.0:1": true, "[::]:1": true, "192.0.2.1:1": true, "[fe80::1%eth0]:1": true, "live.example.org:1": true, "localhost.example.org:1": true,
	} {
		if got := Wide(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestExposure(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Settings
		says []string
	}{
		{"at home", Settings{Listen: DefaultListen, Admin: DefaultAdmin}, nil},
		{"both", Settings{Listen: ":1", Admin: ":2"}, []string{"-open media", "-open admin"}},
		{"admin off", Settings{Listen: DefaultListen, Admin: AdminOff}, nil},
		{"credentials", Settings{Listen: ":1", Admin: AdminOff, Secure: Secure{RequireIngestAuth: true}}, nil},
		{"TLS lets nobody send who may not", Settings{Listen: ":1", Admin: ":2", Secure: Secure{TLSCert: "c"}}, []string{"-open media"}},
		{"as it is meant", Settings{Listen: ":1", Admin: ":2", Secure: Secure{OpenMedia: true, OpenAdmin: true}}, nil},
	} {
		if got := c.s.Exposure(); !slices.EqualFunc(got, c.says, strings.Contains) {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
}

func TestDifferences(t *testing.T) {
	before := Settings{Listen: ":1", FFmpeg: "a"}
	after := Settings{Listen: ":2", FFmpeg: "b", Secure: Secure{OpenAdmin: true, ACME: "a.example.org"}}
	if got := before.Differences(after); !slices.Equal(got, []string{"listen", "acme", "open", "ffmpeg"}) {
		t.Errorf("they are %v", got)
	}
	if got := before.Differences(before); got != nil {
		t.Errorf("of the same they are %v", got)
	}
}
