package shield

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// cache is a running nginx or Varnish.
type cache struct {
	url  string
	dir  string
	cmd  *exec.Cmd
	done chan error // gets how it ended
}

// How long a program may take to start, and to end.
const (
	startTime = 30 * time.Second
	endTime   = 10 * time.Second
)

// start runs a cache with a configuration in a directory of its own and waits until it listens.
func start(ctx context.Context, kind Kind, c Config, dir string) (*cache, error) {
	address, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	c.Listen, c.Cache = address, filepath.Join(dir, "cache")
	own, err := os.Create(filepath.Join(dir, "pubpoint.conf"))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(kind.Write(own, c), own.Close()); err != nil {
		return nil, err
	}
	program, args := "nginx", []string{"-p", dir, "-c", filepath.Join(dir, "nginx.conf")}
	if kind == Varnish {
		program, args = "varnishd", []string{"-F", "-n", filepath.Join(dir, "work"), "-f", own.Name(), "-a", address, "-s", "malloc,64m", "-j", "none"}
	} else if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(surroundings(dir)), 0o600); err != nil {
		return nil, err
	}
	path, err := lookPath(program)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed (Debian: apt-get install %s): %w", program, map[Kind]string{Nginx: "nginx-light", Varnish: "varnish"}[kind], err)
	}
	log, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		return nil, err
	}
	run := &cache{url: "http://" + address, dir: dir, cmd: exec.Command(path, args...), done: make(chan error, 1)}
	run.cmd.Stdout, run.cmd.Stderr, run.cmd.WaitDelay = log, log, endTime
	if err := run.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s does not start: %w", program, err), log.Close())
	}
	go func() { run.done <- errors.Join(run.cmd.Wait(), log.Close()) }()
	if err := run.listening(ctx, address); err != nil {
		return nil, errors.Join(err, run.stop())
	}
	return run, nil
}

// surroundings is a whole nginx.conf around the file that is printed.
func surroundings(dir string) string {
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // the directory is nobody else's
	}
	temporary := ""
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += "    " + name + "_temp_path " + filepath.Join(dir, name) + ";\n"
	}
	return user + "daemon off;\nworker_processes 2;\npid " + filepath.Join(dir, "nginx.pid") + ";\nerror_log " + filepath.Join(dir, "error.log") +
		" warn;\nevents { worker_connections 4096; }\nhttp {\n    access_log off;\n" + temporary + "    include " + filepath.Join(dir, "pubpoint.conf") + ";\n}\n"
}

// lookPath finds a program, also where the paths of ordinary users do not lead.
func lookPath(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/local/bin"} {
		if found, again := exec.LookPath(filepath.Join(dir, program)); again == nil {
			return found, nil
		}
	}
	return "", err
}

// freePort is an address that nobody listens at.
func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("there is no free port: %w", err)
	}
	return "127.0.0.1:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port), l.Close()
}

// listening waits until somebody answers.
func (c *cache) listening(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case ended := <-c.done:
			c.done <- ended
			return fmt.Errorf("%s ended at once (%w): %s", c.cmd.Path, ended, c.said())
		default:
		}
		if !pause(ctx, 20*time.Millisecond) {
			return fmt.Errorf("%s does not listen: %s", c.cmd.Path, c.said())
		}
	}
}

// said is what the program printed.
func (c *cache) said() string {
	text, err := os.ReadFile(filepath.Join(c.dir, "output"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stop ends the program and waits for it.
func (c *cache) stop() error {
	// One that has ended need not be told to.
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s cannot be ended: %w", c.cmd.Path, err)
	}
	err := <-c.done
	c.done <- err
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil // by our signal
	}
	return err
}
