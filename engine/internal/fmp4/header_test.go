package fmp4

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// raw builds a box with a size field that may lie.
func raw(size uint32, boxType string, body ...byte) []byte {
	return append(appendHeader(nil, int(size), boxType), body...)
}

// box builds an honest box.
func box(boxType string, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	return append(appendHeader(nil, 8+len(all), boxType), all...)
}

func large(size uint64, boxType string, body ...byte) []byte {
	b := binary.BigEndian.AppendUint64(raw(1, boxType), size)
	return append(b, body...)
}

func TestReaderHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		in   []byte
		kind Kind // 0 for a box that is accepted
		want Box
	}{
		"plain":             {in: raw(8, "free"), want: Box{Type: "free", Size: 8, HeaderSize: 8}},
		"64-bit":            {in: large(16, "mdat"), want: Box{Type: "mdat", Size: 16, HeaderSize: 16}},
		"size 0":            {in: raw(0, "mdat"), kind: BadSize},
		"size 7":            {in: raw(7, "mdat"), kind: BadSize},
		"64-bit too small":  {in: large(15, "mdat"), kind: BadSize},
		"64-bit zero":       {in: large(0, "mdat"), kind: BadSize},
		"64-bit negative":   {in: large(math.MaxUint64, "mdat"), kind: BadSize},
		"64-bit large":      {in: large(math.MaxInt64, "mdat"), kind: TooLarge},
		"moov at limit":     {in: raw(1<<20, "moov"), want: Box{Type: "moov", Size: 1 << 20, HeaderSize: 8}},
		"moov over limit":   {in: raw(1<<20+1, "moov"), kind: TooLarge},
		"moof over limit":   {in: raw(4<<20+1, "moof"), kind: TooLarge},
		"mdat over limit":   {in: raw(64<<20+1, "mdat"), kind: TooLarge},
		"other over limit":  {in: raw(1<<20+1, "free"), kind: TooLarge},
		"long index":        {in: raw(3<<20, "mfra"), want: Box{Type: "mfra", Size: 3 << 20, HeaderSize: 8}},
		"type not printing": {in: raw(8, "fr\x00e"), kind: Malformed},
		"cut header":        {in: raw(8, "free")[:7], kind: Truncated},
		"cut 64-bit header": {in: large(16, "mdat")[:15], kind: Truncated},
		"cut before 64 bit": {in: large(16, "mdat")[:8], kind: Truncated},
	} {
		got, err := NewReader(bytes.NewReader(c.in), DefaultLimits()).Next()
		var fault *FormatError
		switch {
		case c.kind == 0 && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.kind == 0 && got != c.want:
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		case c.kind != 0 && (!errors.As(err, &fault) || fault.Kind != c.kind):
			t.Errorf("%s: error %v, want kind %v", name, err, c.kind)
		}
	}
}

func TestReaderWalk(t *testing.T) {
	in := bytes.Join([][]byte{
		box("ftyp", []byte("isml0000")), large(20, "mdat", 1, 2, 3, 4), box("free", make([]byte, 100)), box("mfra"),
	}, nil)
	r := NewReader(iotest.HalfReader(bytes.NewReader(in)), DefaultLimits())
	next := func(want Box) {
		t.Helper()
		if got, err := r.Next(); err != nil || got != want {
			t.Fatalf("%+v %v, want %+v", got, err, want)
		}
	}
	next(Box{Type: "ftyp", Size: 16, HeaderSize: 8})
	if b, err := r.Bytes(3); err != nil || string(b) != "\x00\x00\x00\x00\x00\x00\x10ftypisml0000" {
		t.Fatalf("%q %v", b, err)
	}
	next(Box{Type: "mdat", Size: 20, HeaderSize: 16, Offset: 16})
	part := make([]byte, 3)
	if err := r.ReadBody(part); err != nil || !bytes.Equal(part, []byte{1, 2, 3}) || r.Remaining() != 1 {
		t.Fatalf("%v %v %d", part, err, r.Remaining())
	}
	next(Box{Type: "free", Size: 108, HeaderSize: 8, Offset: 36}) // the last byte of mdat is skipped
	if err := r.Skip(); err != nil {
		t.Fatal(err)
	}
	next(Box{Type: "mfra", Size: 8, HeaderSize: 8, Offset: 144})
	if b, err := r.Bytes(0); err != nil || len(b) != 8 {
		t.Fatalf("%x %v", b, err)
	}
	for range 2 {
		if _, err := r.Next(); err != io.EOF {
			t.Fatalf("%v, want a clean end", err)
		}
	}
}

func TestReaderKeepsHeaderOfLargeBox(t *testing.T) {
	in := large(16+200<<10, "mdat", bytes.Repeat([]byte{7}, 200<<10)...)
	r := NewReader(bytes.NewReader(in), DefaultLimits())
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if b, err := r.Bytes(5); err != nil || !bytes.Equal(b[5:], in) {
		t.Fatalf("%d bytes %v", len(b), err)
	}
}

