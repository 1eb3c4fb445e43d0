package archive

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// Directory is where archives lie: what is asked of an [os.Root]. Paths are
// slash-separated and never lead out of it. Tests have directories that fail; [On] gives
// the ordinary one. All methods may be called from any goroutine.
type Directory interface {
	// Name is the directory's path, for people.
	Name() string
	// Open opens a file for reading.
	Open(name string) (Handle, error)
	// OpenFile opens a file as [os.OpenFile] does.
	OpenFile(name string, flag int, perm fs.FileMode) (Handle, error)
	Stat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	Rename(from, to string) error
	Remove(name string) error
	MkdirAll(name string, perm fs.FileMode) error
	// SyncDir makes the names in a directory durable.
	SyncDir(name string) error
	// FS is the directory for reading, as [os.Root.FS].
	FS() fs.FS
	Close() error
}

// disk is what is asked of an open file once its size is known.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// Handle is an open file of a [Directory]. An [os.File] is one.
type Handle interface {
	disk
	Stat() (fs.FileInfo, error)
}

// On is the ordinary directory: that of root, which it closes when it is closed.
func On(root *os.Root) Directory { return rooted{root} }

// rooted has the methods of its root, but for those that give files.
type rooted struct{ *os.Root }

func (r rooted) Open(name string) (Handle, error) { return r.OpenFile(name, os.O_RDONLY, 0) }

func (r rooted) OpenFile(name string, flag int, perm fs.FileMode) (Handle, error) {
	f, err := r.Root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return f, nil
}

// SyncDir does nothing on Windows: there a rename is as durable as the system makes it.
func (r rooted) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := r.Root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
