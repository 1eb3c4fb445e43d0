package archive

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
)

func TestPayloadRanges(t *testing.T) {
	payload := bytes.Repeat([]byte("0123456789"), 20_000) // more than a copy buffer
	moof := []byte("moof")
	d := &memDisk{}
	w := memWriter(t, d, []byte("header"), SyncNone)
	cold, err := w.Append(moof, []byte("8 bytes."), payload)
	if err != nil {
		t.Fatal(err)
	}
	cold.Cool()
	memory := NewMemory(moof, payload)
	memory.Cool()
	n := int64(len(payload))
	tests := []struct {
		off, n int64
		ok     bool
	}{
		{0, 0, true}, {0, n, true}, {n, 0, true}, {1, n - 1, true}, {n - 1, 1, true}, {copySize - 1, copySize + 2, true},
		{0, n + 1, false}, {n, 1, false}, {n + 1, 0, false}, {-1, 1, false}, {0, -1, false}, {1 << 62, 1 << 62, false},
	}
	for _, tt := range tests {
		for name, m := range map[string]*Media{"file": cold, "memory": memory} {
			var got bytes.Buffer
			written, err := m.WritePayload(&got, tt.off, tt.n)
			if (err == nil) != tt.ok || written != int64(got.Len()) {
				t.Errorf("%s: WritePayload(%d, %d) = %d, %v", name, tt.off, tt.n, written, err)
			}
			if tt.ok && !bytes.Equal(got.Bytes(), payload[tt.off:tt.off+tt.n]) {
				t.Errorf("%s: WritePayload(%d, %d) wrote other bytes", name, tt.off, tt.n)
			}
		}
	}
	if memory.Offset() != -1 || memory.Size() != int64(len(moof))+8+n || !memory.Hot() {
		t.Errorf("memory: Offset %d, Size %d, Hot %v", memory.Offset(), memory.Size(), memory.Hot())
	}
}

// failing is a viewer that goes away after some bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n := f.left
		f.left = 0
		return n, io.ErrClosedPipe
	}
	f.left -= len(p)
	return len(p), nil
}

func TestViewerGoesAway(t *testing.T) {
	d := &memDisk{}
	w := memWriter(t, d, []byte("header"), SyncNone)
	m, err := w.Append([]byte("moof"), []byte("8 bytes."), make([]byte, 3*copySize))
	if err != nil {
		t.Fatal(err)
	}
	for _, cool := range []bool{false, true} {
		if cool {
			m.Cool()
		}
		n, err := m.WritePayload(&failing{left: copySize + 10}, 0, m.PayloadSize())
		if n != copySize+10 || !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("cool %v: %d, %v", cool, n, err)
		}
	}
}

func TestReadAfterRenameAndClose(t *testing.T) {
	root, c := openRoot(t), readCapture(t, "1s-fragments-midgop-isml.ismv")
	w, err := Create(On(root), "s.ismv", c.header, Options{Sync: SyncNone})
	if err != nil {
		t.Fatal(err)
	}
	p := c.pieces[0]
	m, err := w.Append(p.moof, p.mdatHeader, p.payload)
	if err != nil {
		t.Fatal(err)
	}
	m.Cool()
	if err := w.Seal(nil); err != nil {
		t.Fatal(err)
	}
	if err := root.Mkdir("old", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := root.Rename("s.ismv", "old/s.ismv"); err != nil {
		t.Fatal(err)
	}
	checkMedia(t, m, p)
	closeFile(t, w.File())
	closeFile(t, w.File())
	if _, err := m.Moof(); !errors.Is(err, ErrClosed) {
		t.Errorf("moof after close: %v", err)
	}
	if n, err := m.WritePayload(io.Discard, 0, 1); n != 0 || !errors.Is(err, ErrClosed) {
		t.Errorf("payload after close: %d, %v", n, err)
	}
}

func TestCoolWhileRead(t *testing.T) {
	root, c := openRoot(t), readCapture(t, "1s-fragments-midgop-isml.ismv")
	w, err := Create(On(root), "s.ismv", c.header, Options{Sync: SyncNone})
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(t, w.File())
	var readers sync.WaitGroup
	for _, p := range c.pieces {
		m, err := w.Append(p.moof, p.mdatHeader, p.payload)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			readers.Go(func() {
				var b bytes.Buffer
				for range 50 {
					b.Reset()
					if _, err := m.WritePayload(&b, 0, m.PayloadSize()); err != nil || !bytes.Equal(b.Bytes(), p.payload) {
						t.Errorf("payload while cooling: %v", err)
					}
				}
			})
		}
		m.Cool()
	}
	readers.Wait()
}
