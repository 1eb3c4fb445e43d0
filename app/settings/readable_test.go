package settings

import (
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine"
)

// What the store writes it must be able to read again.
func TestStoreWritesOnlyWhatItReads(t *testing.T) {
	for name, path := range map[string]string{
		"latin1 file name": "/srv/caf\xe9.mp4",
		"nul":              "/srv/a\x00b",
		"long":             "/" + strings.Repeat("x", maxFile),
	} {
		s := NewStore(filepath.Join(t.TempDir(), "pubpoint.toml"))
		spec := demo()
		spec.Input = engine.EncoderInput{Kind: engine.InputFile, Path: path}
		saved := s.SaveEncoder(spec, engine.OrderRun)
		if _, err := Load(s.path); err != nil {
			t.Errorf("%s: SaveEncoder said %v; then Load: %.160s", name, saved, err)
		}
	}
}
