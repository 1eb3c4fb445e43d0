//go:build e2e

package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Credentials of the encoders of this test.
const (
	ourPassword = "opens-the-sea"
	ourToken    = "c0ffee00c0ffee00c0ffee00c0ffee00"
)

// short is a second and a half of a test pattern, as fast as it goes.
func short(push ...string) []string {
	return append(strings.Fields("-f lavfi -i testsrc2=size=160x90:rate=25:duration=2 -c:v libx264 -preset ultrafast -threads 1 -pix_fmt yuv420p "+
		"-bf 0 -g 25 -b:v 100k -f ismv -movflags isml+frag_keyframe"), push...)
}

// TestStockEncodersSignIn lets ffmpeg publish with everything that it can sign in with, and with
// what is wrong.
func TestStockEncodersSignIn(t *testing.T) {
	t.Parallel()
	s := newHouse(t).start(t)
	for point, scheme := range map[string]string{"basic": "pbkdf2-sha256", "digest": "digest"} {
		s.protect(t, point, map[string]any{"ingest_auth": []map[string]string{
			{"name": "van", "kind": "password", "scheme": scheme, "secret": ourPassword}, {"name": "cloud", "kind": "token", "secret": ourToken}}})
	}
	as := func(user, url string) string { return strings.Replace(url, "://", "://"+user+"@", 1) }
	expect := []string{"-send_expect_100", "1"}
	for _, c := range []struct {
		name, point string
		push        []string // before the address
		user        string
		ok          bool
	}{
		{"basic", "basic", nil, "van:" + ourPassword, true},
		{"digest", "digest", nil, "van:" + ourPassword, true},
		{"basic at once", "digest", []string{"-auth_type", "basic"}, "van:" + ourPassword, true},
		{"a token", "basic", []string{"-send_expect_100", "1", "-headers", "Authorization: Bearer " + ourToken + "\r\n"}, "", true},
		{"a wrong password", "basic", expect, "van:" + ourPassword + "x", false},
		{"a wrong password by digest", "digest", expect, "van:" + ourPassword + "x", false},
		{"a wrong token", "basic", []string{"-send_expect_100", "1", "-headers", "Authorization: Bearer " + ourToken + "x\r\n"}, "", false},
		{"nothing", "basic", expect, "", false},
	} {
		url := s.ingest(c.point, strings.ReplaceAll(c.name, " ", "-")+"-100k")
		if c.user != "" {
			url = as(c.user, url)
		}
		encoder := ffmpeg(t, short(append(c.push, url)...)...)
		code := encoder.wait(t)
		if c.ok {
			if code != 0 {
				t.Errorf("%s: the encoder ended with %d:\n%s", c.name, code, encoder.out)
			}
			continue
		}
		if code != 1 || !strings.Contains(encoder.out.String(), "authorization failed") {
			t.Errorf("%s: the encoder ended with %d:\n%s", c.name, code, encoder.out)
		}
	}
	// One that sends in real time notices without being told to ask.
	args := strings.Fields("-re -f lavfi -i testsrc2=size=160x90:rate=25 -c:v libx264 -preset ultrafast -g 25 -bf 0 -f ismv -movflags isml+frag_keyframe")
	encoder := ffmpeg(t, append(args, as("van:wrong", s.ingest("basic", "unasked-100k")))...)
	if code := encoder.wait(t); code != 1 || media(t, encoder) > noticed {
		t.Errorf("an encoder that does not ask ended with %d:\n%s", code, encoder.out)
	}
	s.toldOf(t, "basic", 3)
	s.toldOf(t, "digest", 1)
	if log := s.out.String(); strings.Contains(log, ourPassword) || strings.Contains(log, ourToken) {
		t.Error("the log has a secret")
	}
}

// protect makes a point with limits of access.
func (s *server) protect(t *testing.T, point string, config map[string]any) {
	t.Helper()
	if status := s.api(t, http.MethodPost, "/api/v1/points", map[string]any{"name": point, "config": config}, nil); status != http.StatusCreated {
		t.Fatalf("the point %s cannot be made: %d", point, status)
	}
}

