package node

import (
	"os"
	"strings"
	"testing"

	"pubpoint/app/settings"
	"pubpoint/engine"
)

// The settings of a running program change by way of its file, and its token at once.
func TestTheProgramsSettings(t *testing.T) {
	f := fresh(t)
	stop := f.run(t)
	admin := f.logs.await(t, "listening")["admin"].(string)
	old, err := f.node.Token(t.Context())
	if err != nil || old == "" {
		t.Fatalf("token %q, %v", old, err)
	}
	if code, body := get(t, "http://"+admin+"/api/v1/settings", old); code != 200 || !strings.Contains(body, f.s.Config) {
		t.Errorf("the admin API says %d %s", code, body)
	}
	listen := "127.0.0.1:9999"
	s, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Listen: &listen})
	if err != nil || s.Now.Listen != "127.0.0.1:0" || s.Next.Listen != listen {
		t.Errorf("changed to %+v, %v", s, err)
	}
	bad := "nowhere"
	if _, err := f.node.ChangeSetup(t.Context(), engine.SetupChange{Listen: &bad}); engine.KindOf(err) != engine.BadInput {
		t.Errorf("a bad address gives %v", err)
	}
	other, err := f.node.RotateToken(t.Context())
	if err != nil || other == old {
		t.Fatalf("replaced by %q, %v", other, err)
	}
	if code, _ := get(t, "http://"+admin+"/api/v1/points", old); code != 401 {
		t.Errorf("the old token is answered with %d", code)
	}
	if code, _ := get(t, "http://"+admin+"/api/v1/points", other); code != 200 {
		t.Errorf("the new token is answered with %d", code)
	}
	if text, err := os.ReadFile(f.s.TokenFile()); err != nil || strings.TrimSpace(string(text)) != other {
		t.Errorf("the file holds %s, %v", text, err)
	}
	if _, err := f.node.TryTool(t.Context(), "/nowhere/ffmpeg"); engine.KindOf(err) != engine.Unsupported {
		t.Errorf("an ffmpeg that is not there gives %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestNoTokenWithoutAdmin(t *testing.T) {
	f := fresh(t, func(s *settings.Settings) { s.Admin = settings.AdminOff })
	if err := f.node.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.node.RotateToken(t.Context()); engine.KindOf(err) != engine.Conflict {
		t.Errorf("replacing gives %v", err)
	}
	if token, err := f.node.Token(t.Context()); token != "" || err != nil {
		t.Errorf("token %q, %v", token, err)
	}
}
