//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// house is where a server keeps its things. It outlives the server's process.
type house struct {
	root   string // document root
	config string // settings file; the token lies beside it
	listen string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	return &house{root: filepath.Join(dir, "www"), config: filepath.Join(dir, "conf", "pubpoint.toml"), listen: "127.0.0.1:0"}
}

// mkdir makes a publishing point as the documentation says: a directory.
func (h *house) mkdir(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(h.path(name), 0o755); err != nil {
		t.Fatal(err)
	}
}

// path is a place in a point's directory.
func (h *house) path(point string, elements ...string) string {
	return filepath.Join(append([]string{h.root, filepath.FromSlash(point) + ".isml"}, elements...)...)
}

// read reads a file of a point.
func (h *house) read(t *testing.T, point, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(h.path(point, file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// server is a running pubpointd.
type server struct {
	*process
	*house
	media, admin string // base addresses
	token        string
}

// start runs pubpointd and waits until it listens.
func (h *house) start(t *testing.T, change ...func(*exec.Cmd)) *server {
	t.Helper()
	return h.startProgram(t, "pubpointd", change...)
}

// startProgram runs either program and waits until it listens.
func (h *house) startProgram(t *testing.T, name string, change ...func(*exec.Cmd)) *server {
	t.Helper()
	cmd := exec.Command(program(t, name), "-root", h.root, "-listen", h.listen, "-admin", "127.0.0.1:0", "-config", h.config)
	for _, c := range change {
		c(cmd)
	}
	s := &server{process: launch(t, cmd), house: h}
	at := s.out.await(t, `msg=listening media=(\S+) admin=(\S+)`)
	s.media, s.admin = "http://"+at[1], "http://"+at[2]
	// Another start is at the same address, as an encoder expects that comes back.
	h.listen = at[1]
	token, err := os.ReadFile(filepath.Join(filepath.Dir(h.config), "token"))
	if err != nil {
		t.Fatal(err)
	}
	s.token = strings.TrimSpace(string(token))
	return s
}

// terminate asks the server to end, as a service manager does, and returns its exit code.
func (s *server) terminate(t *testing.T) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	return s.wait(t)
}

// url is an address below a point.
func (s *server) url(point, rest string) string { return s.media + "/" + point + ".isml/" + rest }

// ingest is the address that the documentation gives to encoders.
func (s *server) ingest(point, stream string) string {
	return s.url(point, filepath.Base(point)+".ism?stream_id="+stream+".ismv")
}

// api asks the admin listener and decodes its answer.
func (s *server) api(t *testing.T, method, path string, body, answer any) int {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.admin+path, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			t.Fatalf("%s %s answered %d %s: %v", method, path, resp.StatusCode, text, err)
		}
	}
	return resp.StatusCode
}

// state is a point's state; "" when it is not there.
func (s *server) state(t *testing.T, point string) string {
	t.Helper()
	var answer struct{ State string }
	s.api(t, http.MethodGet, "/api/v1/points/"+point, nil, &answer)
	return answer.State
}

// awaitState waits until a point is in a state.
func (s *server) awaitState(t *testing.T, point, want string) {
	t.Helper()
	eventually(t, point+" is "+want, func() (any, bool) {
		got := s.state(t, point)
		return got, got == want
	})
}

// order asks for a state as an operator's script does.
func (s *server) order(t *testing.T, point, state string) {
	t.Helper()
	var answer struct{ State, Detail string }
	if status := s.api(t, http.MethodPut, "/api/v1/points/"+point+"/state", map[string]string{"state": state}, &answer); status != http.StatusOK {
		t.Fatalf("ordering %s: %d %s", state, status, answer.Detail)
	}
}
