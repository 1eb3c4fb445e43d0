package origin

import (
	"strings"
	"testing"
)

// TestAccessThatIsTakenBack removes credentials that stand in the file under a key in capitals.
func TestAccessThatIsTakenBack(t *testing.T) {
	old := []byte("Ingest_Auth = [\"bearer a:$sha256$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"]\nPlay_From = [\"10.0.0.0/8\"]\n")
	cfg, said, err := parsePointFile(old)
	if err != nil || len(said.rules.Secrets) != 1 || len(said.rules.PlayFrom) != 1 {
		t.Fatalf("%+v %v", said, err)
	}
	said.rules.Secrets = nil
	file, err := writePointFile(old, cfg, said.rules)
	if err != nil || strings.Contains(strings.ToLower(string(file)), "ingest_auth") || strings.Count(strings.ToLower(string(file)), "play_from") != 1 {
		t.Errorf("%s %v", file, err)
	}
}
