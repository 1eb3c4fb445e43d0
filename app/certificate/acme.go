package certificate

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"pubpoint/engine"
)

// acmeEvery is how often certificates are looked at, and asked for when they are not there:
// authorities bound how often one may fail in an hour.
const acmeEvery = time.Hour

// ACME says of whom certificates are asked (RFC 8555). To name hosts is to agree to the terms of the
// authority.
type ACME struct {
	Hosts     []string // names that the certificates are for; all of them lead here
	Cache     string   // directory for account and certificates; made, for its owner alone
	Directory string   // URL of the server's directory; empty is Let's Encrypt

	Client *http.Client // asks the server; nil is the usual one
}

// manager makes what asks. It starts nothing, and asks nothing any more when ctx has ended.
func (a ACME) manager(ctx context.Context) (*autocert.Manager, error) {
	if err := os.MkdirAll(a.Cache, 0o700); err != nil {
		return nil, fmt.Errorf("the folder %s for certificates cannot be made: %w; correct its permissions or choose another folder with -config", a.Cache, err)
	}
	directory := a.Directory
	if directory == "" {
		directory = autocert.DefaultACMEDirectory
	}
	client := &http.Client{Timeout: time.Minute}
	if a.Client != nil {
		*client = *a.Client
	}
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	client.Transport = &bound{ctx: ctx, next: next}
	return &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Cache), HostPolicy: autocert.HostWhitelist(a.Hosts...),
		Client: &acme.Client{DirectoryURL: directory, HTTPClient: client, UserAgent: "pubpoint"},
	}, nil
}

// acmeTLS answers tls-alpn-01 challenges (RFC 8737) besides viewers. Who names no host, as those do
// who come by address, is given the first.
func (k *Keeper) acmeTLS() *tls.Config {
	c := k.acme.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	ask := c.GetCertificate
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName == "" {
			named := *hello
			named.ServerName = k.cfg.ACME.Hosts[0]
			hello = &named
		}
		return ask(hello)
	}
	return c
}

// runACME asks for the certificates that are not there yet, so that a fault shows before the first
// viewer comes, and looks that they are renewed.
func (k *Keeper) runACME(ctx context.Context) error {
	stop := context.AfterFunc(ctx, k.hangUp)
	defer stop()
	for {
		for _, host := range k.cfg.ACME.Hosts {
			if ctx.Err() == nil {
				k.obtain(host)
			}
		}
		next := time.NewTimer(acmeEvery)
		select {
		case <-ctx.Done():
			next.Stop()
			return nil
		case <-next.C:
		}
	}
}

// obtain has the certificate of a host, from the cache or from the server.
func (k *Keeper) obtain(host string) {
	pair, err := k.acme.GetCertificate(&tls.ClientHelloInfo{ServerName: host, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}})
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		k.refused(host, strings.TrimSuffix(err.Error(), "."))
		return
	}
	delete(k.refusals, host)
	if host != k.cfg.ACME.Hosts[0] {
		return
	}
	if old := k.current.Swap(pair); old == nil || !old.Leaf.Equal(pair.Leaf) {
		k.warned = expiryFar
		k.told(pair.Leaf)
		return
	}
	k.expires(pair.Leaf)
}

// refused tells, once for each reason, that there is no certificate for a host and what to do. The
// caller holds the lock.
func (k *Keeper) refused(host, why string) {
	k.cfg.Logger.Warn("no certificate by ACME", "host", host, "reason", why)
	// For a minute after a failure autocert answers with nothing but that there is no certificate.
	if told := k.refusals[host]; told == why || told != "" && strings.HasSuffix(why, "missing certificate") {
		return
	}
	k.refusals[host] = why
	k.cfg.Tell(engine.Warning, "There is no certificate for "+host+" yet: "+why+". The name must lead to this machine, and port 443 to the media listener or port 80 to acme-http. It is asked for again in an hour, and when somebody comes.")
}

// bound ends requests with a context besides their own, because autocert takes none.
type bound struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper. The answer's body is read by the caller under the request's
// own context.
func (b *bound) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := b.ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(b.ctx, func() { cancel(context.Cause(b.ctx)) })
	resp, err := b.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		stop()
		cancel(err)
		return nil, err
	}
	resp.Body = &boundBody{ReadCloser: resp.Body, done: func() { stop(); cancel(nil) }}
	return resp, nil
}

// boundBody lets the context of its request go when it is closed.
type boundBody struct {
	io.ReadCloser
	done func()
}

// Close implements io.Closer.
func (b *boundBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
