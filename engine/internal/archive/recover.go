package archive

import (
	"errors"
	"fmt"
	"os"

	"pubpoint/engine"
)

// Recover cuts what lies behind the last whole fragment of a file that is not sealed, and
// syncs. It cuts only what a kill or a power cut explains: whole boxes that hold no media,
// such as an index that does not fit, one unfinished box, or nothing but zero bytes. With
// anything else behind, it fails with a Conflict and changes nothing. The scan is brought
// up to date. The file must not have changed since the scan.
func Recover(dir Directory, scan *Scan) error {
	if scan.Sealed || scan.Torn == 0 {
		return nil
	}
	if scan.Fault != nil && !isTruncated(scan.Fault) {
		zero, err := onlyZeros(scan.File, scan.Good, scan.Torn)
		if err != nil {
			return storageError("recover archive", scan.Name, err)
		}
		if !zero {
			return &engine.Error{Op: "recover archive", Kind: engine.Conflict, Err: scan.Fault,
				Text: fmt.Sprintf("The archive file %s is damaged at byte %d, with %d bytes behind that may hold media. Move it away to go on without it, or cut it there to do without them.",
					scan.Name, scan.Good, scan.Torn)}
		}
	}
	f, err := dir.OpenFile(scan.Name, os.O_RDWR, 0)
	if err != nil {
		return storageError("recover archive", scan.Name, err)
	}
	if err := errors.Join(cut(f, scan), f.Close()); err != nil {
		return storageError("recover archive", scan.Name, err)
	}
	scan.Size, scan.Torn, scan.Fault = scan.Good, 0, nil
	return nil
}

func cut(f Handle, scan *Scan) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != scan.Size {
		return fmt.Errorf("it has %d bytes now and had %d when it was read", info.Size(), scan.Size)
	}
	if err := f.Truncate(scan.Good); err != nil {
		return err
	}
	return f.Sync()
}

// onlyZeros reports whether n bytes from offset off on are all zero: what a file system
// may put in place of bytes that were not on disk when the power went.
func onlyZeros(f *File, off, n int64) (bool, error) {
	buf := make([]byte, copySize)
	for n > 0 {
		part := buf[:min(n, copySize)]
		if got, err := f.ReadAt(part, off); got < len(part) {
			return false, err
		}
		for _, b := range part {
			if b != 0 {
				return false, nil
			}
		}
		off, n = off+int64(len(part)), n-int64(len(part))
	}
	return true, nil
}
