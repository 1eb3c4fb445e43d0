//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// noticed is how much media an encoder may make before it has noticed that nobody takes
// it. Its key frames are a second apart, and it only sends at those.
const noticed = 6 * time.Second

// refusedCase is a push that no server should take.
type refusedCase struct {
	name   string
	status int
	point  string
	stream string
	codec  string // video encoder; empty means libx264
	says   string // part of the sentence that the operator is given
	late   bool   // the reason is in the stream, so that it cannot be told before that is sent
}

func TestRefusedEncodersNotice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	h.mkdir(t, "ended")
	s := h.start(t)
	end(t, s)
	for _, c := range []refusedCase{
		{name: "unknown point", status: http.StatusNotFound, point: "atlantis", stream: "atlantis-400k", says: "atlantis.isml"},
		{name: "bad stream id", status: http.StatusBadRequest, point: "oceans", stream: "..%2F..%2Foceans-400k"},
		{name: "stopped point", status: http.StatusConflict, point: "ended", stream: "ended-400k", says: "start"},
		{name: "unknown codec", status: http.StatusUnsupportedMediaType, point: "oceans", stream: "oceans-400k", codec: "mpeg4", says: "libx264", late: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, expect := range []string{"0", "1"} {
				refused(t, s, c, expect)
			}
			sentence(t, s, c)
		})
	}
	if entries, err := os.ReadDir(h.path("oceans")); err != nil || len(entries) != 0 {
		t.Errorf("encoders that were refused have left %v, %v", entries, err)
	}
}

// end has an event on the point "ended" and stops it by the API while its encoder sends.
func end(t *testing.T, s *server) {
	t.Helper()
	encoder := ffmpeg(t, live(push(s.ingest("ended", liveStream))...)...)
	v := watch(t, s.url("ended", "Manifest"))
	v.await(t, 1)
	s.order(t, "ended", "stopped")
	if code := encoder.wait(t); code != 1 {
		t.Errorf("the encoder of a point that was stopped ended with %d, not 1", code)
	}
	v.leave(t)
	v.sameStill(t)
	if got := s.state(t, "ended"); got != "stopped" {
		t.Errorf("the point is %s", got)
	}
}

// refused runs an encoder that would send for ever and checks that it gives up.
func refused(t *testing.T, s *server, c refusedCase, expect string) {
	t.Helper()
	codec := c.codec
	if codec == "" {
		codec = "libx264"
	}
	args := strings.Fields("-re -f lavfi -i testsrc2=size=160x90:rate=25 -c:v " + codec + " -b:v 400k -g 25 -bf 0 -f ismv -movflags isml+frag_keyframe -send_expect_100 " + expect)
	encoder := ffmpeg(t, append(args, s.ingest(c.point, c.stream))...)
	if code := encoder.wait(t); code != 1 {
		t.Errorf("Expect %s: the encoder ended with %d, not 1", expect, code)
	}
	if made := media(t, encoder); made > noticed {
		t.Errorf("Expect %s: the encoder noticed only after %s", expect, made)
	}
	told := fmt.Sprintf("HTTP error %d ", c.status)
	if expect == "1" && !c.late && !strings.Contains(encoder.out.String(), told) {
		t.Errorf("the encoder was not told %q:\n%s", told, encoder.out)
	}
}

// media is how much an encoder had made when it last said so.
func media(t *testing.T, encoder *process) time.Duration {
	t.Helper()
	all := regexp.MustCompile(`time=(\d+):(\d+):(\d+\.\d+)`).FindAllStringSubmatch(encoder.out.String(), -1)
	if len(all) == 0 {
		return 0 // it did not come to it
	}
	last := all[len(all)-1]
	made, err := time.ParseDuration(last[1] + "h" + last[2] + "m" + last[3] + "s")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// sentence asks as a script does and reads the problem; where the point exists its list of
// refusals has it, too.
func sentence(t *testing.T, s *server, c refusedCase) {
	t.Helper()
	if !c.late {
		resp, err := http.Post(s.ingest(c.point, c.stream), "", io.LimitReader(endless{}, 1<<20))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || resp.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(text), c.says) {
			t.Errorf("answered %d %s %s, want %d with %q", resp.StatusCode, resp.Header.Get("Content-Type"), text, c.status, c.says)
		}
	}
	if c.status == http.StatusNotFound {
		return
	}
	var statistics struct {
		Refusals []struct {
			Status int
			Reason string
		}
	}
	s.api(t, http.MethodGet, "/api/v1/points/"+c.point+"/statistics", nil, &statistics)
	for _, r := range statistics.Refusals {
		if r.Status == c.status && strings.Contains(r.Reason, c.says) {
			return
		}
	}
	t.Errorf("the operator is not told of the refusal: %+v", statistics.Refusals)
}

// endless is a body that goes on.
type endless struct{}

// Read gives bytes that are no media.
func (endless) Read(p []byte) (int, error) { return len(p), nil }

// nobody is a user without rights.
const nobody = 65534

// TestUnwritablePoint has a server that may not write into a point's directory.
func TestUnwritablePoint(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	var as []func(*exec.Cmd)
	if os.Geteuid() == 0 {
		// Permissions do not bind this user, so the server runs as another.
		as = append(as, lowly(t, h))
	}
	if err := os.Chmod(h.path("oceans"), 0o555); err != nil {
		t.Fatal(err)
	}
	s := h.start(t, as...)
	s.awaitState(t, "oceans", "error")
	var point struct{ Reason, Action string }
	s.api(t, http.MethodGet, "/api/v1/points/oceans", nil, &point)
	if point.Reason == "" || point.Action == "" {
		t.Errorf("the operator is not told what is wrong and what to do: %+v", point)
	}
	c := refusedCase{status: http.StatusServiceUnavailable, point: "oceans", stream: "oceans-400k", says: point.Action}
	for _, expect := range []string{"0", "1"} {
		refused(t, s, c, expect)
	}
	sentence(t, s, c)

	// The operator does what was said, and it works.
	if err := os.Chmod(h.path("oceans"), 0o777); err != nil {
		t.Fatal(err)
	}
	s.order(t, "oceans", "started")
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	s.awaitState(t, "oceans", "started")
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
}

// lowly lets a server run as nobody, with a document root and a settings folder of its own.
func lowly(t *testing.T, h *house) func(*exec.Cmd) {
	t.Helper()
	conf := filepath.Dir(h.config)
	if err := os.MkdirAll(conf, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{conf, h.root} {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	// The test's own folder keeps strangers out, and so may that of the program.
	home := filepath.Dir(h.root)
	for _, dir := range []string{home, filepath.Dir(home)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	binary, err := os.ReadFile(program(t, "pubpointd"))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(home, "pubpointd")
	if err := os.WriteFile(copied, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	return func(cmd *exec.Cmd) {
		cmd.Path = copied
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}
