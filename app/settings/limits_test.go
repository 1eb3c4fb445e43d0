package settings

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLimitsOfTheFile reads the table, keeps it when the program writes the file, and says what is wrong in it.
func TestLimitsOfTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pubpoint.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parse := func() (Settings, error) {
		return Parse("pubpointd", []string{"-config", file, "-root", "/x"}, func(string) string { return "" }, io.Discard)
	}
	write("version = 1\n[limits]\nconnections = 12\nrequests-per-address = -1\nmoov = 2097152\nshields = [\"10.0.0.0/8\"]\n")
	s, err := parse()
	if err != nil || s.Limits == nil || s.Limits.Connections != 12 || s.Limits.RequestsPerAddress != -1 || s.Limits.Moov != 2<<20 || len(s.Limits.Shields) != 1 {
		t.Fatalf("%+v %v", s.Limits, err)
	}
	if err := NewStore(file).Update(func(d *Document) { d.Theme = "dark" }); err != nil {
		t.Fatal(err)
	}
	if again, err := parse(); err != nil || again.Limits == nil || again.Limits.Connections != 12 || again.Limits.RequestsPerAddress != -1 {
		t.Errorf("written again: %+v %v", again.Limits, err)
	}
	for text, want := range map[string]string{
		"connections = 0\nconections = 3": "there is no setting", "connections = -2": "connections is -2; write 1 to",
		"shields = [\"cdn.example\"]": "write an address or a network", "ingest-memory = 5": "at least moof and mdat together", "moov = \"big\"": "moov",
	} {
		write("version = 1\n[limits]\n" + text + "\n")
		if _, err := parse(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v, want a sentence with %q", text, err, want)
		}
	}
	write("version = 1\n")
	if s, err := parse(); err != nil || s.Limits != nil {
		t.Errorf("without the table %+v %v", s.Limits, err)
	}
}
