// Package systemd tells a service manager how the program is doing: sd_notify(3).
//
// # Model
//
// A [Manager] sends one datagram for each thing told, to the socket that the service manager named in
// NOTIFY_SOCKET. Where none was named every method does nothing, so nobody has to ask whether there is one.
//
// # Invariants
//
//   - Nothing here waits: a datagram that cannot be sent at once is an error.
//   - A watchdog that was meant for another process is not ours.
package systemd

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// sendTimeout is how long a service manager that does not read may keep a message waiting.
const sendTimeout = time.Second

// Manager is the service manager that started the program, or nobody: the zero value and nil tell
// nobody. Its methods may be called from any goroutine.
type Manager struct {
	socket   string
	watchdog time.Duration
}

// New reads from the environment whom to tell. It opens nothing. An error says that NOTIFY_SOCKET or
// WATCHDOG_USEC cannot be understood; the program can go on without.
func New(env func(string) string) (*Manager, error) {
	m := &Manager{socket: env("NOTIFY_SOCKET")}
	if m.socket == "" {
		return m, nil
	}
	if m.socket[0] != '/' && m.socket[0] != '@' {
		return &Manager{}, fmt.Errorf("NOTIFY_SOCKET is %q, which is neither a path nor an abstract address", m.socket)
	}
	if pid := env("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return m, nil
	}
	text := env("WATCHDOG_USEC")
	if text == "" {
		return m, nil
	}
	usec, err := strconv.ParseInt(text, 10, 64)
	if err != nil || usec <= 0 || usec > int64(1<<63-1)/int64(time.Microsecond) {
		return m, fmt.Errorf("WATCHDOG_USEC is %q, which is no number of microseconds", text)
	}
	m.watchdog = time.Duration(usec) * time.Microsecond
	return m, nil
}

// Watchdog is within which time [Manager.Alive] must be called again; 0 when nobody waits for it.
func (m *Manager) Watchdog() time.Duration {
	if m == nil {
		return 0
	}
	return m.watchdog
}

// Ready says that the program serves, with a line for those who look at its status.
func (m *Manager) Ready(status string) error { return m.tell("READY=1", "STATUS="+oneLine(status)) }

// Alive says that the program still works.
func (m *Manager) Alive() error { return m.tell("WATCHDOG=1") }

// Stopping says that the program ends, with a line for those who look at its status.
func (m *Manager) Stopping(status string) error {
	return m.tell("STOPPING=1", "STATUS="+oneLine(status))
}

// oneLine keeps a status from being taken for several assignments.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }

func (m *Manager) tell(assignments ...string) (err error) {
	if m == nil || m.socket == "" {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("tell the service manager: %w", err)
		}
	}()
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: m.socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	_, err = c.Write([]byte(strings.Join(assignments, "\n")))
	return err
}
