package state

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// WriteFile puts data into a file of the directory, so that its name stands for the whole old content
// or the whole new at any time. Its owner alone may read it.
func (d *Dir) WriteFile(name string, data []byte) error {
	temp := ".pubpoint-" + rand.Text() + ".tmp"
	err := writeNew(d.root, temp, data)
	if err == nil {
		err = d.root.Rename(temp, name)
	}
	if err == nil {
		return nil
	}
	if gone := d.root.Remove(temp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return fmt.Errorf("write %s: %w", name, err)
}

func writeNew(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Restrict takes rights on a file away that others may have been given; none is no error.
func (d *Dir) Restrict(name string) error {
	if err := d.root.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restrict %s: %w", name, err)
	}
	return nil
}
