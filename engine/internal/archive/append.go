package archive

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Mark says what became of the encoder's times from the next fragment on. It writes
// nothing unless the shift changes, the clock begins again or open fragments were completed,
// so that ordinary archives are exactly the accepted bytes. Errors are those of Append;
// after one, Mark must be repeated before the next Append.
func (w *Writer) Mark(m Mark) error {
	if m.Shift == w.shift && !m.Discontinuity && !m.Complete {
		return nil
	}
	box, at := appendMark(nil, m), w.size
	if err := w.append(box); err != nil {
		return err
	}
	w.shift = m.Shift
	if m.Discontinuity {
		w.rejoined = rejoined{}
	}
	w.record(&Entry{Kind: PieceMark, Offset: at, Length: int64(len(box)), Discontinuity: m.Discontinuity, Complete: m.Complete}, box)
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
	p := &Arrival{Moof: moof, MdatHeader: mdatHeader, Payload: payload, Arrived: w.now().UnixNano()}
	if w.init != nil {
		s := scanner{scan: &Scan{Init: w.init}, limits: fmp4.DefaultLimits()}
		var err error
		if p.Fragments, err = s.parseMoof(moof, w.size); err != nil {
			p.Fragments = nil // the index has nothing to say of it, and is not believed
		}
		r := Record{MoofSize: len(moof), MdatHeader: len(mdatHeader), Payload: int64(len(payload)), Fragments: p.Fragments}
		r.complete()
	}
	m := NewMedia(p)
	if err := w.Keep(m, p); err != nil {
		return nil, err
	}
	return m, w.SyncDue()
}

// Keep is Append for a fragment that is waiting in memory: m is from [NewMedia]. Unless
// the policy is SyncEvery nothing is synced: call SyncDue when nobody waits any more.
func (w *Writer) Keep(m *Media, p *Arrival) error {
	at := w.size
	w.head = append(append(w.head[:0], p.Moof...), p.MdatHeader...)
	if err := w.append(w.head, p.Payload); err != nil {
		return err
	}
	w.record(&Entry{
		Kind: PieceFragment, Offset: at, Length: w.size - at, MoofSize: len(p.Moof), MdatHeader: len(p.MdatHeader),
		Arrived: p.Arrived, Fragments: facts(p.Fragments), Discontinuity: w.rejoined.first(p.Fragments),
	}, w.head, p.Payload)
	m.place(w.file, at)
	return nil
}

// Synced is how many bytes of the file are known to be on disk.
func (w *Writer) Synced() int64 { return w.synced }

// SyncDue forces what was written to the disk, if the policy is SyncInterval and the last
// time is long enough ago.
func (w *Writer) SyncDue() error {
	if w.sync != SyncInterval || w.synced == w.size || w.now().Sub(w.last) < syncInterval {
		return nil
	}
	w.last = w.now()
	if err := w.syncMedia(); err != nil {
		return err
	}
	if w.last.Sub(w.lastIndex) >= indexInterval {
		w.syncIndex()
	}
	return nil
}

// record tells the index of a piece that has just been written, as parts.
func (w *Writer) record(e *Entry, parts ...[]byte) {
	if w.index == nil {
		return
	}
	for _, part := range parts {
		e.Sum = crc32.Update(e.Sum, castagnoli(), part)
	}
	e.Shift, e.Durable = w.shift, w.synced
	w.index.add(e)
}

// append writes parts behind the last whole box, all of them or nothing, and syncs if that
// is asked for each time.
func (w *Writer) append(parts ...[]byte) error {
	if w.done {
		return &engine.Error{Op: "append to archive", Kind: engine.Conflict, Err: ErrSealed,
			Text: fmt.Sprintf("The archive file %s is complete: nothing can be added.", w.file.name)}
	}
	before := w.size
	err := w.write(parts...)
	if err == nil && w.sync == SyncEvery {
		if err = w.file.disk.Sync(); err != nil {
			w.size = before
			err = w.mend(err)
		} else {
			w.synced = w.size
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

// Sync forces what was written to the disk, media and index.
func (w *Writer) Sync() error {
	w.last = w.now()
	if err := w.syncMedia(); err != nil {
		return err
	}
	w.syncIndex()
	return nil
}

func (w *Writer) syncMedia() error {
	if err := w.file.disk.Sync(); err != nil {
		return storageError("sync archive", w.file.name, err)
	}
	w.synced = w.size
	return nil
}

func (w *Writer) syncIndex() {
	w.lastIndex = w.last
	if w.index != nil {
		w.index.sync()
	}
}

// Vanished reports whether the file no longer lies under its name in dir: it was removed or
// renamed behind the writer's back, so that what is written now is lost with the file.
// What cannot be told is not said.
func (w *Writer) Vanished(dir Directory) bool {
	there, err := dir.Stat(w.file.name)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	open, ok := w.file.disk.(Handle)
	if !ok {
		return false
	}
	mine, err := open.Stat()
	return err == nil && !os.SameFile(there, mine) && (there.Sys() == nil || there.Sys() != mine.Sys())
}
