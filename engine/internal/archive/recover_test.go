package archive

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/internal/fmp4"
)

// marked is an archive with a mark in it, sealed, and where its fragments end.
func marked(t testing.TB) (c capture, file []byte, ends []int) {
	c = readCapture(t, "1s-fragments-midgop-isml.ismv")
	d := &memDisk{}
	w := memWriter(t, d, c.header, SyncNone)
	var index fmp4.TrackIndex
	for i, p := range c.pieces {
		if i == 2 {
			if err := w.Mark(Mark{Shift: 70_000_000, Discontinuity: true}); err != nil {
				t.Fatal(err)
			}
		}
		m, err := w.Append(p.moof, p.mdatHeader, p.payload)
		if err != nil {
			t.Fatal(err)
		}
		index.Entries = append(index.Entries, fmp4.IndexEntry{MoofOffset: uint64(m.Offset())})
		ends = append(ends, int(w.Size()))
	}
	if err := w.Seal([]fmp4.TrackIndex{index}); err != nil {
		t.Fatal(err)
	}
	return c, d.data, ends
}

// TestKilledAtEveryByte scans a sealed file cut off at every length.
func TestKilledAtEveryByte(t *testing.T) {
	c, file, ends := marked(t)
	for n := range len(file) {
		scan, err := scanBytes(file[:n])
		if n < len(c.header) {
			if !errors.Is(err, ErrNoHeader) {
				t.Fatalf("%d bytes: %v, want no header", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		whole := len(c.pieces)
		for whole > 0 && ends[whole-1] > n {
			whole--
		}
		good := len(c.header)
		if whole > 0 {
			good = ends[whole-1]
		}
		if len(scan.Records) != whole || scan.Good != int64(good) || scan.Torn != int64(n-good) || scan.Sealed {
			t.Fatalf("%d bytes: %d records, good %d, torn %d, sealed %v; want %d, %d, %d",
				n, len(scan.Records), scan.Good, scan.Torn, scan.Sealed, whole, good, n-good)
		}
		if scan.Fault != nil && !isTruncated(scan.Fault) {
			t.Fatalf("%d bytes: fault %v would not be recovered from", n, scan.Fault)
		}
	}
}

// TestRecoverAndGoOn cuts a file at many lengths, recovers it, and appends what the cut
// cost: the result must be what it would have been.
func TestRecoverAndGoOn(t *testing.T) {
	c, file, ends := marked(t)
	root := openRoot(t)
	unsealed := file[:ends[len(ends)-1]]
	lengths := []int{len(c.header), len(c.header) + 1, len(file) - 1}
	for _, e := range ends {
		lengths = append(lengths, e-1, e, min(e+1, len(file)), min(e+40, len(file)-1))
	}
	for n := len(c.header); n < len(file); n += 997 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		if err := root.WriteFile("s.ismv", file[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		scan := scanFile(t, root, "s.ismv")
		if scan.Torn > 0 {
			if _, err := Reopen(On(root), scan, Options{}); engine.KindOf(err) != engine.Conflict {
				t.Fatalf("%d bytes: a torn file was opened: %v", n, err)
			}
		}
		if err := Recover(On(root), scan); err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		w, err := Reopen(On(root), scan, Options{Sync: SyncNone})
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		for i, p := range c.pieces[len(scan.Records):] {
			if i+len(scan.Records) >= 2 {
				m := Mark{Shift: 70_000_000, Discontinuity: i+len(scan.Records) == 2}
				if err := w.Mark(m); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Append(p.moof, p.mdatHeader, p.payload); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), w.File().Close()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(readFile(t, root, "s.ismv"), unsealed) {
			t.Fatalf("%d bytes: the file that was continued is not the one that was never cut", n)
		}
	}
}

func TestRecoverCutsWhatIsExplained(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	file := c.file()
	flipped := bytes.Clone(file)
	flipped[len(c.header)+len(c.pieces[0].bytes())+4] = 0xff // the type of the second moof
	huge := bytes.Clone(file)
	huge[len(c.header)+len(c.pieces[0].bytes())] = 0x7f // the size of the second moof
	tests := []struct {
		name string
		data []byte
		kept int // fragments; -1 when the file must stay as it is
	}{
		{"zero bytes after a power cut", slices.Concat(file, make([]byte, 100_000)), 4},
		{"the encoder's empty index", slices.Concat(file, []byte("\x00\x00\x00\x08mfra")), 4},
		{"a moof without its mdat", slices.Concat(file, c.pieces[0].moof), 4},
		{"damage in the middle", flipped, -1},
		{"damage that looks like a huge box", huge, -1},
		{"zero bytes, and media behind", slices.Concat(file, make([]byte, 5000), c.pieces[0].bytes()), -1},
	}
	root := openRoot(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := root.WriteFile("s.ismv", tt.data, 0o644); err != nil {
				t.Fatal(err)
			}
			scan := scanFile(t, root, "s.ismv")
			err := Recover(On(root), scan)
			got := readFile(t, root, "s.ismv")
			if tt.kept < 0 {
				if engine.KindOf(err) != engine.Conflict || !bytes.Equal(got, tt.data) {
					t.Errorf("error %v, file changed %v", err, !bytes.Equal(got, tt.data))
				}
				return
			}
			want := capture{header: c.header, pieces: c.pieces[:tt.kept]}.file()
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("error %v, %d bytes left, want %d", err, len(got), len(want))
			}
		})
	}
}

func TestRecoverLeavesAFileThatGrew(t *testing.T) {
	c := readCapture(t, "1s-fragments-midgop-isml.ismv")
	root, torn := openRoot(t), append(c.file(), 0)
	if err := root.WriteFile("s.ismv", torn, 0o644); err != nil {
		t.Fatal(err)
	}
	scan := scanFile(t, root, "s.ismv")
	if err := root.WriteFile("s.ismv", append(torn, 0), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Recover(On(root), scan); engine.KindOf(err) != engine.Storage {
		t.Errorf("recover of a file that grew: %v", err)
	}
}

func TestReopenRefusesSealed(t *testing.T) {
	root := openRoot(t)
	if err := root.WriteFile("s.ismv", vector(t, "av-plain.ismv"), 0o644); err != nil {
		t.Fatal(err)
	}
	scan := scanFile(t, root, "s.ismv")
	if err := Recover(On(root), scan); err != nil {
		t.Fatal(err)
	}
	if _, err := Reopen(On(root), scan, Options{}); !errors.Is(err, ErrSealed) {
		t.Errorf("reopen: %v", err)
	}
}
