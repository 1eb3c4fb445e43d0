//go:build unix

package encoder

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestRealInputsLeadNowhere has the real ffmpeg read a playlist that leads to another protocol, and names
// that are addresses of other protocols, as a chosen file and by own arguments: it asks for nothing.
func TestRealInputsLeadNowhere(t *testing.T) {
	tool := realTool(t)
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	list := filepath.Join(t.TempDir(), "list.m3u8")
	if err := os.WriteFile(list, []byte("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n"+server.URL+"/a.ts\n#EXT-X-ENDLIST\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, name := range []string{list, "concat:" + list, "data:text/plain,x", "subfile,,start,0,end,9,,:" + list, server.URL + "/b.ts"} {
		for kind, in := range map[string]Input{"a file": {Kind: File, Path: name}, "own arguments": {Kind: Custom, Args: []string{"-i", "file:" + name}}} {
			spec := base(in)
			args := append(append(common(), encodeArgs(spec, tool)...), "-f", "null", "-")
			out, err := exec.CommandContext(ctx, tool.Path, args...).CombinedOutput()
			if err == nil || ctx.Err() != nil {
				t.Errorf("%s as %s was read: %v %.300s", name, kind, err, out)
			}
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("ffmpeg asked %d times", n)
	}
	if out, err := exec.CommandContext(ctx, tool.Path, append(guarded([]string{"-i", list}), "-f", "null", "-")...).CombinedOutput(); err == nil || !strings.Contains(string(out), "not on whitelist") {
		t.Errorf("%v %.300s", err, out)
	}
}
