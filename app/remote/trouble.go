package remote

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"pubpoint/app/api"
	"pubpoint/engine"
)

// unreached is why an engine could not be asked, as a sentence.
func (e *Engine) unreached(op string, err error) error {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	var text string
	switch {
	case errors.As(err, &authority):
		text = "The certificate of " + e.name + " is signed by nobody whom this machine trusts; name its authority's certificate with -ca-file FILE (one that is signed by itself is its own authority)."
	case errors.As(err, &name):
		text = "The certificate of " + e.name + " is for another name; connect by the name that is in it, or give that machine a certificate for " + e.base.Hostname() + "."
	case errors.As(err, &invalid):
		text = "The certificate of " + e.name + " is not valid now: " + invalid.Error() + "; renew it, or set the clocks."
	case errors.As(err, &dns):
		text = "There is no machine called " + e.base.Hostname() + "; correct the address, or look after the network."
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		text = e.name + " speaks plain HTTP; connect to http://" + e.name + ", or give it a certificate."
	case errors.Is(err, context.DeadlineExceeded):
		text = e.name + " does not answer in time."
	case errors.Is(err, context.Canceled):
		text = "It was given up before " + e.name + " answered."
	default:
		var at *net.OpError
		cause := err.Error()
		if errors.As(err, &at) && at.Err != nil {
			cause = at.Err.Error()
		}
		text = "There is no connection to " + e.name + ": " + cause + "; is pubpointd running there, with its admin listener at this address?"
	}
	return &engine.Error{Op: op, Kind: engine.Unavailable, Text: text, Err: err}
}

// refused is the failure that an answer tells.
func (e *Engine) refused(op string, status int, body []byte) error {
	switch {
	case status >= 300 && status < 400:
		return &engine.Error{Op: op, Kind: engine.Unavailable, Text: e.name + " sends us to another address, which is not followed because of the token; connect to the engine itself."}
	case status == 400 && strings.Contains(string(body), "HTTP request to an HTTPS server"):
		return &engine.Error{Op: op, Kind: engine.Unavailable, Text: e.name + " speaks HTTPS; connect to https://" + e.name + "."}
	case status == 401:
		return &engine.Error{Op: op, Kind: engine.Unauthorized, Text: e.tokenText()}
	}
	return api.ReadProblem(op, status, body)
}

func (e *Engine) tokenText() string {
	if e.token.get() == "" {
		return e.name + " wants a token; it is in the file token beside its settings file."
	}
	return e.name + " refuses the token; the right one is in the file token beside its settings file."
}

// versionError refuses an API of another major version.
func (e *Engine) versionError(version string) error {
	var major int
	if _, err := fmt.Sscanf(version, "%d", &major); err == nil && major == api.Major {
		return nil
	}
	if version == "" {
		version = "an older one"
	}
	return &engine.Error{Op: "connect", Kind: engine.Unsupported,
		Text: fmt.Sprintf("The admin API of %s has version %s and this control room understands version %d; use the same version of Pubpoint on both machines.", e.name, version, api.Major)}
}

// silenced is why nothing is ordered of an engine that does not answer; nil when it does. A first
// answer is waited for as long as any.
func (e *Engine) silenced(op string) error {
	e.mu.Lock()
	c := e.connection()
	e.mu.Unlock()
	switch {
	case c.Up:
		return nil
	case c.WantsToken:
		return &engine.Error{Op: op, Kind: engine.Unauthorized, Text: c.Reason}
	}
	return &engine.Error{Op: op, Kind: engine.Unavailable, Text: fmt.Sprintf("There has been no answer from %s for %.0f s, so nothing was ordered. %s It is asked again all the time.",
		e.name, max(1, c.Silent.Seconds()), c.Reason)}
}
