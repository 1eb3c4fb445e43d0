package api

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pubpoint/engine"
)

// MostSamples is how many samples one answer has at most.
const MostSamples = 10_000

// maxSamples is how many samples one answer holds at most, and has when nothing is said.
const (
	maxSamples     = MostSamples
	defaultSamples = 600
)

func (s *Server) listPoints(w http.ResponseWriter, r *http.Request) error {
	all, reach := []point{}, s.reacher(r)
	for _, p := range s.desk.Points() {
		all = append(all, pointOf(p, reached(s.desk.Links(p.Name), reach)))
	}
	return writeJSON(w, http.StatusOK, map[string]any{"points": all})
}

func (s *Server) createPoint(w http.ResponseWriter, r *http.Request) error {
	body := struct {
		Name   string      `json:"name"`
		Config pointConfig `json:"config"`
	}{Config: configOf(engine.DefaultPointConfig())}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	cfg, err := body.Config.config()
	if err != nil {
		return err
	}
	if err := s.desk.CreatePoint(r.Context(), body.Name, cfg); err != nil {
		return err
	}
	w.Header().Set("Location", prefix+"/points/"+url.PathEscape(body.Name))
	return s.writePoint(w, r, http.StatusCreated, body.Name)
}

func (s *Server) getPoint(w http.ResponseWriter, r *http.Request) error {
	return s.writePoint(w, r, http.StatusOK, r.PathValue("name"))
}

func (s *Server) writePoint(w http.ResponseWriter, r *http.Request, status int, name string) error {
	p, err := s.desk.Point(name)
	if err != nil {
		return err
	}
	return writeJSON(w, status, pointOf(p, reached(s.desk.Links(name), s.reacher(r))))
}

// stateBody is what PUT .../state carries.
type stateBody struct {
	State engine.State `json:"state"`
}

func (s *Server) putState(w http.ResponseWriter, r *http.Request) error {
	var body stateBody
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	name := r.PathValue("name")
	if err := s.desk.SetPointState(r.Context(), name, body.State); err != nil {
		return err
	}
	return s.writePoint(w, r, http.StatusOK, name)
}

func (s *Server) getStatistics(w http.ResponseWriter, r *http.Request) error {
	return s.writeStatistics(w, r.PathValue("name"))
}

func (s *Server) writeStatistics(w http.ResponseWriter, name string) error {
	p, err := s.desk.Point(name)
	if err != nil {
		return err
	}
	out := statisticsOf(p)
	out.Level = levelOf(s.desk.AudioLevel(name))
	return writeJSON(w, http.StatusOK, out)
}

// sample is one measured value; null says that there was nothing to measure.
type sample struct {
	At    time.Time `json:"at"`
	Value *float64  `json:"value"`
}

func (s *Server) getSeries(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r.PathValue("name"), r.URL.Query())
	if err != nil {
		return err
	}
	series, err := s.desk.Series(q)
	if err != nil {
		return err
	}
	samples := make([]sample, len(series.Samples))
	for i, x := range series.Samples {
		samples[i].At = x.At
		if !math.IsNaN(x.Value) && !math.IsInf(x.Value, 0) {
			samples[i].Value = &x.Value
		}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"metric": q.Metric, "track": q.Track, "unit": series.Unit, "samples": samples})
}

func query(name string, values url.Values) (engine.Query, error) {
	q := engine.Query{Metric: engine.Metric(values.Get("metric")), Point: name, Track: values.Get("track"), MaxSamples: defaultSamples}
	if err := readStretch(values, &q.From, &q.To); err != nil {
		return q, err
	}
	if text := values.Get("max_samples"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxSamples {
			return q, badInput("max_samples is %q; write a number from 1 to %d.", text, maxSamples)
		}
		q.MaxSamples = n
	}
	return q, nil
}

// readStretch reads from and to, as far as they are given.
func readStretch(values url.Values, from, to *time.Time) error {
	for field, into := range map[string]*time.Time{"from": from, "to": to} {
		text := values.Get(field)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return badInput("%s is %q; write an instant like 2006-01-02T15:04:05Z.", field, text)
		}
		*into = at
	}
	return nil
}
