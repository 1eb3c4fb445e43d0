package proc

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadLines(t *testing.T) {
	const limit = 16
	full := strings.Repeat("f", limit)
	for _, test := range []struct {
		name, text string
		want       []string
		cut        int64
	}{
		{"nothing", "", nil, 0},
		{"lines", "a\nb\n", []string{"a", "b"}, 0},
		{"no end", "a\nb", []string{"a", "b"}, 0},
		{"blank", "\n\na\n", []string{"", "", "a"}, 0},
		{"windows", "a\r\nb\r\n", []string{"a", "b"}, 0},
		{"exactly full", full + "\nb\n", []string{full, "b"}, 0},
		{"exactly full, no end", full, []string{full}, 0},
		{"one too long", full + "g\nb\n", []string{full, "b"}, 1},
		{"much too long", strings.Repeat(full, 9) + "\nb\n", []string{full, "b"}, 1},
		{"too long, no end", full + full + full, []string{full}, 1},
		{"twice", full + full + "\n" + full + full + "\n", []string{full, full}, 2},
	} {
		for _, reader := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.DataErrReader, iotest.HalfReader} {
			var got []string
			cut, err := readLines(reader(strings.NewReader(test.text)), limit, func(line []byte) {
				got = append(got, string(line))
			})
			if !slices.Equal(got, test.want) || cut != test.cut || err != nil {
				t.Errorf("%s: lines %q, cut %d, err %v; want %q, %d", test.name, got, cut, err, test.want, test.cut)
			}
		}
	}
}

func TestReadLinesTellsTheError(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken))
	var got []string
	_, err := readLines(r, 64, func(line []byte) { got = append(got, string(line)) })
	if !errors.Is(err, broken) || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("lines %q, err %v", got, err)
	}
}

func FuzzReadLines(f *testing.F) {
	f.Add([]byte("frame=1\nprogress=continue\n"), 16)
	f.Add(bytes.Repeat([]byte("x"), 100), 20)
	f.Add([]byte("a\r\n\r\nb"), 40)
	f.Fuzz(func(t *testing.T, text []byte, limit int) {
		limit = 16 + max(limit, 0)%4096
		if _, err := readLines(bytes.NewReader(text), limit, func(line []byte) {
			if len(line) > limit || bytes.IndexByte(line, '\n') >= 0 {
				t.Fatalf("line %q with a limit of %d", line, limit)
			}
		}); err != nil {
			t.Fatal(err)
		}
	})
}
