package archive

import (
	"errors"
	"os"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// ErrNoHeader is the cause when a file ends before its moov does: no media is in it.
var ErrNoHeader = errors.New("the file has no whole header")

// Scan is what is in an archive file.
type Scan struct {
	Name     string
	Header   []byte     // ftyp, uuid LiveServerManifest and moov as received
	Init     *fmp4.Init // Header in words
	Manifest []byte     // XML of the LiveServerManifest, as encoded; nil without one
	Records  []Record   // in the order of the file
	Sealed   bool       // the file ends with a whole index that fits it
	Index    []fmp4.TrackIndex
	Good     int64 // bytes up to the end of the last whole fragment
	Size     int64 // bytes of the file
	Torn     int64 // bytes behind Good that are not an index: what Recover cuts off
	Fault    error // why the scan ended before the end of the file; nil when it did not
	File     *File // open for reading; the caller closes it

	shift int64 // in force at Good
}

// Record is one moof with its mdat.
type Record struct {
	Offset        int64 // of the moof in the file
	MoofSize      int
	MdatHeader    int   // bytes between the moof and the payload
	Payload       int64 // bytes
	Fragments     []Fragment
	Shift         int64 // ticks of 100 ns that were added to the encoder's times
	Discontinuity bool  // the first fragment of one of its tracks since the encoder's clock began again
	Media         *Media
}

// Fragment is the facts of what one track has in a Record, in ticks of the track, as the
// encoder sent them: without Shift.
type Fragment struct {
	Track        uint32 // track_ID
	Start        engine.Ticks
	Duration     engine.Ticks
	Decode       engine.Ticks // of the first sample
	DecodeLength engine.Ticks // sum of the sample durations
	Sync         bool         // begins with a sync sample
}

// ScanFile reads the archive file name: the header, and of each fragment the moof. It
// opens the file for reading and leaves it open as Scan.File, unless it fails. A file
// that breaks off or makes no sense somewhere is scanned up to there, see Scan.Fault;
// only one without a whole header is an error, with [ErrNoHeader] when it is too short
// for one.
func ScanFile(root *os.Root, name string, l fmp4.Limits) (*Scan, error) {
	return nil, errors.ErrUnsupported
}

// Recover cuts what lies behind the last whole fragment of a file that is not sealed, and
// syncs. It cuts only what a kill or a power cut explains: one unfinished fragment or
// index, or nothing but zero bytes. With anything else behind, it fails and changes
// nothing. Scan is brought up to date.
func Recover(root *os.Root, scan *Scan) error {
	return errors.ErrUnsupported
}
