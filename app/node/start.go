package node

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime"
	"syscall"

	"pubpoint/engine"
)

// prepareRoot makes the document root when it is missing and sees that it can be written.
func prepareRoot(root string) error {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return rootError(root, err)
	}
	return checkRoot(root)
}

// checkRoot sees that the document root can be written.
func checkRoot(root string) error {
	if err := probe(root); err != nil {
		return rootError(root, err)
	}
	return nil
}

func rootError(root string, err error) error {
	why := err
	var path *fs.PathError
	if errors.As(err, &path) {
		why = path.Err
	}
	return fmt.Errorf("the document root %s cannot be written: %w; correct its permissions or choose another with -root", root, why)
}

func probe(dir string) error {
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// listenError says why the address given by flag cannot be listened at, and what to do.
func listenError(flag, address string, err error) error {
	var name *net.DNSError
	var errno syscall.Errno
	taken := errors.As(err, &errno) && (errno == syscall.EADDRINUSE || runtime.GOOS == "windows" && errno == 10048) // WSAEADDRINUSE
	switch {
	case taken:
		return fmt.Errorf("%s is taken by another program; stop it or choose another address with %s", address, flag)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be listened at by this user; choose a port above 1023 with %s", address, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &name):
		return fmt.Errorf("%s is no address of this machine; choose another with %s", address, flag)
	default:
		return fmt.Errorf("%s cannot be listened at: %s; choose another address with %s", address, engine.Sentence(err), flag)
	}
}

// reachable is an address by which a listener can be reached from this machine.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
