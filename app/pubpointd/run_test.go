package main

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"pubpoint/app/node"
	"pubpoint/app/program"
	"pubpoint/app/settings"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// alteredManifest is a server manifest whose checksum is that of another.
const alteredManifest = `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="pubpoint.event" content="1"/>
    <meta name="pubpoint.checksum" content="00000000"/>
  </head>
  <body>
    <switch>
    </switch>
  </body>
</smil>
`

// asProgram in the environment makes the test binary be pubpointd over a fake origin.
const asProgram = "PUBPOINTD_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	deps := node.Deps{Version: program.Version, NewOrigin: func(s settings.Settings, _ *slog.Logger, _ string) (node.Origin, error) {
		return &fakeOrigin{Fake: enginetest.New(), listen: s.Listen}, nil
	}}
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr, deps))
}

// fakeOrigin is a fake engine with a real listener.
type fakeOrigin struct {
	*enginetest.Fake
	listen string
	l      net.Listener
}

func (o *fakeOrigin) Listen(ctx context.Context) (err error) {
	if o.l, err = new(net.ListenConfig).Listen(ctx, "tcp", o.listen); err == nil {
		o.SetAddresses(engine.Addresses{Media: "http://" + o.l.Addr().String()})
	}
	return err
}

func (o *fakeOrigin) Run(ctx context.Context) error {
	<-ctx.Done()
	return o.l.Close()
}

