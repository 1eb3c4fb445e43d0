package archive

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"pubpoint/engine"
)

// Temporary names begin with a dot, which no stream and no point may.
const (
	tempPrefix = ".pubpoint-"
	tempSuffix = ".tmp"
)

// WriteFile puts data into the file name in dir, so that at any time, whatever fails,
// the name stands for the whole old content or the whole new. It is on disk when WriteFile
// returns. The path is slash-separated. Errors are of kind Storage.
func WriteFile(dir Directory, name string, data []byte) error {
	return writeFile(dir, name, data, 0o644)
}

// WritePrivateFile is WriteFile for what only the program's own user may read.
func WritePrivateFile(dir Directory, name string, data []byte) error {
	return writeFile(dir, name, data, 0o600)
}

func writeFile(dir Directory, name string, data []byte, mode fs.FileMode) error {
	temp := tempName(path.Dir(name))
	err := writeNew(dir, temp, data, mode)
	if err == nil {
		err = dir.Rename(temp, name)
	}
	if err == nil {
		err = dir.SyncDir(path.Dir(name))
	} else if gone := dir.Remove(temp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return &engine.Error{Op: "write file", Kind: engine.Storage, Err: err,
			Text: fmt.Sprintf("The file %s cannot be written (%s). Free some space or mend the disk.", name, cause(err))}
	}
	return nil
}

// tempName is a name in a directory that nobody has.
func tempName(in string) string {
	return path.Join(in, tempPrefix+rand.Text()+tempSuffix)
}

func writeNew(dir Directory, name string, data []byte, mode fs.FileMode) error {
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Clean removes what a crash in the middle of [WriteFile] or [Create] left directly in
// dir. Nobody may be writing there.
func Clean(dir Directory) error {
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return fmt.Errorf("look for leftovers in %s: %w", dir.Name(), err)
	}
	var errs []error
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), tempPrefix) && strings.HasSuffix(e.Name(), tempSuffix) {
			errs = append(errs, dir.Remove(e.Name()))
		}
	}
	return errors.Join(errs...)
}
