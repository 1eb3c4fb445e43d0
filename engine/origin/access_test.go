package origin_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pubpoint/engine"
)

const bearerToken = "0123456789abcdef0123456789abcdef"

// with makes the point oceans with a settings file that somebody wrote by hand, and runs it.
func with(t *testing.T, settings string) *running {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "oceans.isml")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "point.toml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	return run(t, root)
}

// publish posts a whole stream, or nothing with an empty body, and returns the answer.
func (r *running) publish(body io.Reader, authorization string) (int, http.Header, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.Addresses().Media+"/oceans.isml/Streams(x-200k-64k)", body)
	if err != nil {
		r.t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer closing(r.t, resp.Body)
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func basicAuth(name, password string) string {
	req := &http.Request{Header: http.Header{}}
	req.SetBasicAuth(name, password)
	return req.Header.Get("Authorization")
}

// TestAccessThatCannotBeUnderstoodTakesNothingIn has point.toml limit who may publish in ways that
// make no sense: nobody may, and everybody is told why, but not what the secret is.
func TestAccessThatCannotBeUnderstoodTakesNothingIn(t *testing.T) {
	for name, settings := range map[string]string{
		"no name":          "ingest_auth = \"hunter2\"\n",
		"a number":         "ingest_auth = 17\n",
		"numbers":          "ingest_auth = [\"van:hunter2\", 17]\n",
		"the same twice":   "ingest_auth = [\"van:hunter2\", \"van:hunter3\"]\n",
		"unknown hash":     "ingest_auth = \"van:$apr1$hunter2\"\n",
		"a short token":    "ingest_auth = \"bearer van:hunter2\"\n",
		"bad address":      "title = \"Sea\"\nallow_from = [\"10.0.0.0/8\", \"hunter2\"]\n",
		"a table":          "[allow_from]\nx = 1\n",
		"no TOML":          "ingest_auth = \"van:hunter2\ntitle = 3\n",
		"another's mishap": "allow_from = \"10.0.0.1\"\nlook_ahead = \"hunter2\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := with(t, settings)
			st := r.awaitState("oceans", engine.StateError)
			if !strings.Contains(st.Reason, "nobody may publish") || st.Action == "" || strings.Contains(st.Reason, "van:hunter") || strings.Contains(st.Reason, "$apr1") {
				t.Fatalf("reason %q, action %q", st.Reason, st.Action)
			}
			if err := r.SetPointState(t.Context(), "oceans", engine.StateStarted); err == nil {
				t.Fatal("it was started")
			}
			status, _, text := r.publish(io.MultiReader(bytes.NewReader(vector(t, "audio-only-2s-isml.ismv"))), basicAuth("van", "hunter2"))
			if status != 503 || !strings.Contains(text, "nobody may publish") || strings.Contains(text, "van:hunter") {
				t.Fatalf("the encoder got %d %s", status, text)
			}
			if err := r.UpdatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); engine.KindOf(err) != engine.Conflict {
				t.Errorf("it can be written over, which would open the point: %v", err)
			}
			if r.read(r.pointFile()) != settings {
				t.Errorf("the file was changed to %s", r.read(r.pointFile()))
			}
			files, err := os.ReadDir(filepath.Join(r.root, "oceans.isml"))
			if err != nil || len(files) != 1 {
				t.Fatalf("files %v, %v", files, err)
			}
			r.write(r.pointFile(), "title = \"Well\"\n")
			if st := r.awaitState("oceans", engine.StateIdle); st.Reason != "" {
				t.Errorf("corrected it is %+v", st)
			}
		})
	}
}

