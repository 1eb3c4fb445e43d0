package settings

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// ControlRoom is the name of the program with a window, which has flags of its own.
const ControlRoom = "pubpoint"

// What Parse returns when the program is asked to say something and end well. The help is
// already written then.
var (
	ErrHelp    = errors.New("help was asked for")
	ErrVersion = errors.New("the version was asked for")
)

// UsageError tells in one line what is wrong with a flag or an environment variable.
type UsageError struct{ Text string }

// Error is the line.
func (e *UsageError) Error() string { return e.Text }

// option is one setting that a flag, the environment and the file may give. Without a value its
// flag takes none; without a default nothing is set when nobody gives it.
type option struct {
	name, value, usage string
	standard           string // default, in words where it depends on the user
	file               func(*Document) string
	set                func(*Settings, string) error
}

func options() []option {
	return append([]option{
		{"root", "DIR", "the document root that holds the publishing points", "the user's data folder, pubpoint/www in it",
			func(d *Document) string { return d.Root },
			func(s *Settings, v string) error { s.Root = v; return nil }},
		{"listen", "ADDR", "media listener: ingest and delivery", DefaultListen,
			func(d *Document) string { return d.Listen },
			func(s *Settings, v string) error { s.Listen = v; return address(v) }},
		{"admin", "ADDR", "admin API and metrics; \"off\" closes it", DefaultAdmin,
			func(d *Document) string { return d.Admin },
			func(s *Settings, v string) error {
				s.Admin = v
				if v == AdminOff {
					return nil
				}
				return address(v)
			}},
		{"state", "DIR", "what is remembered besides media: alarms and events", "state beside the settings file",
			func(d *Document) string { return d.State },
			func(s *Settings, v string) error { s.State = v; return nil }},
		{"log-level", "LEVEL", "debug, info, warn or error", "info",
			func(d *Document) string { return d.LogLevel },
			func(s *Settings, v string) (err error) { s.LogLevel, err = logLevel(v); return err }},
		{"log-format", "FORMAT", "text or json", "text",
			func(d *Document) string { return d.LogFormat },
			func(s *Settings, v string) error {
				s.LogFormat = v
				if v != "text" && v != "json" {
					return fmt.Errorf("%q is no log format; write text or json", v)
				}
				return nil
			}},
	}, secureOptions()...)
}

// Parse finds out what a run of program works with: flags in args before environment before
// settings file before default. It returns ErrHelp after writing the help to stderr,
// ErrVersion, a *UsageError for a bad flag or variable, or a *FileError for a bad file.
func Parse(program string, args []string, env func(string) string, stderr io.Writer) (Settings, error) {
	given, err := readFlags(program, args, env, stderr)
	if err != nil {
		return Settings{}, err
	}
	s := Settings{Demo: given.demo, DumpLayout: given.values["dump-layout"]}
	if s.Config, err = configPath(given.values["config"], env); err != nil {
		return Settings{}, err
	}
	doc, err := Load(s.Config)
	if err != nil {
		return Settings{}, err
	}
	for _, o := range optionsOf(program) {
		if err := o.choose(&s, &doc, given.values, env); err != nil {
			return Settings{}, err
		}
	}
	if err := s.validateSecure(); err != nil {
		return Settings{}, err
	}
	if err := s.Connect.settle(&s, listenerFlags(given.values)); err != nil {
		return Settings{}, err
	}
	s.FFmpeg, s.Limits = doc.FFmpeg, doc.Limits
	if s.Resume = doc.Resume; program != ControlRoom && s.Resume != ResumeNever {
		s.Resume = ResumeAlways // nobody is there to be asked
	} else if s.Resume == "" {
		s.Resume = ResumeAsk
	}
	if s.Connect.URL != "" {
		return s, nil // the document root is the other machine's
	}
	if s.Root == "" {
		if s.Root, err = defaultRoot(runtime.GOOS, env); err != nil {
			return Settings{}, &UsageError{Text: err.Error() + "; name the document root with -root"}
		}
	}
	if s.Root, err = filepath.Abs(s.Root); err != nil {
		return Settings{}, &UsageError{Text: "-root: " + err.Error()}
	}
	if s.State, err = filepath.Abs(s.State); err != nil {
		return Settings{}, &UsageError{Text: "-state: " + err.Error()}
	}
	return s, nil
}

