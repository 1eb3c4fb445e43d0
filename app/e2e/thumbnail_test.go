//go:build e2e

package e2e

import (
	"image/jpeg"
	"net/http"
	"testing"
	"time"
)

// What a real encoder sends is seen and heard through the API, and renewed while somebody asks.
func TestPictureAndLevelOfALiveStream(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	tags := map[string]bool{}
	eventually(t, "the API shows one picture and then another", func() (any, bool) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.admin+"/api/v1/points/oceans/thumbnail.jpg", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == http.StatusOK && !tags[resp.Header.Get("ETag")] {
			tags[resp.Header.Get("ETag")] = true
			// 320 pixels are all there are; pictures have one width.
			if img, err := jpeg.Decode(resp.Body); err != nil || img.Bounds().Dx() != 384 || img.Bounds().Dy() != 216 {
				t.Errorf("picture: %v", err)
			}
			at, err := http.ParseTime(resp.Header.Get("Last-Modified"))
			if err != nil || time.Since(at) > time.Minute {
				t.Errorf("it is of %v (%v)", at, err)
			}
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return resp.Status, len(tags) > 1
	})
	var numbers struct {
		Level *struct {
			Peak  float64   `json:"peak_dbfs"`
			Peaks []float64 `json:"channel_peaks_dbfs"`
		} `json:"audio_level"`
	}
	eventually(t, "the API tells how loud it is", func() (any, bool) {
		s.api(t, http.MethodGet, "/api/v1/points/oceans/statistics", nil, &numbers)
		return numbers, numbers.Level != nil
	})
	// The tone has an eighth of the full amplitude, and 3 dB less in each of two channels.
	if l := numbers.Level; l.Peak < -23 || l.Peak > -17 || len(l.Peaks) != 2 {
		t.Errorf("the tone is told as %+v", *l)
	}
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	if code := s.terminate(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
