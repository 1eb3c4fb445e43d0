package archive

import (
	"errors"
	"os"
)

// Unseal takes the index off a sealed file again, so that [Reopen] can go on with it: of an
// event whose program died while it sealed one file after the other. The scan is brought up
// to date. A file that is not sealed stays as it is; it must not have changed since the scan.
func Unseal(root *os.Root, scan *Scan) error {
	if !scan.Sealed {
		return nil
	}
	f, err := root.OpenFile(scan.Name, os.O_RDWR, 0)
	if err != nil {
		return storageError("unseal archive", scan.Name, err)
	}
	if err := errors.Join(cut(f, scan), f.Close()); err != nil {
		return storageError("unseal archive", scan.Name, err)
	}
	scan.Size, scan.Sealed, scan.Index = scan.Good, false, nil
	return nil
}
