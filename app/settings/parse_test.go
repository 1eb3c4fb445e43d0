package settings

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environment is an environment with a home folder and the given variables.
func environment(t *testing.T, variables map[string]string) func(string) string {
	t.Helper()
	home := t.TempDir()
	return func(name string) string {
		if v, ok := variables[name]; ok {
			return v
		}
		switch name {
		case "HOME", "AppData", "LocalAppData":
			return home
		}
		return ""
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParsePrecedence(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "own.toml"),
		"root = \"www\"\nlisten = \"127.0.0.1:1\"\nadmin = \"127.0.0.1:2\"\nlog-level = \"error\"\nlog-format = \"json\"\nffmpeg = \"/opt/ffmpeg\"\n")
	env := map[string]string{"PUBPOINT_LISTEN": "127.0.0.1:3", "PUBPOINT_ADMIN": "127.0.0.1:4", "PUBPOINT_LOG_LEVEL": "warn"}
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		want Settings
	}{
		{"defaults", nil, nil, Settings{Listen: DefaultListen, Admin: DefaultAdmin, LogFormat: "text"}},
		{"file before default", []string{"-config", file}, nil,
			Settings{Listen: "127.0.0.1:1", Admin: "127.0.0.1:2", LogLevel: slog.LevelError, LogFormat: "json", FFmpeg: "/opt/ffmpeg", Root: filepath.Join(filepath.Dir(file), "www")}},
		{"environment before file", []string{"-config", file}, env,
			Settings{Listen: "127.0.0.1:3", Admin: "127.0.0.1:4", LogLevel: slog.LevelWarn, LogFormat: "json", FFmpeg: "/opt/ffmpeg", Root: filepath.Join(filepath.Dir(file), "www")}},
		{"flag before environment", []string{"-config", file, "-listen", ":5", "-admin=off", "-log-level", "debug"}, env,
			Settings{Listen: ":5", Admin: "off", LogLevel: slog.LevelDebug, LogFormat: "json", FFmpeg: "/opt/ffmpeg", Root: filepath.Join(filepath.Dir(file), "www")}},
		{"the file is named by the environment", nil, map[string]string{"PUBPOINT_CONFIG": file},
			Settings{Listen: "127.0.0.1:1", Admin: "127.0.0.1:2", LogLevel: slog.LevelError, LogFormat: "json", FFmpeg: "/opt/ffmpeg", Root: filepath.Join(filepath.Dir(file), "www")}},
		{"an empty variable says nothing", nil, map[string]string{"PUBPOINT_LISTEN": ""}, Settings{Listen: DefaultListen, Admin: DefaultAdmin, LogFormat: "text"}},
		{"any port", []string{"-listen", "127.0.0.1:0", "-admin", "[::1]:0"}, nil, Settings{Listen: "127.0.0.1:0", Admin: "[::1]:0", LogFormat: "text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse("pubpointd", c.args, environment(t, c.env), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if !filepath.IsAbs(got.Root) || !filepath.IsAbs(got.Config) {
				t.Errorf("root %q and config %q are not absolute", got.Root, got.Config)
			}
			if got.State != filepath.Join(filepath.Dir(got.Config), "state") {
				t.Errorf("state in %q, not beside %q", got.State, got.Config)
			}
			got.Config, got.State = "", ""
			c.want.Resume = ResumeAlways // pubpointd has nobody to ask
			if c.want.Root == "" {
				got.Root = ""
			}
			c.want.Fixed = got.Fixed // another test looks at it
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestParseDemo(t *testing.T) {
	for _, c := range []struct {
		args []string
		env  string
		want bool
	}{{nil, "", false}, {[]string{"-demo"}, "", true}, {nil, "true", true}, {[]string{"-demo=false"}, "1", false}} {
		s, err := Parse(ControlRoom, c.args, environment(t, map[string]string{"PUBPOINT_DEMO": c.env}), io.Discard)
		if err != nil || s.Demo != c.want {
			t.Errorf("%q with PUBPOINT_DEMO=%q gives %v, %v", c.args, c.env, s.Demo, err)
		}
	}
}

func TestParseRefusesInOneLine(t *testing.T) {
	broken := write(t, filepath.Join(t.TempDir(), "broken.toml"), "listen = \"127.0.0.1:1\"\nlog-level = \"loud\"\n")
	for _, c := range []struct {
		name  string
		args  []string
		env   map[string]string
		words []string
		file  bool
	}{
		{"unknown flag", []string{"-nonsense"}, nil, []string{"-nonsense", "pubpointd -help"}, false},
		{"missing value", []string{"-listen"}, nil, []string{"-listen"}, false},
		{"argument", []string{"verify", "x"}, nil, []string{`"verify"`, "-help"}, false},
		{"no port", []string{"-listen", "localhost"}, nil, []string{"-listen", "HOST:PORT"}, false},
		{"large port", []string{"-admin", "localhost:70000"}, nil, []string{"-admin", "HOST:PORT"}, false},
		{"level", []string{"-log-level", "loud"}, nil, []string{"-log-level", "debug, info, warn or error"}, false},
		{"format", nil, map[string]string{"PUBPOINT_LOG_FORMAT": "xml"}, []string{"PUBPOINT_LOG_FORMAT", "text or json"}, false},
		{"demo without a window", []string{"-demo"}, nil, []string{"-demo"}, false},
		{"no home", nil, map[string]string{"HOME": "", "AppData": "", "LocalAppData": ""}, []string{"home", "-config"}, false},
		{"file", []string{"-config", broken}, nil, []string{broken, "log-level", "loud"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("pubpointd", c.args, environment(t, c.env), io.Discard)
			var usage *UsageError
			var file *FileError
			if c.file && !errors.As(err, &file) || !c.file && !errors.As(err, &usage) {
				t.Fatalf("error is %T: %v", err, err)
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not name %q", err, word)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is more than one line", err)
			}
		})
	}
}

func TestParseHelpAndVersion(t *testing.T) {
	var out strings.Builder
	if _, err := Parse(ControlRoom, []string{"-help"}, environment(t, nil), &out); !errors.Is(err, ErrHelp) {
		t.Errorf("-help gives %v", err)
	}
	for _, word := range []string{"-root DIR", "-listen ADDR", "-admin ADDR", "-config FILE", "-log-level LEVEL", "-log-format FORMAT", "-version", "-demo", DefaultAdmin, "PUBPOINT_"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("help lacks %q:\n%s", word, out.String())
		}
	}
	if _, err := Parse("pubpointd", []string{"-version", "-log-level", "loud"}, environment(t, nil), io.Discard); !errors.Is(err, ErrVersion) {
		t.Errorf("-version gives %v", err)
	}
}