func TestReaderMisuse(t *testing.T) {
	for name, use := range map[string]func(*Reader) error{
		"body before a box": func(r *Reader) error { return r.ReadBody(make([]byte, 1)) },
		"bytes before":      func(r *Reader) error { _, err := r.Bytes(0); return err },
		"body too long": func(r *Reader) error {
			if _, err := r.Next(); err != nil {
				return nil
			}
			return r.ReadBody(make([]byte, 5))
		},
		"bytes of a part": func(r *Reader) error {
			if _, err := r.Next(); err != nil || r.ReadBody(make([]byte, 1)) != nil {
				return nil
			}
			_, err := r.Bytes(0)
			return err
		},
	} {
		r := NewReader(bytes.NewReader(box("free", []byte("four"))), DefaultLimits())
		err := use(r)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if _, again := r.Next(); again != err {
			t.Errorf("%s: %v after %v", name, again, err)
		}
	}
}

// A stream that ends after any byte ends cleanly between boxes and nowhere else.
func TestTruncatedEverywhere(t *testing.T) {
	whole := vector(t, "1s-fragments-midgop-isml.ismv")
	s, err := readStream(bytes.NewReader(whole), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	border := map[int64]bool{0: true}
	for _, b := range s.boxes {
		border[b.Offset+b.Size] = true
	}
	for n := range whole {
		_, err := readStream(bytes.NewReader(whole[:n]), DefaultLimits())
		if border[int64(n)] {
			if err != nil {
				t.Errorf("%d bytes: %v", n, err)
			}
			continue
		}
		var fault *FormatError
		if !errors.As(err, &fault) || fault.Kind != Truncated || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v, want a truncated stream", n, err)
		}
	}
}

func TestReaderPassesErrorsOn(t *testing.T) {
	whole := vector(t, "1s-fragments-midgop-isml.ismv")
	for _, n := range []int64{0, 5, 24, 30, 5000} {
		r := io.MultiReader(io.LimitReader(bytes.NewReader(whole), n), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := readStream(r, DefaultLimits()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("after %d bytes: %v", n, err)
		}
		// net/http ends a broken chunked body this way, between boxes too.
		r = io.MultiReader(io.LimitReader(bytes.NewReader(whole), n), iotest.ErrReader(io.ErrUnexpectedEOF))
		var fault *FormatError
		if _, err := readStream(r, DefaultLimits()); !errors.As(err, &fault) || fault.Kind != Truncated {
			t.Errorf("after %d bytes: %v, want a truncated stream", n, err)
		}
	}
}

// Many encoders that announce large boxes and send nothing must not cost their size.
func TestAnnouncedMemoryIsNotGiven(t *testing.T) {
	const posts = 500
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range posts {
		in := append(raw(64<<20, "mdat"), "a few bytes"...)
		r := NewReader(bytes.NewReader(in), DefaultLimits())
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Bytes(0); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if per := (after.TotalAlloc - before.TotalAlloc) / posts; per > 2*firstStep {
		t.Errorf("each post cost %d bytes", per)
	}
}

// A stream is given at once what it has filled before, and nothing beyond: its next box of that
// size costs its bytes once, and one that is larger grows from there.
func TestProvenSizeIsGivenAtOnce(t *testing.T) {
	const size, larger = 700_000, 60 << 20
	stream := bytes.Repeat(raw(8+size, "mdat", make([]byte, size)...), 3)
	stream = append(stream, raw(larger, "mdat")...)
	r := NewReader(bytes.NewReader(stream), DefaultLimits())
	var asked []int64
	r.Meter(func(n int64) error {
		asked = append(asked, n)
		return nil
	})
	for range 3 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		asked = nil
		if b, err := r.Bytes(0); err != nil || len(b) != 8+size {
			t.Fatal(len(b), err)
		}
	}
	if len(asked) != 1 || asked[0] != 8+size {
		t.Errorf("the third box took memory in steps of %d", asked)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	asked = nil
	if _, err := r.Bytes(0); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if len(asked) != 1 || asked[0] != 8+size {
		t.Errorf("a box that is announced took %d", asked)
	}
}

func TestFormatError(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{faultf(BadSize, "moov", 12, "size %d", 3), `box "moov" at byte 12: size 3`},
		{truncated("", 4, "gone"), "at byte 4: gone"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	var words []string
	for k := BadSize; k <= Malformed+1; k++ {
		words = append(words, k.String())
	}
	if got := strings.Join(words, ", "); got != "bad size, too large, bad order, truncated, unsupported, malformed, kind 7" {
		t.Error(got)
	}
}
