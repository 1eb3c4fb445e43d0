package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

func scanBytes(b []byte) (*Scan, error) {
	return scanDisk(newFile("mem.ismv", &memDisk{data: b}), int64(len(b)), fmp4.DefaultLimits())
}

func TestScanForeignFiles(t *testing.T) {
	type facts struct {
		track uint32
		start int64
		sync  bool
	}
	tests := []struct {
		name    string
		sealed  bool
		records int
		torn    int64
		first   []facts // of the first record
		last    facts   // of the last
	}{
		{"av-isml.ismv", false, 6, 8, []facts{{1, 0, true}}, facts{2, 40106667, true}},
		{"av-plain.ismv", true, 6, 0, []facts{{1, 0, true}}, facts{2, 40106667, true}},
		{"av-prft-isml.ismv", false, 4, 8, []facts{{1, 0, true}}, facts{2, 20053333, true}},
		{"av-lookahead2-file.ismv", true, 6, 0, []facts{{1, 0, true}}, facts{2, 40106667, true}},
		{"av-kill9-isml.ismv", false, 4, 0, []facts{{1, 0, true}}, facts{2, 20053333, true}},
		{"av-truncated-in-mdat.ismv", false, 2, 14355, []facts{{1, 0, true}}, facts{2, -213333, true}},
		{"av-cmaf.mp4", true, 3, 0, []facts{{1, 0, true}, {2, 0, true}}, facts{2, 193536, true}},
		{"av-fmp4-basedataoffset.mp4", true, 2, 0, []facts{{1, 0, true}, {2, 0, true}}, facts{2, 97280, true}},
		{"1s-fragments-midgop-isml.ismv", false, 4, 8, []facts{{1, 0, true}}, facts{1, 30000000, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scan, err := scanBytes(vector(t, tt.name))
			if err != nil {
				t.Fatal(err)
			}
			if scan.Sealed != tt.sealed || len(scan.Records) != tt.records || scan.Torn != tt.torn {
				t.Errorf("sealed %v, %d records, %d torn bytes, fault %v; want %v, %d, %d",
					scan.Sealed, len(scan.Records), scan.Torn, scan.Fault, tt.sealed, tt.records, tt.torn)
			}
			of := func(f *fmp4.Fragment) facts { return facts{f.TrackID, f.Start, f.Sync} }
			var first []facts
			for _, f := range scan.Records[0].Fragments {
				first = append(first, of(f))
			}
			end := scan.Records[len(scan.Records)-1].Fragments
			if !slices.Equal(first, tt.first) || of(end[len(end)-1]) != tt.last {
				t.Errorf("first %v, last %v, want %v, %v", first, of(end[len(end)-1]), tt.first, tt.last)
			}
			if c := readCapture(t, tt.name); len(c.pieces) > 0 {
				checkRecords(t, scan, c.pieces)
				if !bytes.Equal(scan.Header, c.header) {
					t.Error("the header is not the one received")
				}
			}
		})
	}
}

