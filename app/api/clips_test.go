package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// act carries out the action "clip" as POST .../archive does.
func act(s *Server, name, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.answer(func(w http.ResponseWriter, r *http.Request) error { return s.clipArchive(w, r, name, []byte(body)) }).
		ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	return w
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		name, point, body string
		status            int
		want              string
	}{
		{"seconds", "sea", `{"action":"clip","name":"best","from":"10","to":"30.5"}`, 201, `"duration_seconds":20.5`},
		{"seconds as numbers", "sea", `{"action":"clip","name":"best","from":10,"to":30.5}`, 201, `"duration_seconds":20.5`},
		{"no moment at all", "sea", `{"action":"clip","name":"best","from":true}`, 400, "openapi.json"},
		{"whole", "sea", `{"action":"clip","name":"best"}`, 201, `"url":"http://127.0.0.1:8088/best.ism/Manifest"`},
		{"clock", "sea", `{"action":"clip","name":"best","from":"2026-05-04T12:00:00Z"}`, 201, `"name":"best"`},
		{"no name", "sea", `{"action":"clip"}`, 400, "name"},
		{"no moment", "sea", `{"action":"clip","name":"best","from":"noon"}`, 400, "noon"},
		{"negative", "sea", `{"action":"clip","name":"best","from":"-1"}`, 400, "-1"},
		{"backwards", "sea", `{"action":"clip","name":"best","from":"30","to":"10"}`, 400, "range"},
		{"behind", "sea", `{"action":"clip","name":"best","from":"3000"}`, 404, "range"},
		{"taken", "sea", `{"action":"clip","name":"sea"}`, 409, "already"},
		{"field", "sea", `{"action":"clip","name":"best","format":"mp4"}`, 400, "format"},
		{"no point", "none", `{"action":"clip","name":"best"}`, 404, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, fake := fresh(t)
			fake.SetPoint(engine.PointStatus{Name: "sea", Event: engine.EventStatus{Duration: time.Minute}})
			w := act(s, c.point, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			listed := ask(s, "GET", "/api/v1/recordings", "").Body.String()
			if strings.Contains(listed, `"name":"best"`) != (c.status == 201) {
				t.Fatalf("recordings %s", listed)
			}
		})
	}
}

func TestDeleteRecording(t *testing.T) {
	s, fake := fresh(t)
	fake.SetRecording(engine.Recording{Name: "sports/best"})
	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		if w := ask(s, "DELETE", "/api/v1/recordings/sports%2Fbest", ""); w.Code != want {
			t.Errorf("%d %s, want %d", w.Code, w.Body, want)
		}
	}
	if call := fake.CallsOf("DeleteRecording"); len(call) != 2 || call[0].Args[0] != "sports/best" {
		t.Errorf("ordered %v", call)
	}
}

func TestExport(t *testing.T) {
	const path = "/api/v1/points/sports%2Fsea/export.mp4"
	for _, c := range []struct {
		name, method, path string
		status             int
		want               string
		req                engine.ExportRequest
	}{
		{"all", "GET", path, 200, "the film", engine.ExportRequest{}},
		{"head", "HEAD", path, 200, "", engine.ExportRequest{}},
		{"range", "GET", path + "?from=1.5&to=2026-05-04T12:00:00Z&event=e", 200, "the film", engine.ExportRequest{Event: "e",
			Range: engine.Range{From: engine.MediaMoment(1500 * time.Millisecond), To: engine.ClockMoment(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))}}},
		{"rung", "GET", path + "?video=800000&audio=audio_eng,audio_fra", 200, "the film", engine.ExportRequest{Video: 800_000, Audio: []string{"audio_eng", "audio_fra"}}},
		{"none", "GET", path + "?video=none", 200, "the film", engine.ExportRequest{Video: engine.NoVideo}},
		{"no sound", "GET", path + "?audio=none", 200, "the film", engine.ExportRequest{NoAudio: true}},
		{"bad rung", "GET", path + "?video=best", 400, "best", engine.ExportRequest{}},
		{"bad moment", "GET", path + "?to=end", 400, "end", engine.ExportRequest{}},
		{"no point", "GET", "/api/v1/points/none/export.mp4", 404, "none", engine.ExportRequest{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, fake := fresh(t)
			fake.SetPoint(engine.PointStatus{Name: "sports/sea", Event: engine.EventStatus{Duration: time.Minute}})
			fake.SetExport("sports/sea", "the film")
			w := ask(s, c.method, c.path, "")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || c.method == "HEAD" && w.Body.Len() > 0 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if c.status != 200 {
				wantProblem(t, w)
				return
			}
			h := w.Header()
			if h.Get("Content-Type") != "video/mp4" || h.Get("Content-Length") != "8" || h.Get("Content-Disposition") != "attachment; filename=sea.mp4" {
				t.Errorf("%v", h)
			}
			c.req.Point = "sports/sea"
			if got := fake.CallsOf("OpenExport")[0].Args[0]; !reflect.DeepEqual(got, c.req) {
				t.Errorf("asked for %+v, want %+v", got, c.req)
			}
		})
	}
}

// broken is the body of a file whose media cannot be read to its end.
type broken struct{}

func (broken) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, "the f")
	return int64(n), errors.Join(err, errors.New("disk gone"))
}

// brokenDesk exports files that break off.
type brokenDesk struct {
	Desk
	released chan struct{}
}

func (d brokenDesk) OpenExport(context.Context, engine.ExportRequest) (*engine.Export, error) {
	return &engine.Export{Type: "video/mp4", FileName: "sea.mp4", Size: 8, Body: broken{}, Release: func() { close(d.released) }}, nil
}

func TestExportThatFailsBreaksOff(t *testing.T) {
	released := make(chan struct{})
	s, _ := fresh(t, func(c *Config) { c.Desk = brokenDesk{c.Desk, released} })
	served := httptest.NewServer(s.Handler())
	defer served.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, served.URL+"/api/v1/points/sea/export.mp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		err = errors.Join(err, resp.Body.Close())
	}
	if err == nil {
		t.Fatal("a file that breaks off looks whole")
	}
	<-released
}
