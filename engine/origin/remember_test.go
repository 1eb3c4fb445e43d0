package origin_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"pubpoint/engine"
)

// onAir brings the point oceans on air and leaves it so; the encoder goes with the test.
func (r *running) onAir() {
	r.t.Helper()
	body, encoder := io.Pipe()
	go func() {
		resp, err := http.Post(r.Addresses().Media+"/oceans.isml/Streams(x-200k-64k)", "", body)
		if err != nil {
			return // cut off when the program goes, which is what some tests want
		}
		closing(r.t, resp.Body)
	}()
	r.t.Cleanup(func() {
		if err := encoder.Close(); err != nil {
			r.t.Error(err)
		}
	})
	whole := vector(r.t, "av-isml.ismv")
	if _, err := encoder.Write(whole[:bytes.LastIndex(whole, []byte("mfra"))-4]); err != nil {
		r.t.Fatal(err)
	}
	r.awaitState("oceans", engine.StateStarted)
	r.await("the manifest", func() bool {
		status, _, b := r.get("/oceans.isml/Manifest")
		return status == 200 && parse(r.t, b).IsLive == "TRUE"
	})
	// A disk that is slow has it later than viewers, and a crash is to find it there.
	r.await("all of it in the archive", func() bool {
		b, err := os.ReadFile(filepath.Join(r.root, "oceans.isml", "x-200k-64k.ismv"))
		return err == nil && bytes.Count(b, []byte("moof")) == bytes.Count(whole, []byte("moof"))
	})
}

func (r *running) order(state engine.State) {
	r.t.Helper()
	if err := r.SetPointState(r.t.Context(), "oceans", state); err != nil {
		r.t.Fatal(err)
	}
}

