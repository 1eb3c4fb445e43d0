package api

import (
	"net/http"
	"time"

	"pubpoint/engine"
)

// system is an engine.SystemStatus as the API tells it; null is not known.
type system struct {
	Began      time.Time `json:"began,omitzero"`
	CPU        float64   `json:"cpu"`
	Cores      int       `json:"cores"`
	Memory     int64     `json:"memory"`
	DiskFree   *int64    `json:"disk_free"`
	DiskSize   *int64    `json:"disk_size"`
	Recording  int64     `json:"recording"`
	DiskLasts  *float64  `json:"disk_lasts_seconds"`
	Encoders   float64   `json:"encoders_cpu"`
	Unreliable string    `json:"unreliable"`

	Limits []limitStatus `json:"limits"`
}

// getSystem tells how the machine and the program are doing.
func (s *Server) getSystem(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, systemOf(s.desk.System(), s.limits()))
}

func systemOf(st engine.SystemStatus, limits []engine.LimitStatus) system {
	out := system{Began: st.Began, CPU: st.CPU, Cores: st.Cores, Memory: st.Memory, Recording: st.Recording, Encoders: st.Encoders, Unreliable: st.Unreliable, Limits: limitsOf(limits)}
	if st.DiskFree >= 0 {
		out.DiskFree = &st.DiskFree
	}
	if st.DiskSize >= 0 {
		out.DiskSize = &st.DiskSize
	}
	if st.DiskLasts > 0 {
		seconds := st.DiskLasts.Seconds()
		out.DiskLasts = &seconds
	}
	return out
}

// note is what POST .../notes carries.
type note struct {
	Text string `json:"text"`
}

// addNote marks the present moment of a point.
func (s *Server) addNote(w http.ResponseWriter, r *http.Request) error {
	var body note
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if err := s.desk.AddNote(r.Context(), r.PathValue("name"), body.Text); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
