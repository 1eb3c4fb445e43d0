package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"pubpoint/app/program"
	"pubpoint/app/settings"
)

const healthHelp = `Usage: pubpointd health [flags]

Asks the pubpointd that runs on this machine, at its admin address, whether it is ready: for
containers and scripts. It takes the flags of pubpointd, the environment and the settings file,
and needs no token; -admin ADDR says where to ask.

Exit code: 0 when it is ready, 1 when it is not, does not answer or has no admin listener,
2 for bad arguments.
`

// healthWait is how long a server may think about its health; less than what probes usually wait.
const healthWait = 5 * time.Second

// maxHealth is how much of an answer is read, in bytes.
const maxHealth = 64 << 10

// healthCommand is pubpointd health. It returns the program's exit code.
func healthCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	s, err := settings.Parse(name, args, env, io.Discard)
	var usage *settings.UsageError
	switch {
	case errors.Is(err, settings.ErrHelp):
		if _, err := io.WriteString(stderr, healthHelp); err != nil {
			return program.ExitFailed
		}
		return program.ExitOK
	case errors.As(err, &usage):
		program.Say(stderr, name, "health: "+err.Error())
		return program.ExitUsage
	case err == nil && s.Admin == settings.AdminOff:
		err = errors.New("the admin listener is off, so nobody can be asked; start pubpointd with -admin ADDR")
	case err == nil:
		err = askReady(ctx, s.Admin)
	}
	if err == nil {
		_, err = fmt.Fprintln(stdout, "ready")
	}
	if err != nil {
		program.Say(stderr, name, "health: "+err.Error())
		return program.ExitFailed
	}
	return program.ExitOK
}

// notTLS is how net/http answers a plain request where TLS is spoken.
const notTLS = "Client sent an HTTP request to an HTTPS server."

// askReady asks the admin listener at address whether its server is ready. Its errors are sentences.
func askReady(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthWait)
	defer cancel()
	at := dialable(address)
	status, answer, err := get(ctx, "http://"+at+"/readyz")
	if err == nil && status == http.StatusBadRequest && strings.Contains(string(answer), notTLS) {
		status, answer, err = get(ctx, "https://"+at+"/readyz")
	}
	if err != nil {
		return fmt.Errorf("nobody answers at %s (%w); start pubpointd, or name its admin address with -admin", at, cause(err))
	}
	if status == http.StatusOK {
		return nil
	}
	var said struct {
		Detail  string
		Reasons []string
	}
	why := fmt.Sprintf("%d %s", status, http.StatusText(status))
	if json.Unmarshal(answer, &said) == nil {
		why = cmp.Or(strings.Join(said.Reasons, " "), said.Detail, why)
	}
	return fmt.Errorf("%s is not ready: %s", at, why)
}

// get fetches a small answer directly, whatever proxy the environment names.
func get(ctx context.Context, url string) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no address to ask: %w", url, err)
	}
	// The certificate is for the name that others use. Nothing secret is sent, and who could answer in the server's
	// place on this machine could do so without TLS too.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("ask: %w", err)
	}
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxHealth))
	return resp.StatusCode, answer, errors.Join(err, resp.Body.Close())
}

// dialable is an address to dial for one that is listened at: all addresses of the machine
// include that of itself.
func dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if err == nil && ip.Is6() {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port)
}

// cause is an error without what it is wrapped in for requests: method and address are told already.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	return err
}
