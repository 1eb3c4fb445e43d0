package archive

import (
	"errors"
	"os"
)

// Unseal takes the index off a sealed file again, so that it can be scanned anew and gone on
// with: of an event whose program died while it sealed one file after the other. A file that
// is not sealed stays as it is; it must not have changed since the scan, which is of no use
// any more and whose file stays open.
func Unseal(dir Directory, scan *Scan) error {
	if !scan.Sealed {
		return nil
	}
	f, err := dir.OpenFile(scan.Name, os.O_RDWR, 0)
	if err != nil {
		return storageError("unseal archive", scan.Name, err)
	}
	if err := errors.Join(cut(f, scan), f.Close()); err != nil {
		return storageError("unseal archive", scan.Name, err)
	}
	return nil
}