func TestScanKeepsSamplesBeforeZeroOnly(t *testing.T) {
	scan, err := scanBytes(vector(t, "av-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range scan.Records {
		for _, f := range r.Fragments {
			if (f.Samples != nil) != (f.Start < 0) {
				t.Errorf("fragment at %d has %d samples", f.Start, len(f.Samples))
			}
		}
	}
}

func TestScanReadsManifest(t *testing.T) {
	scan, err := scanBytes(vector(t, "av-ac3-delaymoov-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(scan.Manifest, []byte("<smil")) || !bytes.HasPrefix(scan.Header[4:], []byte("uuid")) {
		t.Errorf("manifest %.40q, header %.12q", scan.Manifest, scan.Header)
	}
}

func TestScanRefusesWhatIsNoArchive(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	root := openRoot(t)
	tests := []struct {
		name     string
		data     []byte
		noHeader bool
	}{
		{"empty", nil, true},
		{"half a header", c.header[:len(c.header)/2], true},
		{"fragments before the header", c.pieces[0].bytes(), false},
		{"text", []byte("this is no video file at all"), false},
		{"a moov that cannot be used", vector(t, "bad-ac3-no-delaymoov.ismv"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := root.WriteFile("s.ismv", tt.data, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ScanFile(On(root), "s.ismv", fmp4.DefaultLimits())
			if engine.KindOf(err) != engine.BadInput || errors.Is(err, ErrNoHeader) != tt.noHeader {
				t.Errorf("kind %v, no header %v: %v", engine.KindOf(err), errors.Is(err, ErrNoHeader), err)
			}
		})
	}
	if _, err := ScanFile(On(root), "no.ismv", fmp4.DefaultLimits()); engine.KindOf(err) != engine.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestIndexIsNotBelieved puts indexes where they mean nothing, or that lie.
func TestIndexIsNotBelieved(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	file := c.file()
	good := func(offset int) []byte {
		return fmp4.AppendMfra(nil, []fmp4.TrackIndex{{TrackID: 1, Entries: []fmp4.IndexEntry{{MoofOffset: uint64(offset)}}}})
	}
	wrongSize := good(len(c.header))
	binary.BigEndian.PutUint32(wrongSize[len(wrongSize)-4:], 7)
	tests := []struct {
		name    string
		data    []byte
		sealed  bool
		records int
	}{
		{"at the end", slices.Concat(file, good(len(c.header))), true, 4},
		{"in the middle", slices.Concat(c.header, c.pieces[0].bytes(), good(len(c.header)), c.pieces[1].bytes()), false, 2},
		{"points beside a fragment", slices.Concat(file, good(len(c.header)+1)), false, 4},
		{"points nowhere", slices.Concat(file, good(-1)), false, 4},
		{"wrong size in mfro", slices.Concat(file, wrongSize), false, 4},
		{"the encoder's", slices.Concat(file, []byte("\x00\x00\x00\x08mfra")), false, 4},
		{"cut", slices.Concat(file, good(len(c.header))[:40]), false, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scan, err := scanBytes(tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if scan.Sealed != tt.sealed || len(scan.Records) != tt.records {
				t.Errorf("sealed %v, %d records, fault %v", scan.Sealed, len(scan.Records), scan.Fault)
			}
		})
	}
}

// TestOffsetsFromTheEncodersStream puts fragments that count from the start of their
// stream elsewhere.
func TestOffsetsFromTheEncodersStream(t *testing.T) {
	c := readCapture(t, "av-fmp4-basedataoffset.mp4")
	d := &memDisk{}
	w := memWriter(t, d, c.header, SyncNone)
	if err := w.Mark(Mark{Shift: 1}); err != nil {
		t.Fatal(err)
	}
	var want []piece
	for _, p := range slices.Concat(c.pieces, c.pieces) {
		if _, err := w.Append(p.moof, p.mdatHeader, p.payload); err != nil {
			t.Fatal(err)
		}
		want = append(want, p)
	}
	scan, err := scanBytes(d.data)
	if err != nil {
		t.Fatal(err)
	}
	checkRecords(t, scan, want)
}

func TestScanOfAFailingDisk(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	b := c.file()
	d := &memDisk{data: b[:len(b)-1000]}
	if _, err := scanDisk(newFile("mem.ismv", d), int64(len(b)), fmp4.DefaultLimits()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that becomes shorter: %v", err)
	}
}

func FuzzScan(f *testing.F) {
	for _, name := range []string{"1s-fragments-midgop-isml.ismv", "av-cmaf.mp4", "av-ac3-delaymoov-isml.ismv", "av-fmp4-basedataoffset.mp4"} {
		c := readCapture(f, name)
		// The payload does not matter to a scan, and small seeds are quick.
		short := slices.Concat(c.pieces[0].moof, []byte("\x00\x00\x00\x0cmdatdata"))
		f.Add(c.header)
		f.Add(slices.Concat(c.header, short, appendMark(nil, Mark{Shift: -1, Discontinuity: true}), short))
		f.Add(fmp4.AppendMfra(slices.Concat(c.header, short), []fmp4.TrackIndex{{TrackID: 1,
			Entries: []fmp4.IndexEntry{{MoofOffset: uint64(len(c.header))}}}}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		scan, err := scanBytes(b)
		if err != nil {
			return
		}
		if scan.Good > int64(len(b)) || scan.Torn < 0 || !scan.Sealed && scan.Good+scan.Torn != int64(len(b)) {
			t.Fatalf("good %d, torn %d of %d", scan.Good, scan.Torn, len(b))
		}
		for _, r := range scan.Records {
			if _, err := r.Media.Moof(); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Media.WritePayload(io.Discard, 0, r.Media.PayloadSize()); err != nil {
				t.Fatal(err)
			}
		}
		again, err := scanBytes(b[:scan.Good])
		if err != nil || len(again.Records) != len(scan.Records) || again.Torn != 0 {
			t.Fatalf("what is good of it does not read the same: %v", err)
		}
	})
}

// BenchmarkScanDay scans 24 hours of 2 s fragments of one video and one audio track, with
// little in their payloads: a scan does not read those.
func BenchmarkScanDay(b *testing.B) {
	root, c := openRoot(b), readCapture(b, "av-isml.ismv")
	w, err := Create(On(root), "day.ismv", c.header, Options{Sync: SyncNone})
	if err != nil {
		b.Fatal(err)
	}
	for range 43200 {
		for _, p := range c.pieces[:2] {
			header := []byte("\x00\x00\x04\x08mdat")
			if _, err := w.Append(p.moof, header, p.payload[:1024]); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), w.File().Close()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		scan, err := ScanFile(On(root), "day.ismv", fmp4.DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		if len(scan.Records) != 86400 || scan.Fault != nil {
			b.Fatalf("%d records, %v", len(scan.Records), scan.Fault)
		}
		closeFile(b, scan.File)
	}
}

var _ disk = (*os.File)(nil)
