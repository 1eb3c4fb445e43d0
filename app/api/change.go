package api

import (
	"net/http"
	"net/url"
	"strconv"

	"pubpoint/engine"
)

// patchPoint changes those settings that the body names (RFC 7396), below "config" as GET shows
// them, or on its top level.
func (s *Server) patchPoint(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	p, err := s.desk.Point(name)
	if err != nil {
		return err
	}
	settings := configOf(p.Config)
	body := struct {
		*pointConfig
		Config *pointConfig `json:"config"`
	}{&settings, &settings}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	cfg, err := settings.config()
	if err != nil {
		return err
	}
	if err := s.desk.UpdatePoint(r.Context(), name, cfg); err != nil {
		return err
	}
	return s.writePoint(w, r, http.StatusOK, name)
}

func (s *Server) deletePoint(w http.ResponseWriter, r *http.Request) error {
	var how engine.Deletion
	for key, into := range map[string]*bool{"force": &how.Force, "keep_files": &how.KeepFiles} {
		if err := flag(r.URL.Query(), key, into); err != nil {
			return err
		}
	}
	if err := s.desk.DeletePoint(r.Context(), r.PathValue("name"), how); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// flag reads a query key that is true or false; without it nothing changes.
func flag(query url.Values, key string, into *bool) error {
	if !query.Has(key) {
		return nil
	}
	value, err := strconv.ParseBool(query.Get(key))
	if err != nil {
		return badInput("%s is %q; write true or false.", key, query.Get(key))
	}
	*into = value
	return nil
}
