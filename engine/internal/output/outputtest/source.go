package outputtest

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"pubpoint/engine/internal/presentation"
)

// Source is a presentation.Source whose view a test sets. The zero value has none. It is
// safe for concurrent use.
type Source struct {
	view atomic.Pointer[presentation.View]
}

// NewSource returns a source that shows v.
func NewSource(v *presentation.View) *Source {
	s := &Source{}
	s.Show(v)
	return s
}

// Show makes v the newest view.
func (s *Source) Show(v *presentation.View) { s.view.Store(v) }

// View returns what was shown last.
func (s *Source) View() *presentation.View { return s.view.Load() }

// Wait returns the view when it is newer than after, and fails otherwise: nothing moves in
// a test while a format waits.
func (s *Source) Wait(_ context.Context, after uint64) (*presentation.View, error) {
	if v := s.View(); v != nil && v.Version > after {
		return v, nil
	}
	return nil, errors.New("no newer view will come")
}

// memory is Media in memory.
type memory struct {
	moof, payload []byte
}

func (m *memory) Moof() ([]byte, error) { return m.moof, nil }

func (m *memory) PayloadSize() int64 { return int64(len(m.payload)) }

func (m *memory) WritePayload(w io.Writer, off, n int64) (int64, error) {
	if off < 0 || n < 0 || off > int64(len(m.payload)) || n > int64(len(m.payload))-off {
		return 0, io.ErrUnexpectedEOF
	}
	written, err := w.Write(m.payload[off : off+n])
	return int64(written), err
}
