package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// generous is how long something may take to start or to end.
const generous = 2 * time.Minute

// server is a running server with all its processes.
type server struct {
	address string
	command *exec.Cmd
	pids    []int
	live    atomic.Int64 // bytes in use after the newest collection, when GODEBUG=gctrace=1 tells
}

// pubpoint starts the program with root as its document root, and env added to its environment.
func (b *bench) pubpoint(ctx context.Context, root string, env ...string) (*server, error) {
	cmd := exec.CommandContext(ctx, b.program, "-root", root, "-listen", "127.0.0.1:0", "-admin", "off", "-config", b.settings())
	cmd.Env = append(os.Environ(), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(stderr)
	media := regexp.MustCompile(`listening.* media=(\S+)`)
	for lines.Scan() {
		if m := media.FindStringSubmatch(lines.Text()); m != nil {
			s := &server{address: m[1], command: cmd, pids: []int{cmd.Process.Pid}}
			go func() {
				for lines.Scan() { // what it logs later must not fill the pipe
					s.collected(lines.Text())
				}
			}()
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("pubpointd did not start"), cmd.Wait())
}

// nginx starts nginx over a directory of files; with upload it takes them by PUT as well.
func (b *bench) nginx(ctx context.Context, files string) (*server, error) {
	dir, err := b.sub("nginx-" + filepath.Base(files))
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	const config = `worker_processes 2; daemon off; pid %[1]s/pid; error_log %[1]s/error.log;
events { worker_connections 12000; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=1000; client_max_body_size 0;
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
  server { listen 127.0.0.1:%[2]d backlog=4096; root %[3]s; }
}
`
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, fmt.Appendf(nil, config, dir, port, files), 0o644); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "nginx", "-e", filepath.Join(dir, "error.log"), "-c", path)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{address: "127.0.0.1:" + strconv.Itoa(port), command: cmd}
	if err := s.answers(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.pids, err = children(cmd.Process.Pid)
	return s, err
}

// answers waits until the server accepts connections.
func (s *server) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, generous)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.address, err)
		}
	}
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	var ended *exec.ExitError
	if err := s.command.Wait(); err != nil && !errors.As(err, &ended) {
		return err
	}
	return nil
}

// cpu is the processor time that all processes of the server have used.
func (s *server) cpu() (time.Duration, error) {
	var ticks int64
	var exact time.Duration
	for _, pid := range s.pids {
		if of, ok := singleThread(pid); ok { // as nginx: what it needs for little work is less than a tick
			exact += of
			continue
		}
		b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return 0, err
		}
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		for _, f := range fields[11:13] { // utime and stime, proc(5)
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return 0, err
			}
			ticks += n
		}
	}
	return exact + time.Duration(ticks)*(time.Second/100), nil
}

// singleThread is the processor time of a process of one thread, to the nanosecond; false for others.
func singleThread(pid int) (time.Duration, bool) {
	dir := "/proc/" + strconv.Itoa(pid)
	threads, err := os.ReadDir(dir + "/task")
	if err != nil || len(threads) != 1 {
		return 0, false
	}
	b, err := os.ReadFile(dir + "/schedstat")
	if err != nil {
		return 0, false
	}
	run, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(run, 10, 64)
	return time.Duration(n), err == nil
}

// memory is the resident memory of the server in bytes, without the files that it has mapped.
func (s *server) memory() (int64, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(s.pids[0]) + "/status")
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`RssAnon:\s+(\d+) kB`).FindSubmatch(b)
	if m == nil {
		return 0, errors.New("the system does not tell what the server takes")
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	return n << 10, err
}

// gcLine is what GODEBUG=gctrace=1 tells of a collection: the heap before, at the end, and what lives, in MB.
var gcLine = regexp.MustCompile(`^gc \d+ @.* \d+->\d+->(\d+) MB`)

func (s *server) collected(line string) {
	if m := gcLine.FindStringSubmatch(line); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			s.live.Store(n << 20)
		}
	}
}

// used is the processor time that work costs the server.
func (s *server) used(work func() error) (time.Duration, error) {
	before, err := s.cpu()
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	after, err := s.cpu()
	return after - before, err
}

func children(pid int) ([]int, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil, err
	}
	var all []int
	for _, f := range strings.Fields(string(b)) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// get fetches an address whole.
func get(ctx context.Context, url string) (body []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	body, err = readAll(resp.Body)
	return body, resp.StatusCode, err
}
