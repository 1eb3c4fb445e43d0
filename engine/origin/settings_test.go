package origin_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func (r *running) pointFile() string { return filepath.Join(r.root, "oceans.isml", "point.toml") }

func (r *running) read(file string) string {
	r.t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

func (r *running) write(file, content string) {
	r.t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) make() {
	r.t.Helper()
	if err := r.CreatePoint(r.t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		r.t.Fatal(err)
	}
}

func TestSettingsChangeOnAir(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	r.onAir()
	status, _, b := r.get("/oceans.isml/Manifest")
	if status != 200 || strings.Contains(string(b), "DVRWindowLength") {
		t.Fatalf("%d %s", status, b)
	}
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow, cfg.Title, cfg.LookAhead, cfg.Archive = 90*time.Second, "The sea", 1, false
	if err := r.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	_, _, b = r.get("/oceans.isml/Manifest")
	if m := string(b); !strings.Contains(m, `DVRWindowLength="900000000"`) || !strings.Contains(m, `LookaheadCount="2"`) {
		t.Errorf("the window holds at once, the look-ahead does not: %s", m)
	}
	st, err := r.Point("oceans")
	if err != nil || !st.Config.Equal(cfg) || st.Title != "The sea" || !st.Archive.Recording {
		t.Errorf("%+v %v", st, err)
	}
	r.order(engine.StateStopped)
	if st, err := r.Point("oceans"); err != nil || !st.Archive.Sealed {
		t.Errorf("%+v %v", st.Archive, err)
	}
	r.order(engine.StateStarted)
	st = r.finished("x-200k-64k")
	if st.Archive.Sealed || st.Archive.Bytes != 0 {
		t.Errorf("the next event is archived: %+v", st.Archive)
	}
	_, _, b = r.get("/oceans.isml/QualityLevels(200000)/FragmentInfo(video=" + firstTime(t, r) + ")")
	if n := strings.Count(string(b), "\xd4\x80\x7e\xf2\xca\x39\x46\x95"); n != 1 || !strings.Contains(string(b), "\x01\x00\x00\x00\x01") {
		t.Errorf("the next event has another look-ahead than 1")
	}
}

// firstTime is the start of the first video fragment of the point.
func firstTime(t *testing.T, r *running) string {
	t.Helper()
	_, _, b := r.get("/oceans.isml/Manifest")
	first := parse(t, b).urls()[0]
	return strings.TrimSuffix(first[strings.LastIndexByte(first, '=')+1:], ")")
}

func TestSettingsFileIsWrittenAndRead(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	if _, err := os.Stat(r.pointFile()); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a point of defaults has a file: %v", err)
	}
	config := func(want string, done func(engine.PointStatus) bool) {
		t.Helper()
		r.await(want, func() bool {
			st, err := r.Point("oceans")
			return err == nil && done(st)
		})
	}
	r.write(r.pointFile(), "# by hand\nauto_start = false\ntitle = \"By hand\"\n")
	config("a title by hand", func(st engine.PointStatus) bool {
		return st.Title == "By hand" && !st.Config.AutoStart && st.Reason == ""
	})
	if status := r.probe(); status != 404 {
		t.Errorf("without auto_start an encoder gets %d", status)
	}

	r.write(r.pointFile(), "title = \"Newer\"\ncolour = \"red\"\nlook_ahead = 9\n[extra]\nkey = [1, 2]\n")
	config("a complaint", func(st engine.PointStatus) bool {
		return st.Title == "Newer" && strings.Contains(st.Reason, "colour") && strings.Contains(st.Reason, "look_ahead") && st.Config.LookAhead == 2 && st.Action != ""
	})
	cfg := engine.DefaultPointConfig()
	cfg.DVRWindow, cfg.ArchiveKeepBytes = time.Hour, 1<<40
	if err := r.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	written := r.read(r.pointFile())
	for _, want := range []string{`colour = "red"`, "[extra]", "key = [1, 2]", `dvr_window = "1h0m0s"`, "archive_keep_bytes = 1099511627776", "look_ahead = 2", `title = ""`} {
		if !strings.Contains(written, want) {
			t.Errorf("point.toml lacks %s:\n%s", want, written)
		}
	}
	if strings.Contains(written, "auto_start") {
		t.Errorf("point.toml tells a default that was not there: %s", written)
	}

	r.write(r.pointFile(), "title = \n")
	config("a complaint about a broken file", func(st engine.PointStatus) bool {
		return strings.Contains(st.Reason, "cannot be understood") && st.Config.Equal(cfg)
	})
	if err := r.UpdatePoint(t.Context(), "oceans", cfg); engine.KindOf(err) != engine.Conflict || r.read(r.pointFile()) != "title = \n" {
		t.Errorf("a broken file is written over: %v", err)
	}
	r.write(r.pointFile(), "allow_from = [\"10.0.0.0/8\"]\n")
	config("a refusal", func(st engine.PointStatus) bool { return st.State == engine.StateError })
	r.write(r.pointFile(), "title = \"Well\"\n")
	config("recovery", func(st engine.PointStatus) bool {
		return st.State == engine.StateIdle && st.Title == "Well" && st.Reason == ""
	})
	if err := os.Remove(r.pointFile()); err != nil {
		t.Fatal(err)
	}
	config("the defaults", func(st engine.PointStatus) bool { return st.Config.Equal(engine.DefaultPointConfig()) })
	if status := r.probe(); status != 200 {
		t.Errorf("an encoder gets %d", status)
	}
}

