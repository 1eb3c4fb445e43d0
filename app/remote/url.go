package remote

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"pubpoint/engine"
)

// dialTimeout bounds how long a connection may take.
const dialTimeout = 4 * time.Second

// parseURL checks the address of an admin listener.
func parseURL(raw string) (*url.URL, error) {
	bad := func(why string) error {
		return &engine.Error{Op: "connect", Kind: engine.BadInput, Text: fmt.Sprintf("%s; write the admin listener's address like https://rack-1:8089.", why)}
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, bad("The address to connect to is no URL")
	case u.User != nil:
		return nil, bad("The address to connect to has a name or a password in it, which others could read; the token belongs into a file (-token-file)")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, bad(fmt.Sprintf("%q is no address to connect to", raw))
	case u.RawQuery != "" || u.Fragment != "":
		return nil, bad("The address to connect to has something behind it, which is not needed")
	}
	u.Path = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/api/v1")
	u.RawPath = ""
	return u, nil
}

// CheckURL says in a sentence what is wrong with an address to connect to.
func CheckURL(raw string) error {
	_, err := parseURL(raw)
	return err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// newClient trusts this machine's certificates and those in caFile.
func newClient(caFile string) (*http.Client, error) {
	var roots *x509.CertPool
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, &engine.Error{Op: "connect", Kind: engine.BadInput, Err: err, Text: "The certificates to trust cannot be read: " + err.Error() + "."}
		}
		if roots, err = x509.SystemCertPool(); err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, &engine.Error{Op: "connect", Kind: engine.BadInput, Text: caFile + " has no certificate in PEM; name another file with -ca-file."}
		}
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSClientConfig:       &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:   dialTimeout,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       30 * time.Second,
			ExpectContinueTimeout: time.Second,
			ForceAttemptHTTP2:     true,
		},
		// A redirect could lead the token to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