// TestClearTextIsReplacedByHashes writes credentials by hand, in every form, and reads the file.
func TestClearTextIsReplacedByHashes(t *testing.T) {
	r := with(t, "# who may publish\ningest_auth = [\n  'van:it\"s',  # the van\n  \"digest bus:se\\\"cret\",\n  \"bearer cloud:"+bearerToken+"\",\n]\nsigned_playback = true\n")
	r.await("hashes", func() bool { return strings.Contains(r.read(r.pointFile()), "$sha256$") })
	text := r.read(r.pointFile())
	for _, want := range []string{"# who may publish", "# the van", "van:$pbkdf2-sha256$600000$", "digest bus:$digest$", "bearer cloud:$sha256$", "playback_key = "} {
		if !strings.Contains(text, want) {
			t.Errorf("point.toml lacks %q:\n%s", want, text)
		}
	}
	for _, secret := range []string{"it\"s", "cret", bearerToken} {
		if strings.Contains(text, secret) {
			t.Errorf("point.toml has %q still:\n%s", secret, text)
		}
	}
	info, err := os.Stat(r.pointFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
	check := func() {
		t.Helper()
		for authorization, want := range map[string]int{
			basicAuth("van", "it\"s"): 200, basicAuth("bus", "se\"cret"): 200, "Bearer " + bearerToken: 200,
			basicAuth("van", "its"): 401, "Bearer " + bearerToken[1:]: 401, "": 401,
		} {
			if status, _, text := r.publish(http.NoBody, authorization); status != want {
				t.Errorf("%q got %d %s", authorization, status, text)
			}
		}
	}
	check()
	r.stop()
	r = run(t, r.root)
	check()
	if again := r.read(r.pointFile()); again != text {
		t.Errorf("a restart changed the file to\n%s", again)
	}
}

// TestRefusedEncodersAreTold sends without credentials, with wrong ones and with right ones.
func TestRefusedEncodersAreTold(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.IngestAuth = []engine.Credential{{Name: "van", Kind: engine.CredentialPassword, Scheme: engine.SchemeDigest, Secret: "secret"}}
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	found := func() (texts string) {
		st, err := r.Point("oceans")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range st.Findings {
			texts += f.Code + ": " + f.Text + "\n"
		}
		for _, f := range st.Refusals {
			texts += f.Reason + "\n"
		}
		return texts
	}
	stream := func() io.Reader { return io.MultiReader(bytes.NewReader(vector(t, "av-isml.ismv"))) }
	status, header, _ := r.publish(stream(), "")
	if c := header.Values("WWW-Authenticate"); status != 401 || len(c) != 3 || !strings.Contains(c[0], "SHA-256") || !strings.Contains(c[1], "MD5") {
		t.Fatalf("%d %q", status, c)
	}
	if texts := found(); texts != "" {
		t.Errorf("an encoder that wants to be asked is told of: %s", texts)
	}
	if status, _, text := r.publish(stream(), basicAuth("van", "wrong")); status != 401 || strings.Contains(text, "wrong\"") {
		t.Fatalf("%d %s", status, text)
	}
	if texts := found(); !strings.Contains(texts, "refused-auth: ") || !strings.Contains(texts, "127.0.0.1 is wrong") {
		t.Errorf("a wrong password is told as: %s", texts)
	}
	if status, _, text := r.publish(stream(), basicAuth("van", "secret")); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if texts := found(); strings.Contains(texts, "refused-auth") {
		t.Errorf("an encoder that was let in is still told as: %s", texts)
	}
	// One that comes without credentials and never with any is told of in the end.
	if status, _, _ := r.publish(http.NoBody, ""); status != 401 {
		t.Fatal(status)
	}
	r.await("the finding", func() bool { return strings.Contains(found(), "needs a name and password") })
}

func TestAllowedAddresses(t *testing.T) {
	r := with(t, "allow_from = \"192.0.2.0/24\"\nplay_from = [\"::ffff:192.0.2.1\"]\n")
	if status, _, text := r.publish(http.NoBody, ""); status != 403 || !strings.Contains(text, "127.0.0.1") || !strings.Contains(text, "allow_from") {
		t.Errorf("%d %s", status, text)
	}
	if status, header, b := r.get("/oceans.isml/"); status != 403 || header.Get("Cache-Control") != "no-store" || header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(string(b), "play_from") {
		t.Errorf("%d %s", status, b)
	}
	r.write(r.pointFile(), "allow_from = [\"127.0.0.0/8\", \"::1\"]\nplay_from = \"127.0.0.1\"\n")
	r.await("the change", func() bool { status, _, _ := r.publish(http.NoBody, ""); return status == 200 })
	if status, _, b := r.get("/oceans.isml/"); status != 200 {
		t.Errorf("%d %s", status, b)
	}
	// What is wrong with watching does not stop encoders, and the other way round.
	r.write(r.pointFile(), "play_from = \"everywhere\"\n")
	r.await("the complaint", func() bool {
		st, err := r.Point("oceans")
		return err == nil && strings.Contains(st.Reason, "nobody may watch") && st.State == engine.StateIdle
	})
	// Viewers learn that it is so, and nothing of what stands in the settings.
	if status, _, b := r.get("/oceans.isml/"); status != 403 || !strings.Contains(string(b), "settings have to be corrected") || strings.Contains(string(b), "everywhere") {
		t.Errorf("%d %s", status, b)
	}
	if status, _, text := r.publish(http.NoBody, ""); status != 200 {
		t.Errorf("%d %s", status, text)
	}
}

// TestUnreadableSettingsCloseThePoint makes point.toml too large to be read.
func TestUnreadableSettingsCloseThePoint(t *testing.T) {
	r := with(t, "title = \""+strings.Repeat("x", 2<<20)+"\"\n")
	r.awaitState("oceans", engine.StateError)
	if status, _, text := r.publish(http.NoBody, ""); status != 503 {
		t.Errorf("%d %s", status, text)
	}
	if status, _, b := r.get("/oceans.isml/Manifest"); status != 403 {
		t.Errorf("%d %s", status, b)
	}
}

// manifestAddresses finds what a manifest of any format names, as it is written.
func manifestAddresses(t *testing.T, kind, text string) (out []string) {
	t.Helper()
	switch kind {
	case "m3u8":
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				out = append(out, line)
			}
		}
		for _, m := range regexp.MustCompile(`URI="([^"]+)"`).FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
	case "mpd":
		id := regexp.MustCompile(`<Representation[^>]* id="([^"]+)"`).FindStringSubmatch(text)
		init := regexp.MustCompile(`initialization="([^"]+)"`).FindStringSubmatch(text)
		media := regexp.MustCompile(`media="([^"]+)"`).FindStringSubmatch(text)
		first := regexp.MustCompile(`<S[^>]* t="([0-9]+)"`).FindStringSubmatch(text)
		if id == nil || init == nil || media == nil || first == nil {
			t.Fatalf("no template in %s", text)
		}
		fill := strings.NewReplacer("$RepresentationID$", id[1], "$Time$", first[1])
		out = []string{fill.Replace(init[1]), fill.Replace(media[1])}
	case "f4m":
		media := regexp.MustCompile(`<media [^>]*(?:url|href)="([^"]+)"`).FindStringSubmatch(text)
		if media == nil {
			t.Fatalf("no media in %s", text)
		}
		if boot := regexp.MustCompile(`<bootstrapInfo [^>]*url="([^"]+)"`).FindStringSubmatch(text); boot != nil {
			out = append(out, boot[1])
		}
		if !strings.HasSuffix(media[1], ".f4m") {
			out = append(out, media[1]+"Seg1-Frag1")
		} else {
			out = append(out, media[1])
		}
	default:
		out = parse(t, []byte(text)).urls()[:1]
	}
	return out
}

