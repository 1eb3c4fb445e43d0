package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"pubpoint/app/program"
	"pubpoint/app/settings"
	"pubpoint/app/shield"
)

const shieldHelp = `Usage: pubpointd shield [flags] nginx|varnish

Prints the configuration of an HTTP cache in front of this server, so that viewers may grow and the
server does not notice. With -test it starts the cache on a free port of this machine, in front of
an origin made up for the purpose, and measures whether it keeps its promises: one line for each.

  -origin URL      the media listener of the server, http://HOST:PORT; twice for a second server that
                   holds the same and is asked when the first does not answer
                   (default: the media listener of the settings)
  -config FILE     the settings file to read that from
  -port ADDR       where viewers come, PORT or HOST:PORT (default: 80, with -cert 443)
  -cert FILE       certificate for TLS (nginx only)
  -key FILE        its key
  -trust FILE      certificates by which origins with https:// are believed (default: the system's)
  -cache DIR       where it keeps what it has (nginx only; default: /var/cache/pubpoint)
  -size SIZE       and how much of it at most, with k, m or g (nginx only; default: 10g)
  -keep NAME       a query parameter that the origin needs besides those of the formats; may be repeated
  -ingest          pass encoders on to the first origin, instead of refusing them
  -test            start it and measure; needs nginx or varnishd in PATH

docs/shield.md explains what is printed. Exit code: 0 when all is well, 1 when a promise is not kept
or the cache cannot be started, 2 for bad arguments.
`

// list is a flag that may be repeated.
type list []string

// String is the list for the flag package.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds one.
func (l *list) Set(text string) error {
	*l = append(*l, text)
	return nil
}

// shieldCommand is pubpointd shield. It returns the program's exit code.
func shieldCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	order, err := readShield(args, env)
	if errors.Is(err, flag.ErrHelp) {
		if _, err := io.WriteString(stderr, shieldHelp); err != nil {
			return program.ExitFailed
		}
		return program.ExitOK
	}
	var text bytes.Buffer
	if err == nil {
		err = order.kind.Write(&text, order.config)
	}
	if err != nil {
		program.Say(stderr, name, "shield: "+err.Error()+"; see pubpointd shield -help")
		return program.ExitUsage
	}
	if order.test {
		kept, err := shield.Prove(ctx, order.kind, stdout)
		if err != nil {
			program.Say(stderr, name, "shield: "+err.Error())
		}
		if err != nil || !kept {
			return program.ExitFailed
		}
		return program.ExitOK
	}
	if _, err := text.WriteTo(stdout); err != nil {
		program.Say(stderr, name, "shield: "+err.Error())
		return program.ExitFailed
	}
	return program.ExitOK
}

// shieldOrder is what a command line of pubpointd shield comes to.
type shieldOrder struct {
	kind   shield.Kind
	config shield.Config
	test   bool
}

func readShield(args []string, env func(string) string) (shieldOrder, error) {
	var o shieldOrder
	var origins, keep list
	set := flag.NewFlagSet("shield", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Var(&origins, "origin", "")
	file := set.String("config", "", "")
	set.StringVar(&o.config.Listen, "port", "", "")
	set.StringVar(&o.config.Certificate, "cert", "", "")
	set.StringVar(&o.config.Key, "key", "", "")
	set.StringVar(&o.config.Trust, "trust", "", "")
	set.StringVar(&o.config.Cache, "cache", "", "")
	set.StringVar(&o.config.Size, "size", "", "")
	set.Var(&keep, "keep", "")
	set.BoolVar(&o.config.Ingest, "ingest", false, "")
	set.BoolVar(&o.test, "test", false, "")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	what := set.Args()
	if len(what) > 1 { // flags may stand behind it as well
		if err := set.Parse(what[1:]); err != nil {
			return o, err
		}
		what = append(what[:1], set.Args()...)
	}
	if len(what) != 1 {
		return o, errors.New("name the cache: nginx or varnish")
	}
	var err error
	if o.kind, err = shield.ParseKind(what[0]); err != nil {
		return o, err
	}
	if o.config.Listen == "" && o.config.Certificate != "" {
		o.config.Listen = "443"
	}
	o.config.Keep = keep
	if len(origins) == 0 {
		s, err := settingsOf(*file, env)
		if err != nil {
			return o, err
		}
		origins = list{s.Listen}
	}
	for _, text := range origins {
		origin, err := shield.ParseOrigin(text)
		if err != nil {
			return o, err
		}
		o.config.Origins = append(o.config.Origins, origin)
	}
	return o, nil
}

// settingsOf reads the settings that the server would start with.
func settingsOf(file string, env func(string) string) (settings.Settings, error) {
	var args []string
	if file != "" {
		args = []string{"-config", file}
	}
	s, err := settings.Parse(name, args, env, io.Discard)
	if err != nil {
		return s, fmt.Errorf("the server's address is not known: %w; name it with -origin", err)
	}
	return s, nil
}
