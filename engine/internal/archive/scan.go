package archive

import (
	"errors"
	"fmt"
	"os"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// ErrNoHeader is the cause when a file ends before its moov does: no media is in it.
var ErrNoHeader = errors.New("the file has no whole header")

// Scan is what is in an archive file.
type Scan struct {
	Name     string
	Header   []byte     // from the first byte to the end of ftyp, uuid manifests and moov
	Init     *fmp4.Init // what Header says
	Manifest []byte     // XML of the LiveServerManifest, in its own encoding; nil without one
	Records  []Record   // in the order of the file
	Sealed   bool       // the file ends with a whole index that fits it
	Index    []fmp4.TrackIndex
	Good     int64 // bytes up to the end of the last whole fragment, or of the header
	Size     int64 // bytes of the file
	Torn     int64 // bytes behind Good; 0 when sealed
	Fault    error // why the scan ended before the end of the file; nil when it did not
	File     *File // open for reading; the caller closes it

	// Damaged are the fragments whose bytes are not those that were written, which a power
	// cut may have left behind what was durable. They are not among Records.
	Damaged []Entry
	// Believed is how many of Records are from the index file, without a look at the media.
	Believed int

	shift    int64 // in force at Good
	rejoined rejoined
	kept     int64   // bytes of the index file that are right
	fresh    []Entry // what the index file lacks, without checksums
	durable  int64   // bytes that the index file knows to be on disk
}

// Record is one moof with its mdat.
type Record struct {
	Offset     int64 // of the moof in the file
	MoofSize   int
	MdatHeader int   // bytes between the moof and the payload
	Payload    int64 // bytes
	// Fragments has one for each track in the moof, with the encoder's own times. To
	// bound memory they have no Samples, but for those that begin before time zero, and
	// PayloadOffset is not told.
	Fragments []*fmp4.Fragment
	Shift     int64 // ticks of 100 ns that were added to the encoder's times, see [Mark]
	// Discontinuity says that this is the first of one of its tracks since the encoder's
	// clock began again.
	Discontinuity bool
	Arrived       int64 // wall clock, ns since 1970, as the index file has it; 0 when not known
	Media         *Media
}

// TrackIndex returns the index of the fragments in Records, for [Writer.Seal]: their
// published times are the encoder's plus Shift, and none is before zero. Tracks are in
// the order of the header; one without fragments is left out.
func (s *Scan) TrackIndex() []fmp4.TrackIndex {
	var out []fmp4.TrackIndex
	for _, t := range s.Init.Tracks {
		index := fmp4.TrackIndex{TrackID: t.ID}
		for _, r := range s.Records {
			shift := engine.Ticks(r.Shift).Rescale(shiftUnit, t.Timescale)
			for _, f := range r.Fragments {
				if f.TrackID == t.ID {
					index.Entries = append(index.Entries, fmp4.IndexEntry{
						Time:       uint64(max(0, f.Start+int64(shift))),
						MoofOffset: uint64(r.Offset),
					})
				}
			}
		}
		if len(index.Entries) > 0 {
			out = append(out, index)
		}
	}
	return out
}

// ScanFile reads the archive file name: the header, and of each fragment the moof, or what
// the index file beside it says as far as that is safe. Any fragmented MP4 will do; boxes
// that are none of its business are passed over. The file is opened for reading and left
// open as Scan.File, unless ScanFile fails.
//
// A file that breaks off or makes no sense somewhere is scanned up to there, see
// Scan.Fault; only one without a header that can be used is an error: [ErrNoHeader] when
// it ends too soon for one, a [fmp4.FormatError] when its tracks cannot be delivered.
// Limits bound the boxes that are read into memory: moov, moof, uuid and mfra.
func ScanFile(dir Directory, name string, l fmp4.Limits) (*Scan, error) {
	index, err := LoadIndex(dir, name)
	if err != nil {
		index = nil // the media tells all that matters
	}
	return scanWith(dir, name, l, index)
}

// scanWith is ScanFile with an index, or without.
func scanWith(dir Directory, name string, l fmp4.Limits, index *Index) (*Scan, error) {
	f, err := dir.Open(name)
	if err != nil {
		kind := engine.Storage
		if errors.Is(err, os.ErrNotExist) {
			kind = engine.NotFound
		}
		return nil, &engine.Error{Op: "scan archive", Kind: kind, Err: err,
			Text: fmt.Sprintf("The archive file %s cannot be opened (%s).", name, cause(err))}
	}
	file := newFile(name, f)
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(scanError(name, err), file.Close())
	}
	scan, err := scanIndexed(file, info.Size(), l, index)
	if err != nil {
		return nil, errors.Join(scanError(name, err), file.Close())
	}
	return scan, nil
}

func scanError(name string, err error) error {
	kind := engine.Storage
	var format *fmp4.FormatError
	if errors.As(err, &format) || errors.Is(err, ErrNoHeader) {
		kind = engine.BadInput
	}
	return &engine.Error{Op: "scan archive", Kind: kind, Err: err,
		Text: fmt.Sprintf("The archive file %s cannot be used (%v). Move it away to go on without it.", name, err)}
}

// scanDisk scans a file without an index.
func scanDisk(file *File, size int64, l fmp4.Limits) (*Scan, error) {
	return scanIndexed(file, size, l, nil)
}

func scanIndexed(file *File, size int64, l fmp4.Limits, index *Index) (*Scan, error) {
	s := &scanner{window: window{file: file, size: size}, limits: l, index: index,
		scan: &Scan{Name: file.name, Size: size, File: file}}
	err := s.walk()
	if s.scan.Init == nil {
		if err == nil || isTruncated(err) {
			err = errors.Join(ErrNoHeader, err)
		}
		return nil, err
	}
	if err := s.header(); err != nil {
		return nil, err
	}
	var format *fmp4.FormatError
	if err != nil && !errors.As(err, &format) {
		return nil, err // the disk failed: what was seen so far is no picture of the file
	}
	s.scan.Fault = err
	s.scan.Good = max(s.scan.Good, int64(len(s.scan.Header)))
	s.note(Entry{}) // the header of a file that has nothing else
	if !s.scan.Sealed {
		s.scan.Torn = size - s.scan.Good
	}
	return s.scan, nil
}
