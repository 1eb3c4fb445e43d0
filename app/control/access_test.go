package control

import (
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// TestPreviewOfASignedPoint opens the page of a point whose links have to be signed.
func TestPreviewOfASignedPoint(t *testing.T) {
	fake := enginetest.New()
	var opened string
	d := New(Config{Engine: fake, Store: &record{}, OpenURL: func(url string) error { opened = url; return nil }})
	cfg := engine.DefaultPointConfig()
	cfg.SignedPlayback = true
	if err := d.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	if err := d.OpenPreview(t.Context(), "oceans"); err != nil || !strings.Contains(opened, "/oceans.isml/~") {
		t.Errorf("%q was opened: %v", opened, err)
	}
	if err := d.RotatePlaybackKey(t.Context(), "oceans"); err != nil {
		t.Error(err)
	}
	if _, err := d.SignPlayback(t.Context(), "oceans", -time.Second); engine.KindOf(err) != engine.BadInput {
		t.Error(err)
	}
	if _, err := d.SignPlayback(t.Context(), "ocean", time.Second); engine.KindOf(err) != engine.NotFound {
		t.Error(err)
	}
}
