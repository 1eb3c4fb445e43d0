package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// SyncPolicy says when what was written is forced to the disk. It decides what a power
// cut may cost; the death of the program costs nothing in either case.
type SyncPolicy string

// The sync policies of point.toml's fsync.
const (
	SyncNone     SyncPolicy = "none"     // whenever the system likes, and at the end
	SyncInterval SyncPolicy = "interval" // with the first append after each second
	SyncEvery    SyncPolicy = "every"    // with each append, before it returns
)

// syncInterval is the least time between two syncs of SyncInterval.
const syncInterval = time.Second

// indexInterval is the least time between two syncs of the index file, with SyncInterval. What a power
// cut takes of it is read from the media again, ten seconds of it at most; together with the media each
// time, both took a tenth of what 100 channels cost.
const indexInterval = 10 * time.Second

// Options are how a file is written.
type Options struct {
	// Sync is when to force bytes to the disk; empty means SyncInterval.
	Sync SyncPolicy
	// Now tells the time; nil means time.Now.
	Now func() time.Time
}

// Validate fails when a field has a value that is not known.
func (o Options) Validate() error {
	switch o.Sync {
	case "", SyncNone, SyncInterval, SyncEvery:
		return nil
	}
	return &engine.Error{Op: "open archive", Kind: engine.BadInput,
		Text: fmt.Sprintf("fsync %q is not known: use %q, %q or %q", o.Sync, SyncNone, SyncInterval, SyncEvery)}
}

// ErrSealed is the cause when a file is appended to that is complete, or whose writer
// was closed.
var ErrSealed = errors.New("the archive file is complete")

// Writer appends to one archive file, and tells its index file what. It belongs to one
// goroutine.
type Writer struct {
	file     *File
	index    *indexWriter // nil when it could not be opened
	unwell   error        // why index is nil
	sync     SyncPolicy
	now      func() time.Time
	size     int64 // whole boxes end here
	synced   int64 // known to be on disk
	torn     bool  // there may be bytes behind size
	shift    int64 // in force at size
	rejoined rejoined
	init     *fmp4.Init // what the header says; nil when that is of no use
	head     []byte
	last     time.Time // of the newest sync
	// lastIndex is when the index was synced last.
	lastIndex time.Time
	done      bool
}

// Create makes the file name in dir, with the header as received, and returns its
// writer. It fails with a Conflict when there is a file of that name; two programs must
// not create the same name at once. The name appears when the whole header is in the
// file, so that no crash leaves a file without one; what it does leave, [Clean] removes.
// The index file beside it is made too, if it can be: see [Writer.IndexFault].
func Create(dir Directory, name string, header []byte, opt Options) (*Writer, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	switch _, err := dir.Stat(name); {
	case err == nil:
		return nil, &engine.Error{Op: "create archive", Kind: engine.Conflict, Err: os.ErrExist,
			Text: fmt.Sprintf("The archive file %s exists already. Move it away, or choose another stream id.", name)}
	case !errors.Is(err, os.ErrNotExist):
		return nil, storageError("create archive", name, err)
	}
	temp := tempName(path.Dir(name))
	f, err := dir.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, storageError("create archive", name, err)
	}
	w := newWriter(newFile(name, f), opt)
	remove := temp
	err = w.begin(header)
	if err == nil {
		if err = dir.Rename(temp, name); err == nil {
			remove = name
		}
	}
	if err == nil && w.sync != SyncNone {
		err = dir.SyncDir(path.Dir(name))
	}
	if err != nil {
		return nil, storageError("create archive", name, errors.Join(err, w.file.Close(), dir.Remove(remove)))
	}
	w.index, w.unwell = createIndex(dir, name)
	w.record(&Entry{Kind: PieceHeader, Length: w.size}, header)
	return w, nil
}

