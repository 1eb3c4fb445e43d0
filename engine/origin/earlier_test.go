package origin_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// twoEvents is a point whose first event has ended while its second one is on air, and what a
// player of the first one has: the addresses of all its fragments, and what they answered.
type twoEvents struct {
	*running
	first  string // id
	second string
	media  map[string]string // body and ETag by address
	vod    string            // client manifest of the first event
	header http.Header       // of vod
	finish func()            // ends the second event
}

func (r *running) finished(stream string) engine.PointStatus {
	r.t.Helper()
	if status := r.post("/oceans.isml/Streams("+stream+")", bytes.NewReader(vector(r.t, "av-isml.ismv"))); status != 200 {
		r.t.Fatal(status)
	}
	return r.awaitState("oceans", engine.StateStopped)
}

func (r *running) all(base string, addresses []string) map[string]string {
	r.t.Helper()
	media := map[string]string{}
	for _, u := range addresses {
		status, header, b := r.get(base + u)
		if status != 200 || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			r.t.Fatalf("%s%s: %d %s", base, u, status, b)
		}
		media[u] = string(b) + header.Get("Etag")
	}
	return media
}

func newTwoEvents(t *testing.T) *twoEvents {
	t.Helper()
	e := &twoEvents{running: run(t, t.TempDir())}
	cfg := engine.DefaultPointConfig()
	cfg.Title = "The sea"
	if err := e.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	e.first = e.finished("x-200k-64k").Event.ID
	_, header, b := e.get("/oceans.isml/Manifest")
	e.vod, e.header = string(b), header
	e.media = e.all("/oceans.isml/", parse(t, b).urls())

	body, encoder := io.Pipe()
	over := make(chan int, 1)
	go func() { over <- e.post("/oceans.isml/Streams(x-200k-64k)", body) }()
	whole := vector(t, "av-isml.ismv")
	if _, err := encoder.Write(whole[:bytes.LastIndex(whole, []byte("mfra"))-4]); err != nil {
		t.Fatal(err)
	}
	e.finish = func() {
		t.Helper()
		if err := encoder.Close(); err != nil {
			t.Fatal(err)
		}
		if status := <-over; status != 200 {
			t.Errorf("the second encoder was answered %d", status)
		}
		if err := e.SetPointState(t.Context(), "oceans", engine.StateStopped); err != nil {
			t.Fatal(err)
		}
	}
	e.second = e.awaitState("oceans", engine.StateStarted).Event.ID
	e.await("the manifest of the second event", func() bool {
		status, _, b := e.get("/oceans.isml/Manifest")
		return status == 200 && parse(t, b).IsLive == "TRUE"
	})
	return e
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for u, body := range want {
		if got[u] != body {
			t.Errorf("%s has changed", u)
		}
	}
}

func TestPlayersOfAnEventFinishWhileTheNextOneIsOnAir(t *testing.T) {
	e := newTwoEvents(t)
	defer e.finish()
	addresses := parse(t, []byte(e.vod)).urls()
	same(t, e.all("/oceans.isml/", addresses), e.media)

	// What the next event publishes has other addresses, and another manifest.
	_, header, live := e.get("/oceans.isml/Manifest")
	for _, u := range parse(t, live).urls() {
		if e.media[u] != "" {
			t.Errorf("%s is in both events", u)
		}
	}
	if header.Get("Etag") == e.header.Get("Etag") {
		t.Error("the manifests of both events have one ETag")
	}

	for path, want := range map[string]int{
		"QualityLevels(200000)/Fragments(video=1000000)":            404, // between two fragments of the first
		"QualityLevels(200000)/Fragments(video=99999999999999)":     412, // of the future
		"QualityLevels(200000)/Fragments(video=29999999)":           404, // after the end of the first, before the second
		"QualityLevels(1)/Fragments(video=0)":                       404,
		"Events(" + e.first + ")/QualityLevels(1)/Fragments(v=0)":   404,
		"Events(none)/Manifest":                                     404,
		"Events(../x)/Manifest":                                     404,
		"Events(" + e.first + ".left)/Manifest":                     404,
		"Events()/Manifest":                                         404,
		"Events(" + e.first + ")/nothing":                           404,
		"Events(" + e.first + ")/QualityLevels(x)/Fragments(vid=0)": 400,
	} {
		if status, _, b := e.get("/oceans.isml/" + path); status != want {
			t.Errorf("%s: %d (%d bytes), want %d", path, status, len(b), want)
		}
	}
}

func TestEarlierEventsStayPlayable(t *testing.T) {
	e := newTwoEvents(t)
	addresses := parse(t, []byte(e.vod)).urls()
	own := "/oceans.isml/Events(" + e.first + ")/"
	check := func() {
		t.Helper()
		for _, path := range []string{"Manifest", "oceans.ism/Manifest", "oceans.ismc"} {
			status, header, b := e.get(own + path)
			if status != 200 || string(b) != e.vod {
				t.Fatalf("%s: %d %s, want %s", path, status, b, e.vod)
			}
			for _, field := range []string{"Etag", "Last-Modified", "Cache-Control"} {
				if header.Get(field) != e.header.Get(field) || header.Get(field) == "" {
					t.Errorf("%s of %s is %q and was %q", field, path, header.Get(field), e.header.Get(field))
				}
			}
		}
		same(t, e.all(own, addresses), e.media)
		status, _, page := e.get(own)
		if status != 200 || !bytes.Contains(page, []byte(`"kind":"smooth","label":"Smooth Streaming","url":"Manifest"`)) || bytes.Contains(page, []byte("Publish here")) {
			t.Errorf("page: %d %s", status, page)
		}
		if status, _, facts := e.get(own + "facts.json"); status != 200 || !bytes.Contains(facts, []byte(`"event":"`+e.first)) {
			t.Errorf("facts: %d %s", status, facts)
		}
	}
	check()

	// The one on air has its own address, too.
	_, _, live := e.get("/oceans.isml/Manifest")
	status, _, b := e.get("/oceans.isml/Events(" + e.second + ")/Manifest")
	if status != 200 || !bytes.Equal(b, live) {
		t.Errorf("the event on air under its own address: %d %s", status, b)
	}
	if _, _, page := e.get("/oceans.isml/"); !bytes.Contains(page, []byte(`href="Events%28`+e.first+`%29/"`)) {
		t.Errorf("the page of the point does not list its first event: %s", page)
	}
	e.finish()
	e.stop()
	e.running = run(t, e.root)
	check()
}

