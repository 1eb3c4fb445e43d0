package archive

import (
	"errors"
	"fmt"
	"io"
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

// Options are how a file is written.
type Options struct {
	// Sync is when to force bytes to the disk; empty means SyncInterval.
	Sync SyncPolicy
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

// Writer appends to one archive file. It belongs to one goroutine.
type Writer struct {
	file  *File
	sync  SyncPolicy
	now   func() time.Time
	size  int64 // whole boxes end here
	torn  bool  // there may be bytes behind size
	shift int64 // in force at size
	head  []byte
	last  time.Time // of the newest sync
	done  bool
}

// Create makes the file name in root, with the header as received, and returns its
// writer. It fails with a Conflict when there is a file of that name; two programs must
// not create the same name at once. The name appears when the whole header is in the
// file, so that no crash leaves a file without one; what it does leave, [Clean] removes.
func Create(root *os.Root, name string, header []byte, opt Options) (*Writer, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	switch _, err := root.Stat(name); {
	case err == nil:
		return nil, &engine.Error{Op: "create archive", Kind: engine.Conflict, Err: os.ErrExist,
			Text: fmt.Sprintf("The archive file %s exists already. Move it away, or choose another stream id.", name)}
	case !errors.Is(err, os.ErrNotExist):
		return nil, storageError("create archive", name, err)
	}
	temp := tempName(path.Dir(name))
	f, err := root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, storageError("create archive", name, err)
	}
	w := newWriter(newFile(name, f), opt)
	remove := temp
	err = w.begin(header)
	if err == nil {
		if err = root.Rename(temp, name); err == nil {
			remove = name
		}
	}
	if err == nil && w.sync != SyncNone {
		err = syncDir(root, path.Dir(name))
	}
	if err != nil {
		return nil, storageError("create archive", name, errors.Join(err, w.file.Close(), root.Remove(remove)))
	}
	return w, nil
}

// Reopen goes on after the last whole fragment of a file that was scanned and is neither
// sealed nor torn; see [Recover]. The writer has a [File] of its own: that of the scan
// stays with the Media of its records.
func Reopen(root *os.Root, scan *Scan, opt Options) (*Writer, error) {
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
	f, err := root.OpenFile(scan.Name, os.O_RDWR, 0)
	if err != nil {
		return nil, storageError("reopen archive", scan.Name, err)
	}
	w := newWriter(newFile(scan.Name, f), opt)
	w.size, w.shift = scan.Good, scan.shift
	return w, nil
}

func newWriter(f *File, opt Options) *Writer {
	w := &Writer{file: f, sync: opt.Sync, now: time.Now}
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
	if w.sync != SyncNone {
		return w.file.disk.Sync()
	}
	return nil
}

// File is the file that is written. It stays open, for reading, when the writer is
// closed.
func (w *Writer) File() *File { return w.file }

// Size is how many bytes of whole boxes the file has.
func (w *Writer) Size() int64 { return w.size }

// Mark says what became of the encoder's times from the next fragment on. It writes
// nothing unless the shift changes, the clock begins again or open fragments were completed,
// so that ordinary archives are exactly the accepted bytes. Errors are those of Append; after one, Mark must be
// repeated before the next Append.
func (w *Writer) Mark(m Mark) error {
	if m.Shift == w.shift && !m.Discontinuity && !m.Complete {
		return nil
	}
	if err := w.append(appendMark(nil, m)); err != nil {
		return err
	}
	w.shift = m.Shift
	return nil
}

// Append writes one fragment: the moof box, the header of its mdat as received, and the
// mdat's payload. The Media that it returns keeps moof and payload, which must not be
// changed any more, until its Cool.
//
// When the disk refuses, the file ends with the last whole fragment as before, and the
// error is an [engine.Error] of kind Storage with a sentence for people. The writer stays
// usable: the next Append tries again. The caller may go on with [NewMemory].
func (w *Writer) Append(moof, mdatHeader, payload []byte) (*Media, error) {
	m := &Media{file: w.file, offset: w.size, moof: int64(len(moof)),
		header: int64(len(mdatHeader)), payload: int64(len(payload))}
	w.head = append(append(w.head[:0], moof...), mdatHeader...)
	if err := w.append(w.head, payload); err != nil {
		return nil, err
	}
	m.hot.Store(&buffers{moof: moof, payload: payload})
	return m, nil
}

// append writes parts behind the last whole box, all of them or nothing, and syncs when
// it is time.
func (w *Writer) append(parts ...[]byte) error {
	if w.done {
		return &engine.Error{Op: "append to archive", Kind: engine.Conflict, Err: ErrSealed,
			Text: fmt.Sprintf("The archive file %s is complete: nothing can be added.", w.file.name)}
	}
	before := w.size
	err := w.write(parts...)
	if err == nil && (w.sync == SyncEvery || w.sync == SyncInterval && w.now().Sub(w.last) >= syncInterval) {
		if err = w.file.disk.Sync(); err != nil {
			w.size = before
			err = w.mend(err)
		}
		w.last = w.now()
	}
	if err != nil {
		return &engine.Error{Op: "append to archive", Kind: engine.Storage, Err: err,
			Text: fmt.Sprintf("The archive file %s cannot be written (%s). Free some space or mend the disk: archiving goes on by itself.", w.file.name, cause(err))}
	}
	return nil
}

// write writes parts behind size and moves size behind them, or cuts off what it wrote.
func (w *Writer) write(parts ...[]byte) error {
	if w.torn {
		if err := w.mend(nil); err != nil {
			return err
		}
	}
	at := w.size
	for _, part := range parts {
		n, err := w.file.disk.WriteAt(part, at)
		if err == nil && n < len(part) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return w.mend(err)
		}
		at += int64(n)
	}
	w.size = at
	return nil
}

// mend cuts the file back to size after cause, and remembers when that fails too.
func (w *Writer) mend(cause error) error {
	err := w.file.disk.Truncate(w.size)
	w.torn = err != nil
	if err != nil {
		err = fmt.Errorf("cut back to %d bytes: %w", w.size, err)
	}
	return errors.Join(cause, err)
}

// Sync forces what was written to the disk.
func (w *Writer) Sync() error {
	if err := w.file.disk.Sync(); err != nil {
		return storageError("sync archive", w.file.name, err)
	}
	w.last = w.now()
	return nil
}

// Seal completes the file: it appends an mfra with the given index, whose times are the
// published ones, syncs, and ends the writer. Reading goes on. When it fails the file is
// as before, and Seal may be called again.
func (w *Writer) Seal(tracks []fmp4.TrackIndex) error {
	before := w.size
	if err := w.append(fmp4.AppendMfra(nil, tracks)); err != nil {
		return err
	}
	if err := w.Sync(); err != nil {
		w.size = before
		return w.mend(err)
	}
	w.done = true
	return nil
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
	return errors.Join(err, w.Sync())
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
