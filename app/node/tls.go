package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"pubpoint/app/certificate"
	"pubpoint/engine"
)

// How long the parts of TLS may take to stop, and a client over a challenge.
const (
	tlsStop      = 15 * time.Second
	proofTimeout = 10 * time.Second
)

// prepareTLS reads the certificate, where one is wanted.
func (n *Node) prepareTLS() error {
	s := n.settings
	if !s.TLS() {
		return nil
	}
	keeper, err := certificate.New(certificate.Config{Cert: s.TLSCert, Key: s.TLSKey,
		ACME: certificate.ACME{Hosts: s.Hosts(), Cache: s.ACMECache(), Directory: s.ACMEURL}, Logger: n.log,
		// Run, which tells, begins after Listen has made the origin.
		Tell: func(s engine.Severity, text string) { n.origin.Tell(s, text) }})
	if err != nil {
		return err
	}
	n.keeper = keeper
	return nil
}

// tls is how the listeners speak TLS; nil when they do not.
func (n *Node) tls() *tls.Config {
	if n.keeper == nil {
		return nil
	}
	return n.keeper.TLS()
}

// adminBase is the base of the admin listener's URLs.
func (n *Node) adminBase(a net.Addr) string {
	at := reachable(a)
	if n.keeper == nil {
		return "http://" + at
	}
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return "https://" + at
	}
	return "https://" + net.JoinHostPort(n.keeper.PublicHost(host), port)
}

// adminHosts are the names by which the admin listener may be asked.
func (n *Node) adminHosts() []string {
	all := hosts(n.settings.Admin)
	if n.keeper != nil {
		all = append(all, n.keeper.Names()...)
	}
	return all
}

// mediaAddress is where the media listener is, without a scheme.
func mediaAddress(a engine.Addresses) string {
	if a.Bound != "" {
		return a.Bound
	}
	_, media, _ := strings.Cut(a.Media, "://")
	return media
}

// listenProof binds the listener that answers an ACME server over HTTP, where one is wanted.
func (n *Node) listenProof(ctx context.Context) error {
	if n.settings.ACMEHTTP == "" {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", n.settings.ACMEHTTP)
	if err != nil {
		return listenError("-acme-http", n.settings.ACMEHTTP, err)
	}
	n.proof = l
	return nil
}

func (n *Node) closeProof() error {
	if n.proof == nil {
		return nil
	}
	return n.proof.Close()
}

// startTLS starts what looks after the certificate.
func (n *Node) startTLS(ctx context.Context, ended chan<- string) []*part {
	if n.keeper == nil {
		return nil
	}
	parts := []*part{start(ctx, "certificate", tlsStop, ended, n.keeper.Run)}
	if n.proof != nil {
		parts = append(parts, start(ctx, "listener for ACME", tlsStop, ended, n.prove))
	}
	return parts
}

// prove answers challenges over HTTP, and sends everybody else to https, until ctx ends.
func (n *Node) prove(ctx context.Context) error {
	server := &http.Server{Handler: n.keeper.Challenge(), ReadHeaderTimeout: proofTimeout, ReadTimeout: proofTimeout, WriteTimeout: proofTimeout,
		IdleTimeout: proofTimeout, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(n.proof) }()
	select {
	case err := <-served:
		return fmt.Errorf("answer ACME over HTTP: %w", err)
	case <-ctx.Done():
	}
	err := server.Close()
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