func TestArchiveIsListedAndPurged(t *testing.T) {
	e := newTwoEvents(t)
	events, err := e.ArchivedEvents(t.Context(), "oceans")
	if err != nil || len(events) != 2 {
		t.Fatalf("%+v %v", events, err)
	}
	now, then := events[0], events[1]
	if now.ID != e.second || !now.Live || !now.Current || now.Began.IsZero() || !now.Ended.IsZero() || now.Bytes == 0 {
		t.Errorf("on air is %+v", now)
	}
	want, err := os.ReadFile(filepath.Join(e.root, "oceans.isml", "events", e.first, "oceans.ismc"))
	if err != nil {
		t.Fatal(err)
	}
	if then.ID != e.first || then.Live || then.Current || then.Title != "The sea" || then.Ended.Before(then.Began) ||
		time.Since(then.Began) > deadline || then.Duration < time.Second || len(then.Files) != 4 || then.Files[1].Bytes != int64(len(want)) {
		t.Errorf("the first event is %+v", then)
	}
	if then.URL != e.Addresses().Media+"/oceans.isml/Events("+e.first+")/Manifest" || len(then.Links) < 2 || !then.Links[0].Browse {
		t.Errorf("its links are %q %+v", then.URL, then.Links)
	}

	for _, c := range []struct {
		what engine.Purge
		kind engine.Kind
	}{
		{engine.Purge{}, engine.BadInput},
		{engine.Purge{Event: e.first, Before: time.Now()}, engine.BadInput},
		{engine.Purge{Event: "none"}, engine.NotFound},
		{engine.Purge{Event: "../oceans"}, engine.NotFound},
		{engine.Purge{Event: e.second}, engine.Conflict},
	} {
		if _, err := e.PurgeArchive(t.Context(), "oceans", c.what); engine.KindOf(err) != c.kind {
			t.Errorf("purge of %+v: %v, want %v", c.what, err, c.kind)
		}
	}
	if purged, err := e.PurgeArchive(t.Context(), "oceans", engine.Purge{Before: then.Ended}); err != nil || len(purged.Events) != 0 {
		t.Errorf("purge before its end: %+v %v", purged, err)
	}
	if status, _, _ := e.get("/oceans.isml/Events(" + e.first + ")/Manifest"); status != 200 {
		t.Errorf("before the purge: %d", status)
	}
	purged, err := e.PurgeArchive(t.Context(), "oceans", engine.Purge{Before: time.Now()})
	if err != nil || len(purged.Events) != 1 || purged.Events[0] != e.first || purged.Bytes != then.Bytes {
		t.Fatalf("%+v %v", purged, err)
	}
	fragment := "QualityLevels(200000)/Fragments(video=0)"
	for path, want := range map[string]int{"Events(" + e.first + ")/Manifest": 404, "Events(" + e.first + ")/" + fragment: 404, fragment: 410, "Manifest": 200} {
		if status, _, b := e.get("/oceans.isml/" + path); status != want {
			t.Errorf("after the purge %s: %d (%d bytes), want %d", path, status, len(b), want)
		}
	}
	left, err := os.ReadDir(filepath.Join(e.root, "oceans.isml", "events"))
	if err != nil || len(left) != 0 {
		t.Errorf("left are %v (%v)", left, err)
	}
	e.finish()
}

// Only so many earlier events are open at once, and all of them play in turn.
func TestManyEarlierEvents(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range 20 {
		if err := r.SetPointState(t.Context(), "oceans", engine.StateStarted); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.finished("x-200k-64k").Event.ID)
	}
	for range 2 {
		seen := map[string]bool{}
		for _, id := range ids {
			status, _, b := r.get("/oceans.isml/Events(" + id + ")/Manifest")
			if status != 200 || seen[string(b)] {
				t.Fatalf("%s: %d", id, status)
			}
			seen[string(b)] = true
			for _, u := range parse(t, b).urls() {
				if status, _, _ := r.get("/oceans.isml/Events(" + id + ")/" + u); status != 200 {
					t.Fatalf("%s of %s: %d", u, id, status)
				}
			}
		}
	}
}

// A point that takes nobody in still plays its earlier events; it purges none, and says so.
func TestEarlierEventsOfAPointThatCannotWork(t *testing.T) {
	e := newTwoEvents(t)
	e.finish()
	e.stop()
	if err := os.WriteFile(filepath.Join(e.root, "oceans.isml", "point.toml"), []byte("allow_from = [\"nowhere\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	e.running = run(t, e.root)
	e.awaitState("oceans", engine.StateError)
	if status, _, b := e.get("/oceans.isml/Events(" + e.first + ")/Manifest"); status != 200 || string(b) != e.vod {
		t.Errorf("%d %s", status, b)
	}
	if _, err := e.PurgeArchive(t.Context(), "oceans", engine.Purge{Event: e.first}); engine.KindOf(err) != engine.Storage {
		t.Errorf("purge: %v", err)
	}
	if err := e.DeletePoint(t.Context(), "oceans", engine.Deletion{}); err != nil {
		t.Error(err)
	}
}