// Limits of access that cannot be kept do not cut off who is on air, but let nobody else in.
func TestAccessSettingsOnAir(t *testing.T) {
	r := run(t, t.TempDir())
	r.make()
	r.onAir()
	r.write(r.pointFile(), "ingest_auth = \"a:b\"\n")
	r.await("the complaint", func() bool {
		st, err := r.Point("oceans")
		return err == nil && strings.Contains(st.Reason, "ingest_auth")
	})
	if st, err := r.Point("oceans"); err != nil || st.State != engine.StateStarted || st.SourceLost {
		t.Errorf("%+v %v", st, err)
	}
	if status := r.probe(); status != 503 {
		t.Errorf("another encoder gets %d", status)
	}
}

func TestDeletePoint(t *testing.T) {
	r := run(t, t.TempDir())
	there := func(path string) bool {
		_, err := os.Stat(filepath.Join(r.root, path))
		return err == nil
	}
	r.make()
	r.onAir()
	if err := r.DeletePoint(t.Context(), "oceans", engine.Deletion{}); engine.KindOf(err) != engine.Conflict {
		t.Fatalf("on air: %v", err)
	}
	r.awaitState("oceans", engine.StateStarted)
	if err := r.DeletePoint(t.Context(), "oceans", engine.Deletion{Force: true, KeepFiles: true}); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(r.root, ".deleted", "oceans-*.isml", "*.ismc"))
	if err != nil || len(kept) != 1 || there("oceans.isml") {
		t.Errorf("kept are %v (%v)", kept, err)
	}
	for path, want := range map[string]int{"/oceans.isml/Manifest": 404, "/oceans.isml/": 404, "/.deleted/" + filepath.Base(filepath.Dir(kept[0])) + "/Manifest": 400} {
		if status, _, _ := r.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}

	if err := r.CreatePoint(t.Context(), "sports/arena", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if err := r.DeletePoint(t.Context(), "sports/arena", engine.Deletion{}); err != nil || there("sports/arena.isml") {
		t.Errorf("nested: %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(r.root, ".deleted")); err != nil || len(left) != 1 {
		t.Errorf("left are %v (%v)", left, err)
	}
	r.make()
	r.finished("x-200k-64k")
	r.onAir()
	events, err := r.ArchivedEvents(t.Context(), "oceans")
	if err != nil || len(events) != 2 {
		t.Fatalf("%+v %v", events, err)
	}
	if status, _, _ := r.get("/oceans.isml/Events(" + events[1].ID + ")/Manifest"); status != 200 {
		t.Errorf("the earlier event: %d", status)
	}
	if err := r.DeletePoint(t.Context(), "oceans", engine.Deletion{Force: true}); err != nil || there("oceans.isml") {
		t.Errorf("with all its events: %v", err)
	}
	if len(r.Points()) != 0 {
		t.Errorf("there are %+v", r.Points())
	}
}
