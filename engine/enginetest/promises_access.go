package enginetest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

// secretsStayInside gives a point credentials and looks whether their secrets come out.
func secretsStayInside(t *testing.T, s engine.Service) {
	const password, token = "opens-the-sea", "0123456789abcdef0123456789abcdef"
	cfg := engine.DefaultPointConfig()
	cfg.IngestAuth = []engine.Credential{
		{Name: "van", Kind: engine.CredentialPassword, Secret: password},
		{Name: "rack", Kind: engine.CredentialPassword, Scheme: engine.SchemeDigest, Secret: password},
		{Name: "cloud", Kind: engine.CredentialToken, Secret: token},
	}
	cfg.AllowFrom, cfg.PlayFrom = []string{"127.0.0.1", "10.0.0.0/8"}, []string{"::/0"}
	if err := s.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatalf("CreatePoint: %v", err)
	}
	want := cfg.Clone()
	want.IngestAuth = []engine.Credential{
		{Name: "van", Kind: engine.CredentialPassword, Scheme: engine.SchemePBKDF2},
		{Name: "rack", Kind: engine.CredentialPassword, Scheme: engine.SchemeDigest},
		{Name: "cloud", Kind: engine.CredentialToken, Scheme: engine.SchemeSHA256},
	}
	p, err := s.Point("oceans")
	if err != nil || !p.Config.Equal(want) {
		t.Errorf("settings are %+v (%v), want %+v", p.Config, err, want)
	}
	if text := fmt.Sprintf("%+v %+v", s.Points(), s.RecentEvents(100)); strings.Contains(text, password) || strings.Contains(text, token) {
		t.Error("a secret came out")
	}
	// What was handed out is taken back, and leaves the secrets as they are; another gets one.
	next := p.Config.Clone()
	next.IngestAuth = append(next.IngestAuth[1:], engine.Credential{Name: "drone", Kind: engine.CredentialPassword, Secret: password})
	if err := s.UpdatePoint(t.Context(), "oceans", next); err != nil {
		t.Fatalf("UpdatePoint: %v", err)
	}
	want.IngestAuth = append(want.IngestAuth[1:], engine.Credential{Name: "drone", Kind: engine.CredentialPassword, Scheme: engine.SchemePBKDF2})
	if p, err = s.Point("oceans"); err != nil || !p.Config.Equal(want) {
		t.Errorf("settings are %+v (%v), want %+v", p.Config, err, want)
	}
	p.Config.IngestAuth[0].Name, p.Config.AllowFrom[0] = "changed", "changed"
	if p, err = s.Point("oceans"); err != nil || !p.Config.Equal(want) {
		t.Errorf("a receiver changed the engine's own settings: %+v (%v)", p.Config, err)
	}
}

// badAccess asks for limits that make no sense.
func badAccess(t *testing.T, s engine.Service) {
	create(t, s, "oceans")
	van := engine.Credential{Name: "van", Kind: engine.CredentialPassword, Secret: "secret"}
	for name, change := range map[string]func(*engine.PointConfig){
		"no secret": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "van", Kind: engine.CredentialPassword}}
		},
		"no kind": func(c *engine.PointConfig) { c.IngestAuth = []engine.Credential{{Name: "van", Secret: "secret"}} },
		"a colon": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "v:n", Kind: van.Kind, Secret: "secret"}}
		},
		"twice": func(c *engine.PointConfig) { c.IngestAuth = []engine.Credential{van, van} },
		"short token": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "c", Kind: engine.CredentialToken, Secret: "short"}}
		},
		"odd scheme": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "v", Kind: van.Kind, Scheme: "rot13", Secret: "secret"}}
		},
		"digest token": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "v", Kind: engine.CredentialToken, Scheme: engine.SchemeDigest, Secret: strings.Repeat("x7", 20)}}
		},
		"no address":  func(c *engine.PointConfig) { c.AllowFrom = []string{"studio.example"} },
		"long prefix": func(c *engine.PointConfig) { c.PlayFrom = []string{"10.0.0.0/33"} },
		"too many":    func(c *engine.PointConfig) { c.PlayFrom = make([]string, engine.MaxAddresses+1) },
		"control in key": func(c *engine.PointConfig) {
			c.IngestAuth = []engine.Credential{{Name: "v", Kind: van.Kind, Secret: "a\nb"}}
		},
	} {
		cfg := engine.DefaultPointConfig()
		change(&cfg)
		wantKind(t, "UpdatePoint with "+name, s.UpdatePoint(t.Context(), "oceans", cfg), engine.BadInput)
		wantKind(t, "CreatePoint with "+name, s.CreatePoint(t.Context(), "seas", cfg), engine.BadInput)
	}
	if p, err := s.Point("oceans"); err != nil || !p.Config.Equal(engine.DefaultPointConfig()) {
		t.Errorf("after bad settings it has %+v (%v)", p.Config, err)
	}
}

// signedLinks signs, rotates and signs again.
func signedLinks(t *testing.T, s engine.Service) {
	_, err := s.SignPlayback(t.Context(), "oceans", time.Hour)
	wantKind(t, "SignPlayback of no point", err, engine.NotFound)
	wantKind(t, "RotatePlaybackKey of no point", s.RotatePlaybackKey(t.Context(), "oceans"), engine.NotFound)
	create(t, s, "oceans")
	_, err = s.SignPlayback(t.Context(), "oceans", time.Hour)
	wantKind(t, "SignPlayback of an open point", err, engine.Conflict)
	wantKind(t, "RotatePlaybackKey of an open point", s.RotatePlaybackKey(t.Context(), "oceans"), engine.Conflict)
	cfg := engine.DefaultPointConfig()
	cfg.SignedPlayback = true
	if err := s.UpdatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatalf("UpdatePoint: %v", err)
	}
	for _, length := range []time.Duration{0, -time.Hour, time.Millisecond, engine.MaxPlayback + time.Second} {
		_, err = s.SignPlayback(t.Context(), "oceans", length)
		wantKind(t, "SignPlayback for "+length.String(), err, engine.BadInput)
	}
	links, err := s.SignPlayback(t.Context(), "oceans", time.Hour)
	if err != nil || len(links) < 2 || !links[0].Browse {
		t.Fatalf("SignPlayback: %+v, %v; want the preview page, then manifests", links, err)
	}
	for _, l := range links {
		u, err := url.Parse(l.URL)
		if err != nil || l.Label == "" || !strings.HasPrefix(l.URL, s.Addresses().Media+"/oceans.isml/") || u.RawQuery != "" {
			t.Errorf("signed link %+v (%v)", l, err)
		}
	}
	if err := s.RotatePlaybackKey(t.Context(), "oceans"); err != nil {
		t.Fatalf("RotatePlaybackKey: %v", err)
	}
	again, err := s.SignPlayback(t.Context(), "oceans", time.Hour)
	if err != nil || len(again) != len(links) || again[0] == links[0] {
		t.Errorf("after rotating: %+v (%v), was %+v", again, err, links)
	}
}
