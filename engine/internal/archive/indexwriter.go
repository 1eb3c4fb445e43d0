package archive

import (
	"errors"
	"fmt"
	"os"
)

// maxBehind is how many bytes of records wait in memory for an index file that cannot be
// written, before it is given up: it can be made again from the media.
const maxBehind = 1 << 20

// indexWriter appends to an index file. What fails concerns nobody but the index: records
// that could not be written wait and go with the next.
type indexWriter struct {
	name  string
	disk  Handle
	size  int64  // whole records end here
	wait  []byte // records that are not in the file yet
	fault error  // of the last write; nil after one that succeeded
	dirty bool   // written since the last sync
}

// createIndex makes the index file of a new archive file. One that lies there belongs to
// media that is gone.
func createIndex(dir Directory, media string) (*indexWriter, error) {
	name := IndexName(media)
	f, err := dir.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, storageError("create archive index", name, err)
	}
	return &indexWriter{name: name, disk: f, wait: appendIndexHead(nil)}, nil
}

// reopenIndex goes on behind what the scan found right in the index file, with what it
// found in the media beyond.
func reopenIndex(dir Directory, scan *Scan) (*indexWriter, error) {
	fresh, err := scan.sums(scan.fresh)
	if err != nil {
		return nil, err
	}
	x := &indexWriter{}
	if scan.kept == 0 {
		if x, err = createIndex(dir, scan.Name); err != nil {
			return nil, err
		}
	} else {
		x.name, x.size = IndexName(scan.Name), scan.kept
		if x.disk, err = dir.OpenFile(x.name, os.O_RDWR, 0); err != nil {
			return nil, storageError("reopen archive index", x.name, err)
		}
		if err := x.disk.Truncate(x.size); err != nil {
			return nil, errors.Join(storageError("reopen archive index", x.name, err), x.disk.Close())
		}
	}
	for i := range fresh {
		x.wait = appendEntry(x.wait, &fresh[i])
	}
	x.flush()
	return x, nil
}

// add writes one record, now or with a later one.
func (x *indexWriter) add(e *Entry) {
	if len(x.wait) > maxBehind {
		return // given up
	}
	x.wait = appendEntry(x.wait, e)
	x.flush()
}

func (x *indexWriter) flush() {
	if len(x.wait) > maxBehind && x.fault != nil {
		return
	}
	n, err := x.disk.WriteAt(x.wait, x.size)
	if err == nil && n < len(x.wait) {
		err = errors.New("it was written in part only")
	}
	if err != nil {
		x.fault = fmt.Errorf("write %s: %w", x.name, err)
		if cut := x.disk.Truncate(x.size); cut != nil {
			x.fault = errors.Join(x.fault, cut) // readers stop at the last whole record anyway
		}
		return
	}
	x.size, x.wait, x.fault, x.dirty = x.size+int64(n), x.wait[:0], nil, true
}

// sync forces the records to the disk.
func (x *indexWriter) sync() {
	if !x.dirty {
		return
	}
	if err := x.disk.Sync(); err != nil {
		x.fault = fmt.Errorf("sync %s: %w", x.name, err)
		return
	}
	x.dirty = false
}

// close syncs and closes the file, and tells what is still wrong with it.
func (x *indexWriter) close(sync bool) error {
	if len(x.wait) > 0 {
		x.flush()
	}
	if sync {
		x.sync()
	}
	return errors.Join(x.fault, x.disk.Close())
}
