package fmp4

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// stream is what the boxes of one capture came to.
type stream struct {
	boxes     []Box
	ftyp      []byte
	moov      []byte
	manifest  []byte
	init      *Init
	moofs     [][]byte
	fragments []*Fragment
	mfra      []byte
}

// readStream walks a whole stream as ingest would.
func readStream(r io.Reader, l Limits) (*stream, error) {
	s := &stream{}
	in := NewReader(r, l)
	var moof []byte
	var moofAt int64
	for {
		box, err := in.Next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		s.boxes = append(s.boxes, box)
		if box.Type == "mdat" {
			fragments, err := ParseMoof(moof, s.init, l, Position{Moof: moofAt, Payload: box.PayloadOffset()})
			if err != nil {
				return s, err
			}
			for _, f := range fragments {
				if err := f.Check(box.PayloadSize()); err != nil {
					return s, err
				}
			}
			if err := in.Skip(); err != nil {
				return s, err
			}
			s.fragments = append(s.fragments, fragments...)
			continue
		}
		b, err := in.Bytes(0)
		if err != nil {
			return s, err
		}
		switch box.Type {
		case "ftyp":
			s.ftyp = b
		case "uuid":
			s.manifest = b
		case "moov":
			s.moov = b
			if s.init, err = ParseInit(s.ftyp, b, l); err != nil {
				return s, err
			}
		case "moof":
			if s.init == nil {
				return s, errors.New("moof before moov")
			}
			s.moofs = append(s.moofs, b)
			moof, moofAt = b, box.Offset
		case "mfra":
			s.mfra = b
		}
	}
}

func vector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// times lists the fragments of one track as start+duration in ticks, durations being
// those of tfxd where there is one.
func (s *stream) times(track uint32) []string {
	var out []string
	for _, f := range s.fragments {
		if f.TrackID == track {
			d := f.Duration
			if f.HasTfxd {
				d = f.TfxdDuration
			}
			out = append(out, fmt.Sprintf("%d+%d", f.Start, d))
		}
	}
	return out
}

func reader(t testing.TB, name string) io.Reader {
	t.Helper()
	return bytes.NewReader(vector(t, name))
}
