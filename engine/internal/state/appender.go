package state

import (
	"errors"
	"fmt"
	"os"
)

// appender appends lines to a file, and puts it in the place of the one before it when it is full. It
// belongs to one goroutine.
type appender struct {
	root      *os.Root
	name, old string // the file that grows, and the one before it
	max       int64  // bytes of a file

	file *os.File
	size int64
	torn bool // the file may not end with a whole line
}

// appendTo returns an appender that has opened nothing yet.
func appendTo(root *os.Root, name, old string) appender {
	return appender{root: root, name: name, old: old, max: maxFile, torn: true}
}

// put appends whole lines.
func (a *appender) put(data []byte) error {
	if err := a.open(int64(len(data))); err != nil {
		return err
	}
	if a.torn && a.size > 0 {
		data = append([]byte("\n"), data...)
	}
	n, err := a.file.Write(data)
	a.size += int64(n)
	a.torn = err != nil
	return err
}

// open makes sure that there is a file with room for some bytes.
func (a *appender) open(room int64) error {
	if a.file != nil && a.size > 0 && a.size+room > a.max {
		if err := a.rotate(); err != nil {
			return err
		}
	}
	if a.file != nil {
		return nil
	}
	f, err := a.root.OpenFile(a.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	a.file, a.size, a.torn = f, info.Size(), true
	if a.size > 0 && a.size+room > a.max {
		return a.open(room)
	}
	return nil
}

// rotate puts the full file in the place of the one before it.
func (a *appender) rotate() error {
	err := a.file.Close()
	a.file = nil
	if err == nil {
		err = a.root.Rename(a.name, a.old)
	}
	return err
}

// close closes the file; what it has is on disk then.
func (a *appender) close() error {
	if a.file == nil {
		return nil
	}
	err := errors.Join(a.file.Sync(), a.file.Close())
	a.file = nil
	if err != nil {
		return fmt.Errorf("close %s: %w", a.name, err)
	}
	return nil
}