// toldOf checks how many wrong credentials the operator is told of; whoever came without any first,
// as ffmpeg does, is not among them.
func (s *server) toldOf(t *testing.T, point string, wrong int) {
	t.Helper()
	var statistics struct {
		Refusals []struct {
			Status         int
			Reason, Stream string
		}
	}
	s.api(t, http.MethodGet, "/api/v1/points/"+point+"/statistics", nil, &statistics)
	n := 0
	for _, r := range statistics.Refusals {
		if strings.Contains(r.Reason, "wrong") && strings.Contains(r.Reason, "127.0.0.1") {
			n++
		} else if r.Stream != "nothing-100k" {
			t.Errorf("%s: the operator is told of %+v", point, r)
		}
	}
	if n < wrong { // some are tried twice
		t.Errorf("%s: the operator is told of %d wrong credentials, not at least %d: %+v", point, n, wrong, statistics.Refusals)
	}
}

// TestOwnEncoderIntoAProtectedPoint lets the server's own encoder publish where nobody else may,
// and stock players watch by signed links alone.
func TestOwnEncoderIntoAProtectedPoint(t *testing.T) {
	t.Parallel()
	s := newHouse(t).start(t)
	s.protect(t, "oceans", map[string]any{"signed_playback": true, "allow_from": []string{"192.0.2.1"},
		"ingest_auth": []map[string]string{{"name": "van", "kind": "password", "secret": ourPassword}}})
	pid := supervise(t, s, "oceans")
	var list struct{ Encoders []struct{ Command string } }
	s.api(t, http.MethodGet, "/api/v1/encoders", nil, &list)
	if command := list.Encoders[0].Command; !strings.Contains(command, "-headers '***'") || strings.Contains(command, "Bearer") {
		t.Errorf("the command is shown as %s", command)
	}
	secret := bearer(t, pid)
	if log := s.out.String(); strings.Contains(log, secret) {
		t.Error("the log has the encoder's token")
	}
	var answer struct {
		Links []struct{ Label, URL string }
	}
	if status := s.api(t, http.MethodPost, "/api/v1/points/oceans/playback-links", map[string]any{"length_seconds": 600}, &answer); status != http.StatusOK {
		t.Fatalf("links are not signed: %d", status)
	}
	watched := 0
	for _, l := range answer.Links {
		if !strings.HasSuffix(l.URL, ".mpd") && !strings.HasSuffix(l.URL, ".m3u8") {
			continue
		}
		watched++
		eventually(t, l.Label+" plays", func() (any, bool) {
			out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-rw_timeout", "5000000", "-show_entries", "stream=codec_name", "-of", "csv=p=0", l.URL).CombinedOutput()
			return string(out), err == nil && strings.Contains(string(out), "h264")
		})
		plain := l.URL[:strings.Index(l.URL, "~")] + l.URL[strings.Index(l.URL, "~")+strings.Index(l.URL[strings.Index(l.URL, "~"):], "/")+1:]
		if out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", plain).CombinedOutput(); err == nil || !strings.Contains(string(out), "403") {
			t.Errorf("%s plays without its signature: %v %s", plain, err, out)
		}
	}
	if watched < 3 {
		t.Errorf("only %d links are for HLS and DASH: %+v", watched, answer.Links)
	}
	// What the encoder has is good for its own stream while it runs.
	if status := s.postWith(t, secret, "oceans-9k"); status != http.StatusForbidden {
		t.Errorf("its token opens another stream: %d", status)
	}
	if status := s.postWith(t, secret, "oceans-100k-64k"); status != http.StatusOK {
		t.Errorf("its token does not open its own stream: %d", status)
	}
	s.order(t, "oceans", "stopped")
	if status := s.postWith(t, secret, "oceans-100k-64k"); status != http.StatusForbidden {
		t.Errorf("its token is good after its end: %d", status)
	}
}

// bearer is the token that a process has among its arguments.
func bearer(t *testing.T, pid int) string {
	t.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "Authorization: Bearer ")
	token, _, _ := strings.Cut(rest, "\r\n")
	if !ok || token == "" {
		t.Fatalf("the encoder has no token: %q", b)
	}
	return token
}

// postWith asks with a token whether a stream may be sent.
func (s *server) postWith(t *testing.T, token, stream string) int {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.ingest("oceans", stream), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}