// TestEveryFormatKeepsItsSignature follows signed links of all formats from their manifests to
// their media, the way that players do, and tries each without and with a spoilt signature.
func TestEveryFormatKeepsItsSignature(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.SignedPlayback = true
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	r.finished("x-200k-64k")
	media := r.Addresses().Media
	links, err := r.SignPlayback(t.Context(), "oceans", 3600e9)
	if err != nil {
		t.Fatal(err)
	}
	mark := regexp.MustCompile(`~[^/]*`)
	followed := 0
	var follow func(address, kind string)
	follow = func(address, kind string) {
		t.Helper()
		if !strings.HasPrefix(address, media+"/oceans.isml/~") {
			t.Errorf("%s has lost its signature", address)
			return
		}
		path := strings.TrimPrefix(address, media)
		status, header, b := r.get(path)
		if status != 200 {
			t.Errorf("%s: %d %s", path, status, b)
			return
		}
		followed++
		if caching := header.Get("Cache-Control"); strings.Contains(caching, "private") || strings.Contains(caching, "no-store") {
			t.Errorf("%s: Cache-Control is %s", path, caching)
		}
		for what, other := range map[string]string{
			"without": strings.Replace(path, mark.FindString(path)+"/", "", 1), "spoilt": strings.Replace(path, "~", "~9", 1),
		} {
			if status, header, b := r.get(other); status != 403 || header.Get("Cache-Control") != "no-store" || header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s signature %s: %d %.200s", what, other, status, b)
			}
		}
		base, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if kind == "" {
			return
		}
		for _, next := range manifestAddresses(t, kind, string(b)) {
			u, err := base.URL.Parse(next)
			if err != nil || strings.HasPrefix(next, "/") || strings.Contains(next, "://") {
				t.Fatalf("%s names %s: %v", path, next, err)
			}
			follow(u.String(), kindOf(next))
		}
	}
	for _, l := range links[1:] {
		kind := kindOf(l.URL)
		if kind == "" {
			kind = "Manifest"
		}
		follow(l.URL, kind)
	}
	if followed < 12 || len(links) < 6 {
		t.Errorf("%d links were given and %d addresses followed", len(links), followed)
	}
	checkPage(t, r, strings.TrimPrefix(links[0].URL, media))
}

func kindOf(address string) string {
	for _, kind := range []string{"m3u8", "mpd", "f4m"} {
		if strings.HasSuffix(address, "."+kind) {
			return kind
		}
	}
	return ""
}

