package archive

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"

	"pubpoint/engine"
)

// Temporary names begin with a dot, which no stream and no point may.
const (
	tempPrefix = ".pubpoint-"
	tempSuffix = ".tmp"
)

// WriteFile puts data into the file name in root, so that at any time, whatever fails,
// the name stands for the whole old content or the whole new. It is on disk when WriteFile
// returns. The path is slash-separated. Errors are of kind Storage.
func WriteFile(root *os.Root, name string, data []byte) error {
	temp := tempName(path.Dir(name))
	err := writeNew(root, temp, data)
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err == nil {
		err = syncDir(root, path.Dir(name))
	} else if gone := root.Remove(temp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return &engine.Error{Op: "write file", Kind: engine.Storage, Err: err,
			Text: fmt.Sprintf("The file %s cannot be written (%s). Free some space or mend the disk.", name, cause(err))}
	}
	return nil
}

// tempName is a name in dir that nobody has.
func tempName(dir string) string {
	return path.Join(dir, tempPrefix+rand.Text()+tempSuffix)
}

func writeNew(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes the names in a directory durable. Windows has no such thing: there a
// rename is as durable as the system makes it.
func syncDir(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Clean removes what a crash in the middle of [WriteFile] or [Create] left directly in
// root's directory. Nobody may be writing there.
func Clean(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("look for leftovers in %s: %w", root.Name(), err)
	}
	var errs []error
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), tempPrefix) && strings.HasSuffix(e.Name(), tempSuffix) {
			errs = append(errs, root.Remove(e.Name()))
		}
	}
	return errors.Join(errs...)
}
