package preview

import (
	"encoding/json"
	"net/http"
)

// Refuse answers with a status code and a sentence that says what to do (RFC 9457).
func Refuse(w http.ResponseWriter, status int, detail string) {
	body, err := json.Marshal(map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail})
	if err != nil {
		body = []byte("{}") // marshalling strings and numbers does not fail
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A client that went away cannot be told anything.
	_, _ = w.Write(body)
}