func TestDefaultFolders(t *testing.T) {
	sep := func(s string) string { return filepath.FromSlash(s) }
	for _, c := range []struct {
		goos         string
		env          map[string]string
		config, root string
	}{
		{"linux", map[string]string{"HOME": "/people/ann"}, "/people/ann/.config/pubpoint/pubpoint.toml", "/people/ann/.local/share/pubpoint/www"},
		{"linux", map[string]string{"HOME": "/people/ann", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d"}, "/c/pubpoint/pubpoint.toml", "/d/pubpoint/www"},
		{"linux", map[string]string{"HOME": "/people/ann", "XDG_DATA_HOME": "relative"}, "/people/ann/.config/pubpoint/pubpoint.toml", "/people/ann/.local/share/pubpoint/www"},
		{"darwin", map[string]string{"HOME": "/Users/ann"}, "/Users/ann/Library/Application Support/pubpoint/pubpoint.toml", "/Users/ann/Library/Application Support/pubpoint/www"},
		{"windows", map[string]string{"AppData": "/R", "LocalAppData": "/L"}, "/R/pubpoint/pubpoint.toml", "/L/pubpoint/www"},
	} {
		env := func(name string) string { return c.env[name] }
		config, err := defaultConfig(c.goos, env)
		root, err2 := defaultRoot(c.goos, env)
		if err != nil || err2 != nil || config != sep(c.config) || root != sep(c.root) {
			t.Errorf("%s %v: %q and %q (%v, %v)", c.goos, c.env, config, root, err, err2)
		}
	}
}

func TestLogger(t *testing.T) {
	var out strings.Builder
	log := Settings{LogFormat: "json", LogLevel: slog.LevelWarn}.Logger(&out)
	log.Info("quiet")
	log.Warn("loud", "media", "x")
	if got := out.String(); strings.Contains(got, "quiet") || !strings.Contains(got, `"msg":"loud","media":"x"`) {
		t.Errorf("log is %s", got)
	}
}

func TestParseResume(t *testing.T) {
	for _, c := range []struct{ program, text, want string }{
		{ControlRoom, "", ResumeAsk}, {ControlRoom, "resume = \"always\"\n", ResumeAlways},
		{ControlRoom, "resume = \"never\"\n", ResumeNever}, {ControlRoom, "resume = \"ask\"\n", ResumeAsk},
		{"pubpointd", "", ResumeAlways}, {"pubpointd", "resume = \"ask\"\n", ResumeAlways}, {"pubpointd", "resume = \"never\"\n", ResumeNever},
	} {
		file := write(t, filepath.Join(t.TempDir(), "own.toml"), c.text)
		got, err := Parse(c.program, []string{"-config", file}, environment(t, nil), io.Discard)
		if err != nil || got.Resume != c.want {
			t.Errorf("%s with %q: %q, %v; want %q", c.program, c.text, got.Resume, err, c.want)
		}
	}
}

func TestParseState(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "own.toml"), "state = \"kept\"\n")
	for _, c := range []struct {
		args []string
		env  map[string]string
		want string
	}{
		{nil, nil, filepath.Join(dir, "kept")},
		{nil, map[string]string{"PUBPOINT_STATE": filepath.Join(dir, "a")}, filepath.Join(dir, "a")},
		{[]string{"-state", filepath.Join(dir, "b")}, map[string]string{"PUBPOINT_STATE": filepath.Join(dir, "a")}, filepath.Join(dir, "b")},
	} {
		s, err := Parse("pubpointd", append([]string{"-config", file}, c.args...), environment(t, c.env), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if s.State != c.want || s.StateDir() != c.want {
			t.Errorf("%q %v: state in %q and %q, not %q", c.args, c.env, s.State, s.StateDir(), c.want)
		}
	}
}
