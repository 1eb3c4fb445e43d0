package api

import (
	"strings"
	"testing"
)

func TestAccessSettings(t *testing.T) {
	const arena, token = "/api/v1/points/sports%2Farena", "0123456789abcdef0123456789"
	s, _ := fresh(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               []string
	}{
		{"GET", arena, "", 200, []string{`"ingest_auth":[]`, `"allow_from":[]`, `"play_from":[]`, `"signed_playback":false`}},
		{"POST", arena + "/playback-links", `{"length_seconds":60}`, 409, []string{"signed playback"}},
		{"PATCH", arena, `{"ingest_auth":[{"name":"van","kind":"password","secret":"open sesame"}],"signed_playback":true}`, 200,
			[]string{`"ingest_auth":[{"name":"van","kind":"password","scheme":"pbkdf2-sha256"}]`, `"signed_playback":true`}},
		{"PATCH", arena, `{"title":"New"}`, 200, []string{`"ingest_auth":[{"name":"van","kind":"password","scheme":"pbkdf2-sha256"}]`, `"signed_playback":true`}},
		{"PATCH", arena, `{"config":{"ingest_auth":[{"name":"cloud","kind":"token","secret":"` + token + `"},{"name":"van","kind":"password"}],"allow_from":["10.0.0.0/8"]}}`, 200,
			[]string{`[{"name":"cloud","kind":"token","scheme":"sha256"},{"name":"van","kind":"password","scheme":"pbkdf2-sha256"}]`, `"allow_from":["10.0.0.0/8"]`}},
		{"PATCH", arena, `{"ingest_auth":[{"name":"bus","kind":"password"}]}`, 400, []string{"has no secret"}},
		{"PATCH", arena, `{"ingest_auth":[{"name":"van","kind":"password","hash":"x"}]}`, 400, []string{"hash"}},
		{"PATCH", arena, `{"allow_from":["studio"]}`, 400, []string{"allow_from", "studio"}},
		{"PATCH", arena, `{"play_from":["::/0"],"allow_from":[]}`, 200, []string{`"play_from":["::/0"]`, `"allow_from":[]`}},
		{"POST", "/api/v1/points", `{"name":"seas","config":{"ingest_auth":[{"name":"van","kind":"password","scheme":"digest","secret":"open sesame"}]}}`, 201,
			[]string{`"scheme":"digest"`}},
		{"POST", arena + "/playback-links", `{"length_seconds":60}`, 200, []string{`"links":[{"label":"Preview","url":"http`, "/sports/arena.isml/~"}},
		{"POST", arena + "/playback-links", `{}`, 400, []string{"length_seconds"}},
		{"POST", arena + "/playback-links", `{"length_seconds":1e300}`, 400, []string{"length_seconds"}},
		{"POST", arena + "/playback-links", `{"length_seconds":60,"point":"x"}`, 400, []string{"point"}},
		{"POST", "/api/v1/points/none/playback-links", `{"length_seconds":60}`, 404, nil},
		{"POST", arena + "/playback-key", "", 204, nil},
		{"POST", "/api/v1/points/none/playback-key", "", 404, nil},
	} {
		w := ask(s, c.method, c.path, c.body)
		if w.Code != c.status {
			t.Fatalf("%s %s %s: status %d, want %d: %s", c.method, c.path, c.body, w.Code, c.status, w.Body)
		}
		for _, want := range append(c.want, "") {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %s lacks %s", c.body, w.Body, want)
			}
		}
		for _, secret := range []string{"sesame", token} {
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("%s shows %s: %s", c.path, secret, w.Body)
			}
		}
		if c.status >= 400 {
			wantProblem(t, w)
		}
	}
}
