package settings

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"pubpoint/engine"
)

// Store writes one settings file. Its methods may be called from any goroutine. It reads
// the file anew before every change, so that what was edited by hand meanwhile is kept.
type Store struct {
	path string
	mu   sync.Mutex
}

// NewStore returns a store for the file at path, which need not exist.
func NewStore(path string) *Store { return &Store{path: path} }

// Update lets change edit the document and saves it: the file holds all of it or none. When
// an error is returned the file is as it was.
func (s *Store) Update(change func(*Document)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, err := Load(s.path)
	if err != nil {
		return err
	}
	change(&doc)
	doc.Version = Version
	if err := doc.validate(); err != nil {
		return &FileError{Path: s.path, Text: err.Error(), Err: err}
	}
	text, err := doc.encode()
	if err != nil {
		return err
	}
	// What cannot be read again would keep the program from starting.
	if len(text) > maxFile {
		return &FileError{Path: s.path, Text: "would become too large for a settings file; remove encoders that are not needed"}
	}
	if _, err := decode(text); err != nil {
		return &FileError{Path: s.path, Text: "cannot hold this: " + err.Error() + "; choose a file whose name is UTF-8", Err: err}
	}
	if err := writeFile(s.path, text); err != nil {
		return &FileError{Path: s.path, Text: "cannot be written: " + cause(err) + "; make room or correct its permissions", Err: err}
	}
	return nil
}

// Encoders returns what is remembered of encoders, ordered by id.
func (s *Store) Encoders() (iter.Seq2[engine.EncoderSpec, engine.Order], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, err := Load(s.path)
	if err != nil {
		return nil, err
	}
	return func(yield func(engine.EncoderSpec, engine.Order) bool) {
		for _, e := range doc.Encoders {
			if !yield(e.EncoderSpec, e.Order) {
				return
			}
		}
	}, nil
}

// SaveEncoder remembers an encoder and what is ordered of it, in place of what was
// remembered of the same id.
func (s *Store) SaveEncoder(spec engine.EncoderSpec, order engine.Order) error {
	return s.Update(func(doc *Document) {
		forget(doc, spec.ID)
		doc.Encoders = append(doc.Encoders, Encoder{EncoderSpec: spec, Order: order})
		slices.SortFunc(doc.Encoders, func(a, b Encoder) int { return cmp.Compare(a.ID, b.ID) })
	})
}

// ForgetEncoder forgets an encoder. It is no error when nothing was remembered of it.
func (s *Store) ForgetEncoder(id string) error {
	return s.Update(func(doc *Document) { forget(doc, id) })
}

func forget(doc *Document, id string) {
	doc.Encoders = slices.DeleteFunc(doc.Encoders, func(e Encoder) bool { return e.ID == id })
}

// writeFile puts text into the file at path, readable by its owner alone: under another
// name first, so that no crash leaves half of it.
func writeFile(path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make folder of settings: %w", err)
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("make temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			// The first failure is the one to tell; what is left over harms nobody.
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write temporary file: %w", err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("put settings into place: %w", err)
	}
	return syncDir(dir)
}

// syncDir makes a rename last. Windows has nothing of the kind.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder of settings: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder of settings: %w", err)
	}
	return nil
}
