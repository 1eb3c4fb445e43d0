//go:build unix

package point

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pubpoint/engine"
)

// TestPipesAmongTheFilesDoNotHang has a pipe lie where a file of an event belongs: whoever
// opens it to read waits until somebody writes.
func TestPipesAmongTheFilesDoNotHang(t *testing.T) {
	const manifest = `<?xml version="1.0" encoding="utf-8"?><smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head/><body><switch>` +
		`<video src="x.ismv" systemBitrate="1000"><param name="trackID" value="1" valuetype="data"/></video></switch></body></smil>`
	for name, manifest := range map[string]string{"oceans.ism": "", "x.ismv": manifest} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "oceans.isml")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if manifest != "" {
				if err := os.WriteFile(filepath.Join(dir, "oceans.ism"), []byte(manifest), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
				t.Fatal(err)
			}
			told := make(chan string, 100)
			p := New(Config{
				Name: "oceans", Open: func() (*os.Root, error) { return os.OpenRoot(dir) }, Settings: engine.DefaultPointConfig(),
				Tell: func(_ engine.Severity, text string) { told <- text },
			})
			ctx, cancel := context.WithCancel(t.Context())
			ran := make(chan error, 1)
			go func() { ran <- p.Run(ctx) }()
			late := time.NewTimer(time.Minute)
			defer late.Stop()
			select {
			case <-p.Loaded():
			case <-late.C:
				t.Fatal("the directory was never read")
			}
			if st := p.Status(); st.State != engine.StateIdle || len(told) == 0 {
				t.Fatalf("state %s, %d told", st.State, len(told))
			}
			cancel()
			if err := <-ran; err != nil {
				t.Fatal(err)
			}
		})
	}
}
