package api

import (
	"fmt"
	"strings"
	"testing"
)

func TestAudit(t *testing.T) {
	s, _ := fresh(t)
	const arena = "/api/v1/points/sports%2Farena"
	ask(s, "PUT", arena+"/state", `{"state":"stopped"}`)
	ask(s, "PUT", arena+"/state", `{"state":"starting"}`)
	ask(s, "GET", arena, "")
	for path, want := range map[string]string{
		"/api/v1/audit": `{"actions":[{"seq":1,`, "/api/v1/audit?limit=1": `{"actions":[{"seq":2,`,
		"/api/v1/audit?after=1": `{"actions":[{"seq":2,`, "/api/v1/audit?after=2": `{"actions":[]}`,
	} {
		if w := ask(s, "GET", path, ""); w.Code != 200 || !strings.HasPrefix(w.Body.String(), want) {
			t.Errorf("%s says %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	body := ask(s, "GET", "/api/v1/audit", "").Body.String()
	for _, want := range []string{`"who":"api 192.0.2.1","what":"set state","point":"sports/arena"`, `"detail":"stopped","outcome":"done","reason":""`, `"outcome":"bad input","reason":"A publishing point`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
	for _, query := range []string{"limit=0", "limit=1001", "limit=x", "after=-1", fmt.Sprint("after=", 1<<60)} {
		if w := ask(s, "GET", "/api/v1/audit?"+query, ""); w.Code != 400 {
			t.Errorf("%s says %d", query, w.Code)
		}
	}
}
