package archive

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"pubpoint/engine/internal/fmp4"
	"pubpoint/engine/internal/presentation"
)

// TestCompositeReadsAcrossPieces lays the fragments of a capture's video behind one another, from
// memory and from the file, and reads every range that begins or ends beside a border.
func TestCompositeReadsAcrossPieces(t *testing.T) {
	scan, err := ScanFile(On(vectors(t)), "1s-fragments-midgop-isml.ismv", fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := scan.File.Close(); err != nil {
			t.Error(err)
		}
	}()
	var c *Composite
	var want []byte
	borders := []int64{0}
	for i, r := range scan.Records {
		f := r.Fragments[0]
		p := Piece{Media: r.Media, Offset: f.PayloadOffset, Size: f.PayloadSize}
		if i%2 == 1 { // some are in memory
			moof, err := r.Media.Moof()
			if err != nil {
				t.Fatal(err)
			}
			p.Media = NewMemory(moof, payloadOf(t, r.Media))
		}
		want = append(want, payloadOf(t, r.Media)[f.PayloadOffset:][:f.PayloadSize]...)
		borders = append(borders, int64(len(want)))
		if c == nil {
			c = NewComposite(scan.Init, p)
		} else {
			c = c.With(p, presentation.Chunk{})
		}
	}
	if c.PayloadSize() != int64(len(want)) || len(c.Pieces()) != len(scan.Records) {
		t.Fatalf("%d bytes in %d pieces, want %d in %d", c.PayloadSize(), len(c.Pieces()), len(want), len(scan.Records))
	}
	for _, from := range borders {
		for _, to := range borders {
			for _, d := range []int64{-1, 0, 1} {
				checkRange(t, c.Clip(), want, from+d, to-from-d)
			}
		}
	}
	moof, err := c.Moof()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := fmp4.ParseMoof(moof, scan.Init, fmp4.DefaultLimits(), fmp4.Position{})
	if err != nil || len(parsed) != 1 || parsed[0].Count != 100 || parsed[0].Syncs != 2 || parsed[0].Duration != 40_000_000 || parsed[0].PayloadSize != c.PayloadSize() {
		t.Fatalf("%+v, %v", parsed, err)
	}
}

// checkRange reads n bytes from off on, or is refused.
func checkRange(t *testing.T, c *Composite, all []byte, off, n int64) {
	t.Helper()
	var b bytes.Buffer
	got, err := c.WritePayload(&b, off, n)
	if off < 0 || n < 0 || off+n > int64(len(all)) {
		if !errors.Is(err, errBounds) || got != 0 {
			t.Fatalf("%d bytes from %d on: %d, %v", n, off, got, err)
		}
		return
	}
	if err != nil || got != n || !bytes.Equal(b.Bytes(), all[off:off+n]) {
		t.Fatalf("%d bytes from %d on: %d, %v", n, off, got, err)
	}
}

// TestCompositeOfWhatIsNotThere asks for samples that a moof does not have, and reads a file that
// was closed.
func TestCompositeOfWhatIsNotThere(t *testing.T) {
	scan, err := ScanFile(On(vectors(t)), "1s-fragments-midgop-isml.ismv", fmp4.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	whole := Piece{Media: scan.Records[0].Media, Size: scan.Records[0].Payload}
	for name, change := range map[string]func(*Piece){
		"another traf":     func(p *Piece) { p.Traf = 1 },
		"too many samples": func(p *Piece) { p.To = 26 },
		"none":             func(p *Piece) { p.From, p.To = 3, 3 },
		"from before":      func(p *Piece) { p.From, p.To = -1, 3 },
	} {
		p := whole
		change(&p)
		if _, err := NewComposite(scan.Init, whole).With(p, presentation.Chunk{}).Moof(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := scan.File.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := NewComposite(scan.Init, whole).Moof(); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed file: %v", err)
	}
}

// payloadOf is all of a payload.
func payloadOf(t testing.TB, m presentation.Media) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WritePayload(&b, 0, m.PayloadSize()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// vectors is the directory of the captures.
func vectors(t *testing.T) *os.Root {
	t.Helper()
	root, err := os.OpenRoot("testdata")
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
