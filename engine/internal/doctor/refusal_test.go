package doctor

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pubpoint/engine"
)

// Who is refused learns why, and what to do.
func TestRefusalsAreToldInTheirOwnWords(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"application/problem+json", `{"detail":"Watched by signed links only; ask for one."}`, "cannot be examined: the server answers 403 Forbidden: Watched by signed links only; ask for one."},
		{"application/problem+json", `{"detail":"a\u001b[31mb\u009bc"}`, "403 Forbidden: a [31mb c."},
		{"application/problem+json", `{`, "the server answers 403 Forbidden."},
		{"text/html", `{"detail":"no"}`, "the server answers 403 Forbidden."},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(http.StatusForbidden)
			if _, err := io.WriteString(w, c.body); err != nil {
				t.Error(err)
			}
		}))
		_, err := Examine(t.Context(), server.URL+"/sea.isml/Manifest", Options{})
		server.Close()
		if text := engine.Sentence(err); !strings.HasSuffix(text, c.want) {
			t.Errorf("%s %s is told as %q, want %q", c.kind, c.body, text, c.want)
		}
	}
}

func TestCertificatesThatNobodyKnows(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, err := Examine(t.Context(), server.URL+"/sea.isml/Manifest", Options{})
	if text := engine.Sentence(err); !strings.Contains(text, "SSL_CERT_FILE=FILE") || strings.Contains(text, "x509") {
		t.Errorf("it is told as %q", text)
	}
}