// pubpointd prepares to run the program with folders of its own.
func pubpointd(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *strings.Builder) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, os.Args[0], args...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), asProgram+"=1", "HOME="+home, "AppData="+home, "LocalAppData="+home, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=",
		"PUBPOINT_LISTEN=127.0.0.1:0", "PUBPOINT_ADMIN=127.0.0.1:0")
	stdout, stderr = &strings.Builder{}, &strings.Builder{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// exit is how the program ends when it is called with args.
type exit struct {
	name           string
	args           []string
	code           int
	stdout, stderr string // regular expressions
}

// shieldExits are those of pubpointd shield; file is no folder.
func shieldExits(file string) []exit {
	return []exit{
		{"shield help", []string{"shield", "-help"}, 0, `^$`, `^Usage: pubpointd shield`},
		{"shield nothing", []string{"shield"}, 2, `^$`, `^pubpointd: shield: name the cache: nginx or varnish.*\n$`},
		{"shield unknown", []string{"shield", "squid"}, 2, `^$`, `^pubpointd: shield: "squid" is no cache.*\n$`},
		{"shield flag", []string{"shield", "-nonsense", "nginx"}, 2, `^$`, `^pubpointd: shield: .*-nonsense.*\n$`},
		{"shield origin", []string{"shield", "nginx", "-origin", "ftp://x"}, 2, `^$`, `^pubpointd: shield: "ftp://x" is no origin.*\n$`},
		{"shield settings", []string{"shield", "nginx", "-config", file + "/x"}, 2, `^$`, `^pubpointd: shield: the server's address is not known: .*-origin.*\n$`},
		{"shield nginx", []string{"shield", "nginx", "-origin", "http://10.0.0.1:8088", "-origin", "10.0.0.2:8088"}, 0, `(?s)server 10\.0\.0\.1:8088 .*server 10\.0\.0\.2:8088 .* backup;.*listen 80;`, `^$`},
		{"shield with TLS", []string{"shield", "-cert", "/c.pem", "-key", "/c.key", "nginx", "-origin", "https://a.example", "-keep", "token"}, 0, `(?s)arg_token.*listen 443 ssl.*https://pubpoint_origin`, `^$`},
		{"shield varnish", []string{"shield", "varnish", "-origin", "10.0.0.1:8088"}, 0, `(?s)^vcl 4\.1;.*10\.0\.0\.1`, `^$`},
	}
}

func TestExitCodes(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := busy.Close(); err != nil {
			t.Error(err)
		}
	})
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	empty, altered := filepath.Join(t.TempDir(), "x.isml"), filepath.Join(t.TempDir(), "x.isml")
	for _, dir := range []string{empty, altered} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(altered, "x.ism"), []byte(alteredManifest), 0o600); err != nil {
		t.Fatal(err)
	}
	loud, slips := filepath.Join(t.TempDir(), "loud.toml"), t.TempDir()
	for name, text := range map[string]string{loud: "version = 1\nlog-level = \"loud\"\n", filepath.Join(slips, "x.isml", "point.toml"): "title = \"x\"\nlook_ahead = 9\n"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range append(shieldExits(file), []exit{
		{"version", []string{"-version"}, 0, `^pubpointd ` + regexp.QuoteMeta(program.Version) + `\n$`, `^$`},
		{"help", []string{"-help"}, 0, `^$`, `^Usage: pubpointd`},
		{"unknown flag", []string{"-nonsense"}, 2, `^$`, `^pubpointd: .*-nonsense.*\n$`},
		{"bad address", []string{"-listen", "nonsense"}, 2, `^$`, `^pubpointd: -listen: .*HOST:PORT.*\n$`},
		{"argument", []string{"serve", "x"}, 2, `^$`, `^pubpointd: unknown argument "serve".*\n$`},
		{"verify help", []string{"verify", "-help"}, 0, `^$`, `^Usage: pubpointd verify`},
		{"verify nothing", []string{"verify"}, 2, `^$`, `^pubpointd: verify: name the directories.*\n$`},
		{"verify flag", []string{"verify", "-nonsense"}, 2, `^$`, `^pubpointd: verify: .*-nonsense.*\n$`},
		{"verify what is not there", []string{"verify", filepath.Join(file, "x")}, 2, `^$`, `^pubpointd: verify: .*\n$`},
		{"verify without points", []string{"verify", filepath.Dir(file)}, 2, `^$`, `^pubpointd: verify: .*no publishing point.*\n$`},
		{"verify complete", []string{"verify", empty}, 0, `^.*nothing is recorded\n1 events, 0 files, .*, 1 complete\n$`, `^$`},
		{"verify altered", []string{"verify", altered}, 1, `(?s)^.*: event 1, not ended: altered\n  altered   x.ism, .*\n    altered, bytes 0 to \d+: The server manifest was altered.*, 1 altered\n$`, `^$`},
		{"verify JSON", []string{"verify", "-json", altered}, 1, `^\{"dir":".*","event":"1","verdict":"altered",.*\}\n$`, `^$`},
		{"doctor help", []string{"doctor", "-help"}, 0, `^$`, `^Usage: pubpointd doctor`},
		{"doctor nothing", []string{"doctor"}, 2, `^$`, `^pubpointd: doctor: name the files.*\n$`},
		{"doctor flag", []string{"doctor", "-nonsense"}, 2, `^$`, `^pubpointd: doctor: .*-nonsense.*\n$`},
		{"doctor span", []string{"doctor", "-for", "-1s", file}, 2, `^$`, `^pubpointd: doctor: -for.*\n$`},
		{"doctor what is not there", []string{"doctor", filepath.Join(empty, "x")}, 2, `^$`, `^pubpointd: doctor: .*cannot be examined: no such file.*\n$`},
		{"doctor empty", []string{"doctor", file}, 1, `(?s)^.*/file: nothing that can be played, 0 bytes.*  error   stream-malformed, 0:00:00.000: There is nothing in it: 0 bytes\.\n`, `^$`},
		{"doctor good", []string{"doctor", "-id", "x-60k-32k", capture("av-isml.ismv")}, 0, `(?s)^.*av-isml.ismv: fragmented MP4 \(isml\), 72.2 kB, 6 fragments, 5.0 s, ended\n  video, avc1.*nominal 60 kbit/s.*3 fragments of 1.00 to 2.00 s.*\n  audio, .*-0:00:00.021 to 0:00:05.000\n  info    time-negative.*encoder priming\)\.\n`, `^$`},
		{"doctor ill", []string{"doctor", capture("av-isml.ismv"), capture("1s-fragments-midgop-isml.ismv")}, 1, `(?s)no-key-start, 0:00:01.000 to 0:00:03.000, seen 2 times: .*\n.*\n          -movflags isml\+frag_keyframe\n`, `^$`},
		{"doctor JSON", []string{"doctor", "-json", capture("av-isml.ismv")}, 0, `^\{"source":".*av-isml.ismv","format":"fragmented MP4 \(isml\)",.*"tracks":\[\{"id":1,"stream":"video".*"findings":\[\{"code":"time-negative",.*\}\]\}\n$`, `^$`},
		{"check help", []string{"check", "-help"}, 0, `^$`, `^Usage: pubpointd check`},
		{"check flag", []string{"check", "-nonsense"}, 2, `^$`, `^pubpointd: check: .*-nonsense.*\n$`},
		{"check version", []string{"check", "-version"}, 2, `^$`, `^pubpointd: check: .*\n$`},
		{"check half a pair", []string{"check", "-tls-key", file}, 2, `^$`, `^pubpointd: check: tls-key is given without tls-cert.*\n$`},
		{"check wide", []string{"check", "-listen", "0.0.0.0:0", "-admin", "[::]:0"}, 1, `(?s)^error   the media listener at 0.0.0.0:0 could .* -open media .*\nerror   the admin listener at \[::\]:0 could .* -open admin .*\n`, `^$`},
		{"check wide as it is meant", []string{"check", "-json", "-listen", "0.0.0.0:0", "-admin", "[::]:0", "-open", "media,admin"}, 0, `^\{"ok":true,"problems":\[.*\]\}\n$`, `^$`},
		{"check certificate", []string{"check", "-tls-cert", file}, 1, `(?m)^error   .*/file: .* has no PEM text for the certificate; correct tls-cert and tls-key$`, `^$`},
		{"check port", []string{"check", "-listen", busy.Addr().String()}, 0, `(?m)^warning .* is taken by another program; .* while Pubpoint runs there$`, `^$`},
		{"check root", []string{"check", "-root", filepath.Join(file, "www")}, 1, `(?m)^error   .*the document root .* cannot be written: .* -root$`, `^$`},
		{"check settings", []string{"check", "-config", loud}, 1, `^error   .*loud.toml, line 2: log-level: "loud" is no log level; .*\n$`, `^$`},
		{"check points", []string{"check", "-root", slips}, 1, `(?m)^error   .*point.toml, line 2: It is not used: look_ahead is 9 and must be 0 to 3.$`, `^$`},
		{"wide", []string{"-listen", "0.0.0.0:0"}, 1, `^$`, `^pubpointd: the media listener at 0.0.0.0:0 could be reached by other machines.* -open media .*\n$`},
		{"no such listener", []string{"-open", "everything"}, 2, `^$`, `^pubpointd: -open: "everything" is no listener.*\n$`},
		{"certificate", []string{"-tls-cert", file}, 1, `^$`, `^pubpointd: .* has no PEM text for the certificate; correct tls-cert and tls-key\n$`},
		{"window flag", []string{"-demo"}, 2, `^$`, `^pubpointd: .*-demo.*\n$`},
		{"port taken", []string{"-listen", busy.Addr().String()}, 1, `^$`, `^pubpointd: .* is taken by another program; stop it or choose another address with -listen\n$`},
		{"admin port taken", []string{"-admin", busy.Addr().String()}, 1, `^$`, `^pubpointd: .* is taken by another program; .* -admin\n$`},
		{"root", []string{"-root", filepath.Join(file, "www")}, 1, `^$`, `^pubpointd: the document root .* cannot be written: .*-root\n$`},
		{"settings", []string{"-config", file + "/x"}, 1, `^$`, `^pubpointd: .*\n$`},
	}...) {
		t.Run(c.name, func(t *testing.T) {
			cmd, stdout, stderr := pubpointd(t, c.args...)
			if c.args[0] == "check" {
				cmd.Env = append(cmd.Env, "PATH=") // an ffmpeg takes its time to tell what it can do
			}
			err := cmd.Run()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d", got, c.code)
			}
			if !regexp.MustCompile(c.stdout).MatchString(stdout.String()) || !regexp.MustCompile(c.stderr).MatchString(stderr.String()) {
				t.Errorf("stdout %q, stderr %q", stdout, stderr)
			}
		})
	}
}

// capture is what a real encoder has sent.
func capture(name string) string {
	return filepath.Join("..", "..", "engine", "internal", "fmp4", "testdata", name)
}

func TestSignalsEndItWell(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there are no signals to send
	}
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(sig.String(), func(t *testing.T) {
			cmd, _, _ := pubpointd(t, "-log-format", "text")
			cmd.Stderr = nil
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ready := regexp.MustCompile(`msg=listening media=127\.0\.0\.1:[1-9]\d* admin=127\.0\.0\.1:[1-9]\d*$`)
			lines := bufio.NewScanner(stderr)
			for lines.Scan() && !ready.MatchString(lines.Text()) {
			}
			if !ready.MatchString(lines.Text()) {
				t.Fatalf("it never listened; the last line is %q", lines.Text())
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				if strings.Contains(lines.Text(), "level=ERROR") {
					t.Error(lines.Text())
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}