// Reopen goes on after the last whole fragment of a file that was scanned and is neither
// sealed nor torn; see [Recover]. What its index file lacks is added. The writer has a
// [File] of its own: that of the scan stays with the Media of its records.
func Reopen(dir Directory, scan *Scan, opt Options) (*Writer, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if scan.Sealed {
		return nil, &engine.Error{Op: "reopen archive", Kind: engine.Conflict, Err: ErrSealed,
			Text: fmt.Sprintf("The archive file %s is complete and cannot be continued.", scan.Name)}
	}
	if scan.Torn > 0 {
		return nil, &engine.Error{Op: "reopen archive", Kind: engine.Conflict,
			Text: fmt.Sprintf("The archive file %s has %d bytes behind its last whole fragment: recover it first.", scan.Name, scan.Torn)}
	}
	f, err := dir.OpenFile(scan.Name, os.O_RDWR, 0)
	if err != nil {
		return nil, storageError("reopen archive", scan.Name, err)
	}
	w := newWriter(newFile(scan.Name, f), opt)
	w.size, w.shift, w.rejoined, w.synced, w.init = scan.Good, scan.shift, maps.Clone(scan.rejoined), scan.durable, scan.Init
	w.last = w.now()
	w.index, w.unwell = reopenIndex(dir, scan)
	return w, nil
}

func newWriter(f *File, opt Options) *Writer {
	w := &Writer{file: f, sync: opt.Sync, now: opt.Now}
	if w.now == nil {
		w.now = time.Now
	}
	if w.sync == "" {
		w.sync = SyncInterval
	}
	return w
}

// begin writes the header.
func (w *Writer) begin(header []byte) error {
	w.last = w.now()
	if err := w.write(header); err != nil {
		return err
	}
	w.init = parseHeader(header)
	if w.sync == SyncNone {
		return nil
	}
	if err := w.file.disk.Sync(); err != nil {
		return err
	}
	w.synced = w.size
	return nil
}

// parseHeader reads what an index has to know of a header; nil when it is none.
func parseHeader(header []byte) *fmp4.Init {
	in := newFile("header", heldBytes(header))
	scan, err := scanDisk(in, int64(len(header)), fmp4.DefaultLimits())
	if err != nil {
		return nil // it is kept as it came, whatever it is
	}
	return scan.Init
}

// heldBytes is a file in memory, for reading.
type heldBytes []byte

func (b heldBytes) ReadAt(p []byte, off int64) (int, error) { return bytes.NewReader(b).ReadAt(p, off) }
func (heldBytes) WriteAt([]byte, int64) (int, error)        { return 0, fs.ErrPermission }
func (heldBytes) Truncate(int64) error                      { return fs.ErrPermission }
func (heldBytes) Sync() error                               { return nil }
func (heldBytes) Close() error                              { return nil }

// File is the file that is written. It stays open, for reading, when the writer is
// closed.
func (w *Writer) File() *File { return w.file }

// Size is how many bytes of whole boxes the file has.
func (w *Writer) Size() int64 { return w.size }

// IndexFault is why the index file is behind the media, and nil while it is not. Nothing
// is lost by it: the media is scanned instead when it is opened again.
func (w *Writer) IndexFault() error {
	if w.index == nil {
		return w.unwell
	}
	return w.index.fault
}

// Seal completes the file: it appends an mfra with the given index, whose times are the
// published ones, syncs, and ends the writer. Reading goes on. When it fails the file is
// as before, and Seal may be called again.
func (w *Writer) Seal(tracks []fmp4.TrackIndex) error {
	before := w.size
	mfra := fmp4.AppendMfra(nil, tracks)
	if err := w.append(mfra); err != nil {
		return err
	}
	if err := w.Sync(); err != nil {
		w.size = before
		return w.mend(err)
	}
	w.record(&Entry{Kind: PieceMfra, Offset: before, Length: int64(len(mfra))}, mfra)
	w.done = true
	w.closeIndex()
	return nil
}

// closeIndex ends the index file; what fails is its own loss.
func (w *Writer) closeIndex() {
	if w.index != nil {
		w.index, w.unwell = nil, w.index.close(w.sync != SyncNone)
	}
}

// Close ends the writer without sealing: it cuts off what a failed write left, and syncs.
// The file stays open for reading until its own Close. After Seal, and the second time,
// Close does nothing.
func (w *Writer) Close() error {
	if w.done {
		return nil
	}
	w.done = true
	var err error
	if w.torn {
		if err = w.mend(nil); err != nil {
			err = storageError("close archive", w.file.name, err)
		}
	}
	err = errors.Join(err, w.Sync())
	w.closeIndex()
	return err
}

// storageError puts a cause into a sentence that says what to do.
func storageError(op, name string, err error) error {
	return &engine.Error{Op: op, Kind: engine.Storage, Err: err,
		Text: fmt.Sprintf("The archive file %s cannot be written (%s). Free some space or mend the disk.", name, cause(err))}
}

// cause is the innermost reason of err in words.
func cause(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
