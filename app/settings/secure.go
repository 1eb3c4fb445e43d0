package settings

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Secure is what a run needs to stand on an address that other machines can reach.
type Secure struct {
	TLSCert  string // PEM file of the certificate of both listeners, absolute; empty when there is none
	TLSKey   string // PEM file of its key, absolute; empty when TLSCert has that too
	ACME     string // host names to have certificates for by ACME, with commas between; empty when that is off
	ACMEURL  string // the ACME server's directory; empty is Let's Encrypt
	ACMEHTTP string // address that answers its challenges over HTTP; empty for none

	OpenMedia         bool // the media listener may be reached by others though encoders need no credentials
	OpenAdmin         bool // the admin listener may be reached by others without TLS
	RequireIngestAuth bool // points without credentials refuse encoders
}

// TLS tells whether the listeners speak TLS.
func (s Secure) TLS() bool { return s.TLSCert != "" || s.ACME != "" }

// Hosts are the names in ACME.
func (s Secure) Hosts() []string {
	if s.ACME == "" {
		return nil
	}
	return strings.Split(s.ACME, ",")
}

// The listeners that the setting open may name.
const (
	openMedia = "media"
	openAdmin = "admin"
)

// secureHelp follows the list of flags.
const secureHelp = `
TLS is on with tls-cert or acme, for both listeners; with acme you agree to the terms of Let's Encrypt. A listener
that other machines can reach does not start without protection: the media listener needs require-ingest-auth or
-open media, the admin listener TLS or -open admin.
`

// isPath tells whether a setting is a path, which begins at the file's folder when it is relative there.
func isPath(name string) bool {
	return name == "root" || name == "state" || name == "tls-cert" || name == "tls-key"
}

func secureOptions() []option {
	return []option{
		{"tls-cert", "FILE", "certificate of both listeners, in PEM with those that lead to its authority; read again when it changes", "",
			func(d *Document) string { return d.TLSCert },
			func(s *Settings, v string) (err error) { s.TLSCert, err = filepath.Abs(v); return err }},
		{"tls-key", "FILE", "its private key, when that is not in the same file", "",
			func(d *Document) string { return d.TLSKey },
			func(s *Settings, v string) (err error) { s.TLSKey, err = filepath.Abs(v); return err }},
		{"acme", "HOSTS", "host names to get certificates for from Let's Encrypt, with commas between", "",
			func(d *Document) string { return strings.Join(d.ACME, ",") },
			func(s *Settings, v string) (err error) { s.ACME, err = hostNames(v); return err }},
		{"acme-url", "URL", "directory of another ACME server", "",
			func(d *Document) string { return d.ACMEURL },
			func(s *Settings, v string) error { s.ACMEURL = v; return directoryURL(v) }},
		{"acme-http", "ADDR", "answer the ACME server on this address too, which port 80 leads to; without it, port 443 must lead to -listen", "",
			func(d *Document) string { return d.ACMEHTTP },
			func(s *Settings, v string) error { s.ACMEHTTP = v; return address(v) }},
		{"open", "LISTENERS", "media, admin or media,admin: these may be reached by other machines without protection", "",
			func(d *Document) string { return strings.Join(d.Open, ",") },
			openListeners},
		{"require-ingest-auth", "", "publishing points without credentials refuse encoders of other machines", "",
			func(d *Document) string {
				if d.RequireIngestAuth == nil {
					return ""
				}
				return strconv.FormatBool(*d.RequireIngestAuth)
			},
			func(s *Settings, v string) (err error) {
				if s.RequireIngestAuth, err = strconv.ParseBool(v); err != nil {
					return fmt.Errorf("%q is neither true nor false", v)
				}
				return nil
			}},
	}
}

// hostNames returns text as Secure.ACME has it.
func hostNames(text string) (string, error) {
	var all []string
	for _, name := range strings.Split(text, ",") {
		name = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
		if name == "" {
			continue
		}
		if net.ParseIP(name) != nil || !strings.Contains(name, ".") || strings.ContainsAny(name, "*:/ _") {
			return "", fmt.Errorf("%q is no host name for a certificate; write it whole, such as live.example.org", name)
		}
		all = append(all, name)
	}
	return strings.Join(all, ","), nil
}

func directoryURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is no address of an ACME server; write https://HOST/PATH", text)
	}
	return nil
}

func openListeners(s *Settings, text string) error {
	s.OpenMedia, s.OpenAdmin = false, false
	for _, name := range strings.Split(text, ",") {
		switch strings.TrimSpace(name) {
		case openMedia:
			s.OpenMedia = true
		case openAdmin:
			s.OpenAdmin = true
		default:
			return fmt.Errorf("%q is no listener; write media, admin or media,admin", name)
		}
	}
	return nil
}

// validateSecure refuses what makes no sense together, wherever it was said.
func (s *Settings) validateSecure() error {
	switch {
	case s.TLSKey != "" && s.TLSCert == "":
		return &UsageError{Text: "tls-key is given without tls-cert; name the certificate too"}
	case s.TLSCert != "" && s.ACME != "":
		return &UsageError{Text: "tls-cert and acme are both given; a certificate comes from files or from an ACME server"}
	case s.ACME == "" && (s.ACMEURL != "" || s.ACMEHTTP != ""):
		return &UsageError{Text: "acme-url and acme-http need acme; name the hosts to have certificates for"}
	}
	return nil
}

// ACMECache is where the account and the certificates of ACME are kept: beside the settings file.
func (s Settings) ACMECache() string { return filepath.Join(filepath.Dir(s.Config), "acme") }

// Exposure returns what must be changed before a run may start with s: a listener that other machines
// can reach, and that nobody has said may be reached without protection. Each is one line. It is empty
// when all is well.
func (s Settings) Exposure() []string {
	var all []string
	if Wide(s.Listen) && !s.OpenMedia && !s.RequireIngestAuth {
		all = append(all, "the media listener at "+s.Listen+" could be reached by other machines, each of which could send to every publishing point; "+
			"listen on 127.0.0.1, refuse encoders without credentials with -require-ingest-auth, or say with -open media that this is meant")
	}
	if s.Admin != AdminOff && Wide(s.Admin) && !s.OpenAdmin && !s.TLS() {
		all = append(all, "the admin listener at "+s.Admin+" could be reached by other machines, and its token would cross the network in clear text; "+
			"listen on 127.0.0.1, give it a certificate with -tls-cert, or say with -open admin that this is meant")
	}
	return all
}

// Wide tells whether other machines may be able to reach a listener at an address.
func Wide(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(strings.SplitN(host, "%", 2)[0])
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// lineIn finds the line of the file at path that sets a key, or 0.
func lineIn(path, key string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0 // it has been read a moment ago; a line is a courtesy
	}
	return lineOf(string(text), []string{key})
}

// Differences names what s and other have differently, as the settings file calls it, in the order of
// the help, with resume and ffmpeg at the end.
func (s Settings) Differences(other Settings) []string {
	var all []string
	same := map[string]bool{
		"root": s.Root == other.Root, "listen": s.Listen == other.Listen, "admin": s.Admin == other.Admin,
		"log-level": s.LogLevel == other.LogLevel, "log-format": s.LogFormat == other.LogFormat,
		"tls-cert": s.TLSCert == other.TLSCert, "tls-key": s.TLSKey == other.TLSKey,
		"acme": s.ACME == other.ACME, "acme-url": s.ACMEURL == other.ACMEURL, "acme-http": s.ACMEHTTP == other.ACMEHTTP,
		"open": s.OpenMedia == other.OpenMedia && s.OpenAdmin == other.OpenAdmin, "require-ingest-auth": s.RequireIngestAuth == other.RequireIngestAuth,
		"ffmpeg": s.FFmpeg == other.FFmpeg, "resume": s.Resume == other.Resume,
	}
	for _, o := range options() {
		if known, ok := same[o.name]; ok && !known {
			all = append(all, o.name)
		}
	}
	for _, name := range []string{"ffmpeg", "resume"} {
		if !same[name] {
			all = append(all, name)
		}
	}
	return all
}
