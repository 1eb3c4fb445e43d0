package api

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestThumbnail(t *testing.T) {
	s, fake := fresh(t)
	const path = "/api/v1/points/sports%2Farena/thumbnail.jpg"
	get := func(path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "http://127.0.0.1"+path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w
	}
	if w := get(path); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), `"kind":"unavailable"`) {
		t.Errorf("before there is one: %d %s", w.Code, w.Body)
	}
	if w := get("/api/v1/points/none/thumbnail.jpg"); w.Code != http.StatusNotFound || w.Header().Get("Retry-After") != "" {
		t.Errorf("of no point: %d %s", w.Code, w.Body)
	}
	fake.SetThumbnail("sports/arena", engine.Thumbnail{At: time.Unix(1_800_000_000, 0), Width: 384, Height: 216, JPEG: []byte("a picture")})
	w := get(path)
	tag := w.Header().Get("ETag")
	if w.Code != http.StatusOK || w.Body.String() != "a picture" || w.Header().Get("Content-Type") != "image/jpeg" ||
		w.Header().Get("Last-Modified") != "Fri, 15 Jan 2027 08:00:00 GMT" || len(tag) < 10 {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
	if w := get(path, "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("the same again: %d %q", w.Code, w.Body)
	}
	fake.SetThumbnail("sports/arena", engine.Thumbnail{JPEG: []byte("another")})
	if w := get(path, "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("another: %d", w.Code)
	}
}

func TestLevelInStatistics(t *testing.T) {
	s, fake := fresh(t)
	statistics := func() string {
		r := httptest.NewRequest("GET", "http://127.0.0.1/api/v1/points/sports%2Farena/statistics", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Body.String()
	}
	if got := statistics(); !strings.Contains(got, `"audio_level":null`) {
		t.Errorf("before there is one: %s", got)
	}
	silence := math.Inf(-1)
	fake.SetAudioLevel("sports/arena", engine.AudioLevel{Peak: -6.5, RMS: -20, Peaks: []float64{-6.5, silence}, Span: 2 * time.Second})
	if got := statistics(); !strings.Contains(got, `"peak_dbfs":-6.5`) || !strings.Contains(got, `"channel_peaks_dbfs":[-6.5,null]`) {
		t.Errorf("level: %s", got)
	}
}
