package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// Index is what an index file says, as far as it makes sense.
type Index struct {
	Entries []Entry
	// Fault is why reading ended before the end of the file; nil when it did not. What was
	// read is good all the same.
	Fault error

	ends []int64 // where each entry ends in the index file
}

// Durable is how many bytes of the media file the index knows to be on disk.
func (x *Index) Durable() int64 {
	if len(x.Entries) == 0 {
		return 0
	}
	return x.Entries[len(x.Entries)-1].Durable
}

// LoadIndex reads the index file of the archive file media. Entries are in order, from
// offset 0 on, without a gap. It fails with NotFound when there is none, and with BadInput
// when it is no index file of this version.
func LoadIndex(dir Directory, media string) (*Index, error) {
	name := IndexName(media)
	fault := func(kind engine.Kind, err error) error {
		return &engine.Error{Op: "read archive index", Kind: kind, Err: err,
			Text: fmt.Sprintf("The index %s cannot be read (%s). It can be made again from the media.", name, cause(err))}
	}
	info, err := dir.Stat(name) // a pipe must not be opened: nobody may write to it
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fault(engine.NotFound, err)
		}
		return nil, fault(engine.Storage, err)
	}
	f, err := dir.Open(name)
	if err != nil {
		return nil, fault(engine.Storage, err)
	}
	x, err := readIndex(bufio.NewReaderSize(io.NewSectionReader(f, 0, math.MaxInt64), 256<<10))
	if gone := f.Close(); gone != nil {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return nil, fault(engine.BadInput, err)
	}
	return x, nil
}

func readIndex(r io.Reader) (*Index, error) {
	head := make([]byte, indexHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("its header is not whole: %w", err)
	}
	if string(head[:8]) != indexMagic || binary.BigEndian.Uint32(head[12:]) != crc32.Checksum(head[:12], castagnoli()) {
		return nil, errors.New("it is no index file")
	}
	if v := binary.BigEndian.Uint32(head[8:]); v != indexVersion {
		return nil, fmt.Errorf("it is of version %d, and %d is known", v, indexVersion)
	}
	x := &Index{}
	at, end := int64(indexHead), int64(0)
	var buf []byte
	for {
		b, err := readRecord(r, buf)
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err == nil {
			buf = b
			var e Entry
			if e, err = parseEntry(b); err == nil && (e.Offset != end || (e.Kind == PieceHeader) != (end == 0)) {
				err = fmt.Errorf("it covers the media from byte %d on, and the one before ends at %d", e.Offset, end)
			}
			if err == nil {
				at, end = at+int64(len(b)), e.End()
				x.Entries, x.ends = append(x.Entries, e), append(x.ends, at)
				continue
			}
		}
		x.Fault = fmt.Errorf("record at byte %d: %w", at, err)
		return x, nil
	}
}

// readRecord reads one record into buf, or a larger one; the error is io.EOF where the
// file ends between two.
func readRecord(r io.Reader, buf []byte) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err // io.EOF, or io.ErrUnexpectedEOF, which is another
	}
	size, ok := recordSize(head[:])
	if !ok {
		return nil, fmt.Errorf("no record has %d bytes", size)
	}
	if size > cap(buf) {
		buf = make([]byte, size)
	}
	buf = buf[:size]
	copy(buf, head[:])
	if _, err := io.ReadFull(r, buf[8:]); err != nil {
		return nil, fmt.Errorf("it is not whole: %w", io.ErrUnexpectedEOF)
	}
	return buf, nil
}

// Checksum is the CRC-32C of n bytes of an archive file, from off on: what an [Entry] has
// as Sum when nothing has changed.
func (f *File) Checksum(off, n int64) (uint32, error) {
	sum := crc32.New(castagnoli())
	_, err := f.writeRange(sum, off, n)
	return sum.Sum32(), err
}

// RebuildIndex makes the index file of an archive file again from its media, all of which
// it reads. The times of arrival that an index beside it still tells are kept. It fails with BadInput
// where the media is none of ours: with boxes that are not covered.
func RebuildIndex(dir Directory, media string, l fmp4.Limits) error {
	return MakeIndex(dir, media, l, nil)
}

// MakeIndex is RebuildIndex for a file that has just been put together: it knows when the
// fragments arrived, nanoseconds since 1970, by the offsets of their moofs.
func MakeIndex(dir Directory, media string, l fmp4.Limits, arrived map[int64]int64) error {
	scan, err := scanWith(dir, media, l, nil)
	if err != nil {
		return err
	}
	entries, err := scan.sums(scan.fresh)
	if err := errors.Join(err, scan.File.Close()); err != nil {
		return storageError("rebuild archive index", IndexName(media), err)
	}
	if old, err := LoadIndex(dir, media); err == nil {
		keepArrivals(entries, old.Entries)
	}
	for i := range entries {
		if at, known := arrived[entries[i].Offset]; known {
			entries[i].Arrived = at
		}
	}
	out, end := appendIndexHead(nil), int64(0)
	for i := range entries {
		e := &entries[i]
		if e.Offset != end {
			return &engine.Error{Op: "rebuild archive index", Kind: engine.BadInput,
				Text: fmt.Sprintf("The archive file %s has boxes at byte %d that are not of an archive, so it can have no index.", media, end)}
		}
		end = e.End()
		e.Durable = scan.File.durable(scan.Sealed, end)
		out = appendEntry(out, e)
	}
	return WriteFile(dir, IndexName(media), out)
}

// durable is what a rebuilt index may say of what is on disk: all of a sealed file.
func (f *File) durable(sealed bool, end int64) int64 {
	if sealed {
		return end
	}
	return 0
}

// keepArrivals takes the times of arrival from an older index of the same media.
func keepArrivals(entries, old []Entry) {
	for i, j := 0, 0; i < len(entries) && j < len(old); {
		switch a, b := &entries[i], &old[j]; {
		case a.Offset < b.Offset:
			i++
		case a.Offset > b.Offset:
			j++
		default:
			if a.Length == b.Length && a.Sum == b.Sum {
				a.Arrived = b.Arrived
			}
			i, j = i+1, j+1
		}
	}
}

// sums gives entries their checksums.
func (s *Scan) sums(entries []Entry) ([]Entry, error) {
	for i := range entries {
		e := &entries[i]
		var err error
		if e.Sum, err = s.File.Checksum(e.Offset, e.Length); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
