package archive

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pubpoint/engine/internal/fmp4"
)

// piece is one fragment as an encoder sent it.
type piece struct {
	moof, mdatHeader, payload []byte
}

// bytes is the piece as it is in a file.
func (p piece) bytes() []byte {
	return bytes.Join([][]byte{p.moof, p.mdatHeader, p.payload}, nil)
}

// capture is what an encoder sent, in parts.
type capture struct {
	header []byte
	pieces []piece
}

// file is the archive that c must become, unsealed.
func (c capture) file() []byte {
	out := bytes.Clone(c.header)
	for _, p := range c.pieces {
		out = append(out, p.bytes()...)
	}
	return out
}

func vector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readCapture cuts a capture as ingest does. A torn end is left out.
func readCapture(t testing.TB, name string) capture {
	t.Helper()
	var c capture
	var moof []byte
	in := fmp4.NewReader(bytes.NewReader(vector(t, name)), fmp4.DefaultLimits())
	for {
		box, err := in.Next()
		if err != nil {
			if err != io.EOF {
				t.Logf("%s ends with: %v", name, err)
			}
			return c
		}
		b, err := in.Bytes(0)
		if err != nil {
			t.Logf("%s ends with: %v", name, err)
			return c
		}
		switch box.Type {
		case "ftyp", "uuid", "moov":
			c.header = append(c.header, b...)
		case "moof":
			moof = b
		case "mdat":
			c.pieces = append(c.pieces, piece{moof, b[:box.HeaderSize], b[box.HeaderSize:]})
		}
	}
}

func openRoot(t testing.TB) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	return root
}

func readFile(t testing.TB, root *os.Root, name string) []byte {
	t.Helper()
	b, err := root.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func closeFile(t testing.TB, f *File) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func scanFile(t testing.TB, root *os.Root, name string) *Scan {
	t.Helper()
	scan, err := ScanFile(On(root), name, fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeFile(t, scan.File) })
	return scan
}

// checkRecords compares what a scan found with what was appended.
func checkRecords(t testing.TB, scan *Scan, want []piece) {
	t.Helper()
	if len(scan.Records) != len(want) {
		t.Fatalf("scan found %d fragments, want %d", len(scan.Records), len(want))
	}
	for i, r := range scan.Records {
		checkMedia(t, r.Media, want[i])
	}
}

func checkMedia(t testing.TB, m *Media, want piece) {
	t.Helper()
	moof, err := m.Moof()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(moof, want.moof) {
		t.Fatal("the moof is not what was appended")
	}
	var payload bytes.Buffer
	if n, err := m.WritePayload(&payload, 0, m.PayloadSize()); err != nil || n != int64(len(want.payload)) {
		t.Fatalf("WritePayload = %d, %v, want %d bytes", n, err, len(want.payload))
	}
	if !bytes.Equal(payload.Bytes(), want.payload) {
		t.Fatal("the payload is not what was appended")
	}
}

// memDisk is a disk in memory that can be told to fail.
type memDisk struct {
	mu     sync.Mutex
	data   []byte
	closed bool
	syncs  int
	// write, cut and sync are asked before each operation; nil lets it succeed. write
	// returns how many bytes are still taken before its error.
	write func(n int) (int, error)
	cut   func() error
	sync  func() error
}

func (d *memDisk) ReadAt(p []byte, off int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return 0, os.ErrClosed
	}
	return bytes.NewReader(d.data).ReadAt(p, off)
}

func (d *memDisk) WriteAt(p []byte, off int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := len(p), error(nil)
	if d.write != nil {
		n, err = d.write(len(p))
	}
	if need := int(off) + n - len(d.data); need > 0 {
		d.data = append(d.data, make([]byte, need)...)
	}
	copy(d.data[off:], p[:n])
	return n, err
}

func (d *memDisk) Truncate(size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cut != nil {
		if err := d.cut(); err != nil {
			return err
		}
	}
	d.data = d.data[:size]
	return nil
}

func (d *memDisk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	if d.sync != nil {
		return d.sync()
	}
	return nil
}

func (d *memDisk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

// memWriter begins an archive on d.
func memWriter(t testing.TB, d disk, header []byte, policy SyncPolicy) *Writer {
	t.Helper()
	w := newWriter(newFile("mem.ismv", d), Options{Sync: policy})
	if err := w.begin(header); err != nil {
		t.Fatal(err)
	}
	return w
}
