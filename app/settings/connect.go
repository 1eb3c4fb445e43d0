package settings

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// Connect says which engine elsewhere the control room drives, instead of one of its own.
type Connect struct {
	URL       string // of the admin listener; empty for an engine of its own
	TokenFile string // absolute; where the token of its admin API is
	CAFile    string // certificates to trust besides those of this machine; may be empty
}

// connectOptions are the settings of a control room for an engine elsewhere.
func connectOptions() []option {
	return []option{
		{"connect", "URL", "drive the engine whose admin API is at this address, and start none here", "",
			func(d *Document) string { return d.Connect },
			func(s *Settings, v string) error { s.Connect.URL = v; return connectURL(v) }},
		{"token-file", "FILE", "with -connect: the token of that admin API (default: token-HOST_PORT beside the settings file)", "",
			func(d *Document) string { return d.ConnectTokenFile },
			func(s *Settings, v string) error { s.Connect.TokenFile = v; return nil }},
		{"ca-file", "FILE", "with -connect: certificates to trust besides those of this machine, as PEM", "",
			func(d *Document) string { return d.ConnectCAFile },
			func(s *Settings, v string) error { s.Connect.CAFile = v; return nil }},
	}
}

// optionsOf are the options that program has.
func optionsOf(program string) []option {
	if program == ControlRoom {
		return append(options(), connectOptions()...)
	}
	return options()
}

func connectURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("this is no address of an admin listener; write one like https://rack-1:8089")
	case u.User != nil || u.RawQuery != "":
		return errors.New("the address has more in it than where the listener is; a token belongs into a file, see -token-file")
	}
	return nil
}

// listenerFlags lists the flags given that are about listeners or files of an engine of one's own. From
// the environment and the file they are for runs without -connect, and do no harm.
func listenerFlags(flags map[string]string) []string {
	var given []string
	for _, o := range secureOptions() {
		if _, ok := flags[o.name]; ok {
			given = append(given, o.name)
		}
	}
	if _, ok := flags["state"]; ok {
		given = append(given, "state")
	}
	return given
}

// settle fills in what depends on the address, and refuses what contradicts it: flags that were given
// for an engine of one's own.
func (c *Connect) settle(s *Settings, flags []string) error {
	if c.URL == "" {
		*c = Connect{}
		return nil
	}
	given := append(s.Fixed.Names(), flags...)
	if s.Demo {
		given = append(given, "demo")
	}
	if len(given) > 0 {
		return &UsageError{Text: fmt.Sprintf("-connect and -%s contradict each other: with -connect no engine is started here; leave one of them out", strings.Join(given, ", -"))}
	}
	if c.TokenFile == "" {
		u, err := url.Parse(c.URL)
		if err != nil {
			return &UsageError{Text: "-connect: " + err.Error()}
		}
		c.TokenFile = filepath.Join(filepath.Dir(s.Config), "token-"+strings.Map(fileLetter, u.Host))
	}
	for _, file := range []*string{&c.TokenFile, &c.CAFile} {
		if *file == "" {
			continue
		}
		whole, err := filepath.Abs(*file)
		if err != nil {
			return &UsageError{Text: err.Error()}
		}
		*file = whole
	}
	return nil
}

// fileLetter keeps what may stand in the name of a file everywhere.
func fileLetter(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-':
		return r
	}
	return '_'
}
