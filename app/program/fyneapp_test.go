package program

import (
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"
)

// The metadata is in FyneApp.toml for the packager and in code for the programs.
func TestFyneAppSaysTheSame(t *testing.T) {
	path := filepath.Join("..", "..", "FyneApp.toml")
	var file struct {
		Details struct {
			Name, ID, Version string
			Build             int
		}
	}
	_, err := toml.DecodeFile(path, &file)
	if err != nil {
		t.Fatal(err)
	}
	d := file.Details
	if d.Name != Name || d.ID != ID || d.Version != Version || d.Build != Build {
		t.Errorf("FyneApp.toml says %+v, the code %s %s %s %d", d, Name, ID, Version, Build)
	}
}
