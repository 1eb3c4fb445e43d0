package origin_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pubpoint/engine"
)

// TestAccessThatCannotBeKeptTakesNothingIn has point.toml limit who may publish, which this
// version cannot do: nobody may, and everybody is told why.
func TestAccessThatCannotBeKeptTakesNothingIn(t *testing.T) {
	for name, settings := range map[string]string{
		"password":  "ingest_auth = \"user:secret\"\n",
		"addresses": "title = \"Sea\"\nallow_from = [\"10.0.0.0/8\"]\n",
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "oceans.isml")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "point.toml"), []byte(settings), 0o644); err != nil {
				t.Fatal(err)
			}
			r := run(t, root)
			st := r.awaitState("oceans", engine.StateError)
			if !strings.Contains(st.Reason, "ingest_auth") || st.Action == "" || strings.Contains(st.Reason, "secret") {
				t.Fatalf("reason %q, action %q", st.Reason, st.Action)
			}
			if err := r.SetPointState(t.Context(), "oceans", engine.StateStarted); err == nil {
				t.Fatal("it was started")
			}
			resp, err := http.Post(r.Addresses().Media+"/oceans.isml/Streams(x)", "", io.MultiReader(bytes.NewReader(vector(t, "audio-only-2s-isml.ismv"))))
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, resp.Body)
			text, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode < 400 || !strings.Contains(string(text), "ingest_auth") {
				t.Fatalf("the encoder got %d %s", resp.StatusCode, text)
			}
			files, err := os.ReadDir(dir)
			if err != nil || len(files) != 1 {
				t.Fatalf("files %v, %v", files, err)
			}
		})
	}
}