// probe is what an encoder's empty POST is answered.
func (r *running) probe() int {
	r.t.Helper()
	resp, err := http.Post(r.Addresses().Media+"/oceans.isml/Streams(x-200k-64k)", "", http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	defer closing(r.t, resp.Body)
	return resp.StatusCode
}

// Every state comes through a restart and a crash.
func TestStateSurvivesARestart(t *testing.T) {
	const idle, starting, started, stopped = engine.StateIdle, engine.StateStarting, engine.StateStarted, engine.StateStopped
	auto := engine.DefaultPointConfig()
	manual := auto
	manual.AutoStart = false
	type outcome struct {
		state    engine.State
		encoder  int // status of an encoder's probe
		manifest int // status of the client manifest
	}
	for _, c := range []struct {
		name    string
		cfg     engine.PointConfig
		do      func(r *running)
		file    string // put in place of point.state before the start
		restart outcome
		crash   outcome
	}{
		{"new", auto, func(*running) {}, "", outcome{idle, 200, 404}, outcome{idle, 200, 404}},
		{"new, by hand", manual, func(*running) {}, "", outcome{idle, 404, 404}, outcome{idle, 404, 404}},
		{"shut down", auto, func(r *running) { r.order(idle) }, "", outcome{idle, 404, 404}, outcome{idle, 404, 404}},
		{"armed", auto, func(r *running) { r.order(started) }, "", outcome{starting, 200, 503}, outcome{starting, 200, 503}},
		{"armed, by hand", manual, func(r *running) { r.order(started) }, "", outcome{starting, 200, 503}, outcome{starting, 200, 503}},
		{"armed and disarmed", auto, func(r *running) { r.order(started); r.order(stopped) }, "", outcome{idle, 404, 404}, outcome{idle, 404, 404}},
		{"on air", auto, (*running).onAir, "", outcome{stopped, 200, 200}, outcome{started, 200, 200}},
		{"on air by order", auto, func(r *running) { r.order(started); r.onAir() }, "", outcome{starting, 200, 200}, outcome{started, 200, 200}},
		{"on air by order, by hand", manual, func(r *running) { r.order(started); r.onAir() }, "", outcome{starting, 200, 200}, outcome{started, 200, 200}},
		{"ended", auto, func(r *running) { r.finished("x-200k-64k") }, "", outcome{stopped, 200, 200}, outcome{stopped, 200, 200}},
		{"ended after an order", auto, func(r *running) { r.order(started); r.finished("x-200k-64k") }, "", outcome{stopped, 200, 200}, outcome{stopped, 200, 200}},
		{"ended, by hand", manual, func(r *running) { r.order(started); r.finished("x-200k-64k") }, "", outcome{stopped, 409, 200}, outcome{stopped, 409, 200}},
		{"stopped", auto, func(r *running) { r.onAir(); r.order(stopped) }, "", outcome{stopped, 409, 200}, outcome{stopped, 409, 200}},
		{"shut down after an event", auto, func(r *running) { r.finished("x-200k-64k"); r.order(idle) }, "", outcome{idle, 404, 200}, outcome{idle, 404, 200}},
		{"shut down on air", auto, func(r *running) { r.onAir(); r.order(idle) }, "", outcome{idle, 404, 200}, outcome{idle, 404, 200}},
		{"armed after an event", manual, func(r *running) { r.finishedByOrder(); r.order(started) }, "", outcome{starting, 200, 200}, outcome{starting, 200, 200}},
		{"killed while stopping", auto, (*running).onAir, `{"order":"stopped","times_used":0}`, outcome{stopped, 409, 200}, outcome{stopped, 409, 200}},
		{"killed while shutting down", auto, (*running).onAir, `{"order":"idle","times_used":0}`, outcome{idle, 404, 200}, outcome{idle, 404, 200}},
		{"an unreadable record", auto, func(r *running) { r.order(idle) }, `{"order":"burn"}`, outcome{idle, 200, 404}, outcome{idle, 200, 404}},
		{"an empty record", auto, func(r *running) { r.order(idle) }, "\n", outcome{idle, 200, 404}, outcome{idle, 200, 404}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, t.TempDir())
			if err := r.CreatePoint(t.Context(), "oceans", c.cfg); err != nil {
				t.Fatal(err)
			}
			c.do(r)
			// What a crash leaves is what is on disk now.
			left := t.TempDir()
			if err := os.CopyFS(filepath.Join(left, "oceans.isml"), os.DirFS(filepath.Join(r.root, "oceans.isml"))); err != nil {
				t.Fatal(err)
			}
			r.stop()
			for what, want := range map[string]outcome{r.root: c.restart, left: c.crash} {
				if c.file != "" {
					if err := os.WriteFile(filepath.Join(what, "oceans.isml", "point.state"), []byte(c.file), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				again := run(t, what)
				st, err := again.Point("oceans")
				if err != nil {
					t.Fatal(err)
				}
				manifest, _, _ := again.get("/oceans.isml/Manifest")
				if got := (outcome{st.State, again.probe(), manifest}); got != want {
					t.Errorf("crash %v: %+v, want %+v; %s", what == left, got, want, st.Reason)
				}
				again.stop()
			}
		})
	}
}

func (r *running) finishedByOrder() {
	r.t.Helper()
	r.order(engine.StateStarted)
	r.finished("x-200k-64k")
}

// Times that were purged never come again, also when the program has forgotten them.
func TestPurgedTimesStayUsed(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	first := r.finished("x-200k-64k").Event.ID
	_, _, b := r.get("/oceans.isml/Manifest")
	before := parse(t, b).urls()
	r.onAir()
	if _, err := r.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: first}); err != nil {
		t.Fatal(err)
	}
	r.order(engine.StateIdle)
	r.stop()
	left := filepath.Join(r.root, "oceans.isml", "events", ".purged-"+first) // as by a crash
	if err := os.MkdirAll(filepath.Join(left, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	// The last event is lost as well, as by hand.
	files, err := filepath.Glob(filepath.Join(r.root, "oceans.isml", "*.ism*"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	r = run(t, r.root)
	r.order(engine.StateStarted)
	if _, err := os.Stat(left); err == nil {
		t.Error("what was being purged is still there")
	}
	r.finished("x-200k-64k")
	_, _, b = r.get("/oceans.isml/Manifest")
	for _, u := range parse(t, b).urls() {
		for _, old := range before {
			if u == old {
				t.Errorf("%s has come again", u)
			}
		}
	}
}

// The manifest of a recording has the date of its end, whenever it is read back.
func TestRecordingsKeepTheirDate(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	ended := r.finished("x-200k-64k").Event.Ended
	film := filepath.Join(r.root, "film.part") // no recording while it is on its way in
	if err := os.CopyFS(film, os.DirFS(filepath.Join(r.root, "oceans.isml"))); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"oceans.ism", "oceans.ismc"} {
		if err := os.Rename(filepath.Join(film, f), filepath.Join(film, "film"+filepath.Ext(f))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(film, filepath.Join(r.root, "film.ism")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, path := range []string{"/oceans.isml/Manifest", "/film.ism/Manifest"} {
			status, header, _ := r.get(path)
			if want := ended.UTC().Format(http.TimeFormat); status != 200 || header.Get("Last-Modified") != want || header.Get("Cache-Control") != "max-age=60" {
				t.Errorf("%s: %d of %s (%s), want %s", path, status, header.Get("Last-Modified"), header.Get("Cache-Control"), want)
			}
		}
		r.stop()
		r = run(t, r.root)
	}
}