// choose takes the value of the foremost source that has one.
func (o option) choose(s *Settings, doc *Document, flags map[string]string, env func(string) string) error {
	if v, ok := flags[o.name]; ok {
		if err := o.set(s, v); err != nil {
			return &UsageError{Text: "-" + o.name + ": " + err.Error()}
		}
		s.Fixed.note(o.name)
		return nil
	}
	if v := env(variable(o.name)); v != "" {
		if err := o.set(s, v); err != nil {
			return &UsageError{Text: variable(o.name) + ": " + err.Error()}
		}
		s.Fixed.note(o.name)
		return nil
	}
	if v := o.file(doc); v != "" {
		if isPath(o.name) && !filepath.IsAbs(v) {
			v = filepath.Join(filepath.Dir(s.Config), v)
		}
		if err := o.set(s, v); err != nil {
			return &FileError{Path: s.Config, Line: lineIn(s.Config, o.name), Text: o.name + ": " + err.Error(), Err: err}
		}
		return nil
	}
	switch {
	case o.name == "state":
		s.State = filepath.Join(filepath.Dir(s.Config), "state")
		return nil
	case o.name == "root", o.standard == "":
		return nil // depends on the user, and need not exist when it is not needed; or is off
	}
	return o.set(s, o.standard)
}

// flags is what the command line and, for what is not a setting, the environment say.
type flags struct {
	values map[string]string // of the flags that were given
	demo   bool
}

func readFlags(program string, args []string, env func(string) string, stderr io.Writer) (flags, error) {
	set := flag.NewFlagSet(program, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, o := range optionsOf(program) {
		if o.value == "" {
			set.Bool(o.name, false, o.usage)
			continue
		}
		set.String(o.name, "", o.usage)
	}
	set.String("config", env(variable("config")), "")
	version := set.Bool("version", false, "")
	var demo bool
	if program == ControlRoom {
		if v := env(variable("demo")); v != "" {
			var err error
			if demo, err = strconv.ParseBool(v); err != nil {
				return flags{}, &UsageError{Text: fmt.Sprintf("%s: %q is neither true nor false", variable("demo"), v)}
			}
		}
		set.BoolVar(&demo, "demo", demo, "")
		set.String("dump-layout", "", "")
	}
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(stderr, help(program)); err != nil {
			return flags{}, fmt.Errorf("write help: %w", err)
		}
		return flags{}, ErrHelp
	case err != nil:
		return flags{}, &UsageError{Text: err.Error() + "; see " + program + " -help"}
	case *version:
		return flags{}, ErrVersion
	case set.NArg() > 0:
		return flags{}, &UsageError{Text: fmt.Sprintf("unknown argument %q: %s takes flags only; see %s -help", set.Arg(0), program, program)}
	}
	given := flags{values: map[string]string{"config": set.Lookup("config").Value.String()}, demo: demo}
	set.Visit(func(f *flag.Flag) { given.values[f.Name] = f.Value.String() })
	return given, nil
}

func configPath(given string, env func(string) string) (string, error) {
	var err error
	if given == "" {
		if given, err = defaultConfig(runtime.GOOS, env); err != nil {
			return "", &UsageError{Text: err.Error() + "; name the settings file with -config"}
		}
	}
	if given, err = filepath.Abs(given); err != nil {
		return "", &UsageError{Text: "-config: " + err.Error()}
	}
	return given, nil
}

// variable is the name of the environment variable of a flag.
func variable(name string) string {
	return "PUBPOINT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func help(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s [flags]\n", program)
	if program != ControlRoom {
		fmt.Fprintf(&b, "       %s check [-json] [flags]   look for what is wrong before a start; see %s check -help\n", program, program)
		fmt.Fprintf(&b, "       %s verify DIR...   check what was recorded; see %s verify -help\n", program, program)
		fmt.Fprintf(&b, "       %s doctor FILE|URL...   examine what an encoder sends; see %s doctor -help\n", program, program)
		fmt.Fprintf(&b, "       %s shield nginx|varnish   print the configuration of a cache in front; see %s shield -help\n", program, program)
		fmt.Fprintf(&b, "       %s health   ask the one that runs whether it is ready; see %s health -help\n", program, program)
	}
	b.WriteString("\n")
	line := func(name, value, usage, standard string) {
		fmt.Fprintf(&b, "  %-20s %s", strings.TrimSpace("-"+name+" "+value), usage)
		if standard != "" {
			fmt.Fprintf(&b, " (default: %s)", standard)
		}
		b.WriteString("\n")
	}
	for _, o := range optionsOf(program) {
		line(o.name, o.value, o.usage, o.standard)
	}
	line("config", "FILE", "settings file", "pubpoint/pubpoint.toml in the user's configuration folder")
	if program == ControlRoom {
		line("demo", "", "create the publishing point demo and send a test pattern of two bitrates to it", "")
	}
	line("version", "", "print the version and exit", "")
	b.WriteString(secureHelp + "\nEvery flag but -version may also be given as an environment variable: PUBPOINT_LOG_LEVEL for -log-level.\n" +
		"The settings file knows the same names but config and demo, and besides ffmpeg (path of the program), language, theme,\n" +
		"notifications, refresh and resume (ask, always or never: what happens to encoders that were on air when the program ended),\n" +
		"and the table [limits]: connections, requests, encoders, box sizes; see README.md. A flag goes before the environment, and that before the file.\n")
	if program == ControlRoom {
		b.WriteString("There -token-file is called connect-token-file, and -ca-file connect-ca-file.\n")
	}
	return b.String()
}
