package api

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"time"

	"pubpoint/engine"
)

// AtHeader and StartHeader tell with a picture when its fragment arrived and, in seconds, its
// presentation time.
const (
	AtHeader    = "Pubpoint-At"
	StartHeader = "Pubpoint-Start"
)

// Pictures is what the API needs of app/control to show what points have on air.
type Pictures interface {
	Thumbnail(point string) (engine.Thumbnail, error)
	AudioLevel(point string) (engine.AudioLevel, error)
}

// level is how loud a point's newest sound was. Null stands for silence.
type level struct {
	At    time.Time  `json:"at"`
	Start float64    `json:"start_seconds"`
	Span  float64    `json:"span_seconds"`
	Peak  *float64   `json:"peak_dbfs"`
	RMS   *float64   `json:"rms_dbfs"`
	Peaks []*float64 `json:"channel_peaks_dbfs"`
}

// levelOf is nil while there is none.
func levelOf(l engine.AudioLevel, err error) *level {
	if err != nil {
		return nil // its absence says so; what is wrong with the point stands elsewhere
	}
	out := &level{At: l.At, Start: l.Start.Seconds(), Span: l.Span.Seconds(), Peak: decibels(l.Peak), RMS: decibels(l.RMS), Peaks: []*float64{}}
	for _, p := range l.Peaks {
		out.Peaks = append(out.Peaks, decibels(p))
	}
	return out
}

func decibels(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// getThumbnail answers with the newest picture, and 503 while there is none: asking is what has it
// made.
func (s *Server) getThumbnail(w http.ResponseWriter, r *http.Request) error {
	t, err := s.desk.Thumbnail(r.PathValue("name"))
	if err != nil {
		if engine.KindOf(err) == engine.Unavailable {
			w.Header().Set("Retry-After", "1")
		}
		return err
	}
	sum := sha256.Sum256(t.JPEG)
	tag := strconv.Quote(hex.EncodeToString(sum[:12]))
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	h.Set(AtHeader, t.At.UTC().Format(time.RFC3339Nano))
	h.Set(StartHeader, strconv.FormatFloat(t.Start.Seconds(), 'f', -1, 64))
	if !t.At.IsZero() {
		h.Set("Last-Modified", t.At.UTC().Format(http.TimeFormat))
	}
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(t.JPEG)))
	w.WriteHeader(http.StatusOK)
	// A client that has gone cannot be told anything.
	_, _ = w.Write(t.JPEG)
	return nil
}
