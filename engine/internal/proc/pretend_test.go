//go:build unix

package proc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary runs itself again as a pretend child: this variable names the part it plays.
const pretendEnv = "PROC_PRETEND"

// lifeEnv names a FIFO that a pretend child holds open for writing: when its reader sees the
// end of file, every holder is gone.
const lifeEnv = "PROC_LIFE"

// generous bounds every wait for an event; it is reached only when a test fails.
const generous = 60 * time.Second

func TestMain(m *testing.M) {
	if part := os.Getenv(pretendEnv); part != "" {
		if err := pretend(part); err != nil {
			fmt.Fprintln(os.Stderr, "pretend child:", err)
			os.Exit(99)
		}
		os.Exit(0)
	}
	// A race detector in the pretend children would wait a second before each of them ends.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// openLife opens the FIFO that tells of this process, or returns nil when there is none. It
// stays open until the process ends.
func openLife(part string) (*os.File, error) {
	path := os.Getenv(lifeEnv)
	if path == "" {
		return nil, nil
	}
	life := os.NewFile(3, "inherited life")
	if path != "inherited" {
		var err error
		if life, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil {
			return nil, err
		}
	}
	_, err := fmt.Fprintln(life, part, os.Getpid())
	return life, err
}

func pretend(part string) error {
	life, err := openLife(part)
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(life) // or the collector would close it
	switch part {
	case "polite": // ends when it reads a q
		fmt.Println("ready")
		_, err := bufio.NewReader(os.Stdin).ReadBytes('q')
		return err
	case "silent": // says nothing, dies of any signal
		linger()
	case "deaf": // answers neither q nor SIGINT
		signal.Ignore(syscall.SIGINT)
		fmt.Println("ready")
		linger()
	case "chatty":
		for i := range 5000 {
			fmt.Println("out", i)
			fmt.Fprintln(os.Stderr, "err", i)
		}
	case "overlong":
		fmt.Println(strings.Repeat("x", 1<<20))
		fmt.Println("after")
	case "echo":
		_, err := io.Copy(os.Stdout, os.Stdin)
		return err
	case "faulty":
		fmt.Fprintln(os.Stderr, "reading")
		fmt.Fprintln(os.Stderr, "no such film")
		os.Exit(3)
	case "suicide":
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "family": // leaves a deaf grandchild in its group and ends
		return family(life, &syscall.SysProcAttr{})
	case "family stays":
		if err := family(life, &syscall.SysProcAttr{}); err != nil {
			return err
		}
		linger()
	case "runaway": // its grandchild leaves the group and keeps the output
		return family(life, &syscall.SysProcAttr{Setsid: true})
	case "parent": // runs a child by this package until it is killed itself
		return runAsParent()
	default:
		return fmt.Errorf("no part called %q", part)
	}
	return nil
}

// linger blocks for longer than any test lasts.
func linger() { <-time.After(5 * time.Minute) }

// family starts a deaf grandchild that shares the output and the life of its parent.
func family(life *os.File, attr *syscall.SysProcAttr) error {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), pretendEnv+"=deaf", lifeEnv+"=inherited")
	child.ExtraFiles = []*os.File{life}
	child.Stdout = os.Stdout
	child.SysProcAttr = attr
	return child.Start()
}

func runAsParent() error {
	exit := New(Config{Path: os.Args[0], Env: append(os.Environ(), pretendEnv+"=deaf"), Stdin: true}).Run(context.Background())
	return exit.Err
}

// pretendConfig runs the test binary in the given part.
func pretendConfig(part string, env ...string) Config {
	return Config{
		Path:   os.Args[0],
		Env:    append(append(os.Environ(), pretendEnv+"="+part), env...),
		Ladder: Ladder{AskFor: 5 * time.Millisecond, InterruptFor: 5 * time.Millisecond},
	}
}

// life is the reading end of a FIFO that pretend children hold.
type life struct {
	env   string
	lines chan string // closed when every holder is gone
}

func newLife(t *testing.T) *life {
	t.Helper()
	path := filepath.Join(t.TempDir(), "life")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	l := &life{env: lifeEnv + "=" + path, lines: make(chan string, 16)}
	go func() {
		defer close(l.lines)
		fifo, err := os.Open(path) // blocks until a child opens the other end
		if err != nil {
			return
		}
		defer func() { _ = fifo.Close() }() // read only
		scanner := bufio.NewScanner(fifo)
		for scanner.Scan() {
			l.lines <- scanner.Text()
		}
		_, _ = io.Copy(io.Discard, fifo) // a scanner that gave up must not hide the end
	}()
	return l
}

// born waits until a pretend child in the given part runs and returns its process id.
func (l *life) born(t *testing.T, part string) int {
	t.Helper()
	deadline := time.After(generous)
	for {
		select {
		case line, ok := <-l.lines:
			if !ok {
				t.Fatalf("every child was gone before %q ran", part)
			}
			if number, ok := strings.CutPrefix(line, part+" "); ok {
				pid, err := strconv.Atoi(number)
				if err != nil {
					t.Fatal(err)
				}
				return pid
			}
		case <-deadline:
			t.Fatalf("no child ran as %q", part)
		}
	}
}

// gone waits until nobody holds the FIFO.
func (l *life) gone(t *testing.T) {
	t.Helper()
	deadline := time.After(generous)
	for {
		select {
		case _, ok := <-l.lines:
			if !ok {
				return
			}
		case <-deadline:
			t.Fatal("a child is still alive")
		}
	}
}
