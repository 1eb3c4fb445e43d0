package node

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"pubpoint/app/settings"
	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// The origin that the programs run keeps what the window, the desk and the admin API rely
// on, as the fake one does in their tests.
func TestOriginKeepsThePromises(t *testing.T) {
	enginetest.Promises(t, func() engine.Service {
		s := settings.Settings{Root: filepath.Join(t.TempDir(), "www"), Listen: "127.0.0.1:0"}
		o, err := New(s, slog.New(slog.DiscardHandler), Deps{Version: "1.2.3"}).makeOrigin()
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Listen(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v", err)
			}
		})
		return o
	})
}
