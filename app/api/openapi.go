package api

import (
	_ "embed"
	"net/http"
)

//go:embed openapi.json
var openAPI string

func (s *Server) getOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	// A client that has gone cannot be told anything.
	_, _ = w.Write([]byte(openAPI))
	return nil
}