// checkPage loads the preview page by a signed link, and by one with the signature in its query.
func checkPage(t *testing.T, r *running, path string) {
	t.Helper()
	status, _, page := r.get(path)
	if status != 200 || strings.Contains(string(page), "stream_id") {
		t.Errorf("the page: %d %s", status, page)
	}
	if status, _, b := r.get(path + "facts.json"); status != 200 {
		t.Errorf("its facts: %d %s", status, b)
	}
	style := regexp.MustCompile(`href="((?:\.\./)+_pubpoint/[^"]+)"`).FindSubmatch(page)
	if style == nil || strings.Count(string(style[1]), "../") != 2 {
		t.Errorf("its style is at %s", style)
	}
	signature := strings.TrimSuffix(path[strings.Index(path, "~")+1:], "/")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for from, to := range map[string]string{
		"/oceans.isml/?key=" + signature:                                     "/oceans.isml/~" + signature + "/",
		"/oceans.isml?key=" + signature:                                      "/oceans.isml/~" + signature + "/",
		"/oceans.isml/Manifest?x=1&key=" + signature:                         "/oceans.isml/~" + signature + "/Manifest?x=1",
		"/oceans.isml/oceans.ism/Manifest?key=" + signature:                  "/oceans.isml/~" + signature + "/oceans.ism/Manifest",
		"/oceans.isml/QualityLevels(200000)/Fragments(video=0)?key=" + "9-x": "/oceans.isml/~9-x/QualityLevels(200000)/Fragments(video=0)",
		"/oceans.isml/~" + signature:                                         "/oceans.isml/~" + signature + "/",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			req, err := http.NewRequestWithContext(t.Context(), method, r.Addresses().Media+from, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			location, err := resp.Location()
			if err != nil || location.RequestURI() != to || strings.HasPrefix(resp.Header.Get("Location"), "/") {
				t.Errorf("%s leads to %v (%v), want %s", from, location, err, to)
			}
			closing(t, resp.Body)
		}
	}
	if status, _, b := r.get("/oceans.isml/Manifest?key=a/../b"); status != 403 {
		t.Errorf("a signature that is no part of a path: %d %s", status, b)
	}
	if status, _, b := r.get(path + "Manifest?key=other"); status != 200 {
		t.Errorf("with both: %d %s", status, b)
	}
	if err := r.RotatePlaybackKey(t.Context(), "oceans"); err != nil {
		t.Fatal(err)
	}
	if status, _, b := r.get(path); status != 403 || !strings.Contains(string(b), "changed") {
		t.Errorf("after the key was changed: %d %s", status, b)
	}
}

// TestNothingLimitedIsKeptReady watches a point so often that its answers are kept ready for
// everybody, and then takes it away from everybody.
func TestNothingLimitedIsKeptReady(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	r.finished("x-200k-64k")
	_, _, manifest := r.get("/oceans.isml/Manifest")
	media := "/oceans.isml/" + parse(t, manifest).urls()[0]
	watch := func() {
		for range 20 {
			for _, path := range []string{"/oceans.isml/Manifest", media} {
				if status, _, b := r.get(path); status != 200 {
					t.Fatalf("%s: %d %s", path, status, b)
				}
			}
		}
	}
	watch()
	cfg.PlayFrom = []string{"127.0.0.1"}
	if err := r.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	watch()
	cfg.PlayFrom = []string{"192.0.2.1"}
	if err := r.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	if status, _, b := r.get("/oceans.isml/Manifest"); status != 403 {
		t.Errorf("the manifest: %d %.200s", status, b)
	}
	r.await("media to be gone", func() bool { status, _, _ := r.get(media); return status == 403 })
}

// TestClipsAreLimitedLikeTheirPoint cuts a clip of a point that plays by signed links alone.
func TestClipsAreLimitedLikeTheirPoint(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.SignedPlayback, cfg.PlayFrom = true, []string{"127.0.0.1"}
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	r.finished("x-200k-64k")
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "goal"}); err != nil {
		t.Fatal(err)
	}
	if status, _, b := r.get("/goal.ism/Manifest"); status != 403 {
		t.Errorf("a clip of a signed point plays without a signature: %d %.200s", status, b)
	}
	links, err := r.SignPlayback(t.Context(), "goal", 3600e9)
	if err != nil || len(links) < 5 {
		t.Fatalf("%+v %v", links, err)
	}
	for _, l := range links {
		if status, _, b := r.get(strings.TrimPrefix(l.URL, r.Addresses().Media)); status != 200 {
			t.Errorf("%s: %d %.200s", l.URL, status, b)
		}
	}
	if text := r.read(filepath.Join(r.root, "goal.ism", "point.toml")); !strings.Contains(text, "play_from") || strings.Contains(text, "ingest_auth") {
		t.Errorf("its settings are %s", text)
	}
}
