package state

import (
	"errors"
	"fmt"
	"os"
)

// lockName is the file that says whose the directory is.
const lockName = "lock"

// Dir is a directory that this program has for itself, as long as it is open.
type Dir struct {
	root *os.Root
	lock *os.File
}

// Open makes the directory if it is missing, and takes it. It fails when another program has it.
func Open(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make state directory: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open state directory: %w", err)
	}
	f, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open state directory: %w", err), root.Close())
	}
	if err := take(f); err != nil {
		return nil, errors.Join(fmt.Errorf("another program keeps its state in %s: %w", path, err), f.Close(), root.Close())
	}
	return &Dir{root: root, lock: f}, nil
}

// Root gives access to the files. It is closed with the Dir.
func (d *Dir) Root() *os.Root { return d.root }

// Close lets the directory go.
func (d *Dir) Close() error { return errors.Join(d.lock.Close(), d.root.Close()) }
