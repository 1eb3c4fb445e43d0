package shield

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What is written unless told otherwise.
const (
	DefaultListen = "80"
	DefaultCache  = "/var/cache/pubpoint"
	DefaultSize   = "10g"
)

// LongestHold is how long, in seconds, an origin may keep a request waiting: three target durations
// of an HLS playlist (up to 15 s each), and less for everything else. Whoever stands in between
// must wait longer.
const LongestHold = 45

// manifestPatience is how long, in seconds, an origin may take for a manifest, which it never holds.
const manifestPatience = 5

// Config says what a shield is to be. The zero values of Listen, Cache and Size mean the defaults.
type Config struct {
	// Origins are asked in their order: the first while it answers. One or two.
	Origins []Origin
	// Listen is where viewers come: a port, or HOST:PORT.
	Listen string
	// Certificate and Key are the files for TLS; both or none. nginx only.
	Certificate, Key string
	// Cache is the directory of what is kept. nginx only.
	Cache string
	// Size is how much of it at most: a number with k, m or g.
	Size string
	// Ingest passes encoders' requests on to the first origin; else they are refused.
	Ingest bool
	// Keep names query parameters that the origin needs besides those of the formats. Each of
	// their values makes an object of its own.
	Keep []string
	// Trust is a file of certificates by which TLS origins are believed; empty means the system's. nginx only.
	Trust string
}

// Origin is the media listener of a server.
type Origin struct {
	Host string // name or address, without brackets
	Port string
	TLS  bool
}

// Address is HOST:PORT.
func (o Origin) Address() string { return net.JoinHostPort(o.Host, o.Port) }

// String is the origin as a URL.
func (o Origin) String() string {
	if o.TLS {
		return "https://" + o.Address()
	}
	return "http://" + o.Address()
}

var (
	hostForm = regexp.MustCompile(`^[A-Za-z0-9.:_-]+$`)
	pathForm = regexp.MustCompile(`^/[A-Za-z0-9./_@+-]*$`)
	sizeForm = regexp.MustCompile(`^[1-9][0-9]{0,6}[kmg]$`)
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)
)

// ParseOrigin reads http://HOST[:PORT], https://HOST[:PORT] or HOST:PORT, where HOST may be the
// wildcard of a listener: then this machine is meant.
func ParseOrigin(text string) (Origin, error) {
	bad := fmt.Errorf("%q is no origin; write http://HOST:PORT or https://HOST:PORT, the address of its media listener", text)
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return Origin{}, bad
	}
	o := Origin{Host: u.Hostname(), Port: u.Port(), TLS: u.Scheme == "https"}
	switch {
	case o.Port == "" && o.TLS:
		o.Port = "443"
	case o.Port == "":
		o.Port = "80"
	}
	switch o.Host {
	case "", "0.0.0.0", "::":
		o.Host = "127.0.0.1"
	}
	if !hostForm.MatchString(o.Host) || !port(o.Port) {
		return Origin{}, bad
	}
	return o, nil
}

func port(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// complete fills in what was left out, and says in one sentence what cannot be.
func (c Config) complete() (Config, error) {
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Cache == "" {
		c.Cache = DefaultCache
	}
	if c.Size == "" {
		c.Size = DefaultSize
	}
	switch n := len(c.Origins); {
	case n == 0 || n > 2:
		return c, fmt.Errorf("there are %d origins; name one, or two that hold the same", n)
	case n == 2 && c.Origins[0].TLS != c.Origins[1].TLS:
		return c, errors.New("one origin speaks TLS and the other does not; a request can only move to one that speaks the same")
	case (c.Certificate == "") != (c.Key == ""):
		return c, errors.New("TLS needs both a certificate and its key")
	}
	if host, number, err := net.SplitHostPort(c.Listen); !port(c.Listen) && (err != nil || !port(number) || host != "" && !hostForm.MatchString(host)) {
		return c, fmt.Errorf("%q is no address to listen at; write PORT or HOST:PORT", c.Listen)
	}
	for _, path := range []string{c.Cache, c.Certificate, c.Key, c.Trust} {
		if path != "" && !pathForm.MatchString(path) {
			return c, fmt.Errorf("%q is no path for a configuration; write an absolute one of letters, digits and ./_@+-", path)
		}
	}
	if !sizeForm.MatchString(c.Size) {
		return c, fmt.Errorf("%q is no size; write a number with k, m or g, for example %s", c.Size, DefaultSize)
	}
	for _, name := range c.Keep {
		if !nameForm.MatchString(name) {
			return c, fmt.Errorf("%q is no name of a query parameter; use letters, digits and underscores", name)
		}
	}
	return c, nil
}

// parameters are the query parameters that change an answer, in the order of the key.
func (c Config) parameters() []string {
	names := []string{"_HLS_msn", "_HLS_part", "_HLS_skip", "dvr_window_length", "time_shift", "manifest", "key"}
	for _, name := range c.Keep {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
