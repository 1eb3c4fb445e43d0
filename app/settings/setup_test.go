package settings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
)

func none(string) string { return "" }

func TestFixed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pubpoint.toml")
	env := func(name string) string { return map[string]string{"PUBPOINT_ADMIN": "off"}[name] }
	s, err := Parse("pubpointd", []string{"-config", file, "-root", t.TempDir()}, env, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Fixed.Names(); !slices.Equal(got, []string{"root", "admin"}) {
		t.Errorf("fixed are %v", got)
	}
}

func TestChangeSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "pubpoint.toml")
	if err := os.WriteFile(file, []byte("log-level = \"warn\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	now, err := Parse("pubpoint", []string{"-config", file, "-root", dir}, none, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	store := NewStore(file)
	before, err := store.Setup(now)
	if err != nil || !before.Notify || before.Refresh != engine.DefaultRefresh || before.Next.Listen != DefaultListen || before.TokenFile == "" {
		t.Fatalf("at first %+v, %v", before, err)
	}
	listen, theme, language, resume, off, slow, root := "0.0.0.0:9000", "light", "de", "never", false, time.Second, filepath.Join(dir, "other")
	if err := store.Change(engine.SetupChange{Listen: &listen, Theme: &theme, Language: &language, Resume: &resume, Notify: &off, Refresh: &slow, Root: &root}); err != nil {
		t.Fatal(err)
	}
	after, err := store.Setup(now)
	if err != nil || after.Now.Listen != DefaultListen || after.Next.Listen != listen || after.Next.Root != root || after.Theme != theme || after.Language != language || after.Resume != resume || after.Notify || after.Refresh != slow {
		t.Errorf("afterwards %+v, %v", after, err)
	}
	again, err := Parse("pubpoint", []string{"-config", file}, none, os.Stderr)
	if err != nil || again.Listen != listen || again.Root != root || again.LogLevel.String() != "WARN" || again.Fixed != (Fixed{}) {
		t.Errorf("the next run works with %+v, %v", again, err)
	}
	empty := ""
	if err := store.Change(engine.SetupChange{Listen: &empty, Language: &empty}); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Setup(now); err != nil || s.Next.Listen != DefaultListen || s.Language != "" || s.Theme != theme {
		t.Errorf("taken back: %+v, %v", s, err)
	}
}

func TestBadChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pubpoint.toml")
	store := NewStore(file)
	text := func(s string) *string { return &s }
	hour := time.Hour
	for want, c := range map[string]engine.SetupChange{
		"is no address":      {Listen: text("8088")},
		"write HOST:PORT":    {Admin: text("on")},
		"cannot be run":      {FFmpeg: text(filepath.Join(t.TempDir(), "ffmpeg"))},
		"is no theme":        {Theme: text("pink"), Listen: text("127.0.0.1:1")},
		"resume is":          {Resume: text("sometimes")},
		"is no language":     {Language: text("German")},
		"is no whole path":   {Root: text("www")},
		"window is refreshe": {Refresh: &hour},
	} {
		err := store.Change(c)
		if engine.KindOf(err) != engine.BadInput || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
	for _, bad := range []string{`theme = "pink"`, `refresh = "9h"`, `refresh = "soon"`, `language = "../x"`} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Setup(Settings{}); engine.KindOf(err) != engine.Storage || !strings.Contains(err.Error(), "pubpoint.toml") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
