package svc

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// diary is what happened, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// polite is a part that stops when asked, after a while.
func (d *diary) polite(name string, takes time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		d.write("ask " + name)
		<-time.After(takes) // of the bubble's clock
		d.write("end " + name)
		return ctx.Err()
	}
}

func TestStopsInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		var g Group
		for _, name := range []string{"metrics", "points", "listener"} {
			g.Add(name, d.polite(name, time.Second))
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if err := g.Run(ctx); err != nil {
			t.Error(err)
		}
		want := []string{"ask listener", "end listener", "ask points", "end points", "ask metrics", "end metrics"}
		if !slices.Equal(d.lines, want) {
			t.Errorf("%v, want %v", d.lines, want)
		}
	})
}

func TestFailureStopsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		var g Group
		refused, broken := errors.New("refused"), errors.New("broken on the way down")
		g.Add("metrics", func(ctx context.Context) error {
			<-ctx.Done()
			return broken
		})
		g.Add("done early", func(context.Context) error { return nil })
		g.Add("listener", func(context.Context) error {
			time.Sleep(time.Second)
			return refused
		})
		g.Add("watch", d.polite("watch", 0))
		err := g.Run(t.Context())
		if !errors.Is(err, refused) || !errors.Is(err, broken) {
			t.Errorf("%v, want both errors", err)
		}
		if text := err.Error(); !strings.Contains(text, "listener: refused") || strings.Contains(text, "watch") || strings.Contains(text, "done early") {
			t.Errorf("errors are %q", text)
		}
		if !slices.Equal(d.lines, []string{"ask watch", "end watch"}) {
			t.Errorf("%v", d.lines)
		}
	})
}

func TestNamesWhatDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		var log bytes.Buffer
		g := Group{Logger: slog.New(slog.NewTextHandler(&log, nil)), Grace: 3 * time.Second}
		release := make(chan struct{})
		g.Add("points", d.polite("points", 0))
		g.Add("stubborn", func(context.Context) error { <-release; return nil })
		g.Add("listener", d.polite("listener", 2*time.Second))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		err := g.Run(ctx)
		if !errors.Is(err, ErrNotStopped) || !strings.Contains(err.Error(), "stubborn") {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("stopping took %v", took)
		}
		if !slices.Contains(d.lines, "end points") || !strings.Contains(log.String(), "part=stubborn") {
			t.Errorf("%v, log %q", d.lines, log.String())
		}
		close(release)
		synctest.Wait()
	})
}

func TestEndsWhenAllIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group
		for _, name := range []string{"a", "b"} {
			g.Add(name, func(context.Context) error {
				time.Sleep(time.Second)
				return nil
			})
		}
		if err := g.Run(t.Context()); err != nil {
			t.Error(err)
		}
		if err := new(Group).Run(t.Context()); err != nil {
			t.Errorf("without parts: %v", err)
		}
	})
}

func TestCanceledByItselfIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group
		g.Add("odd", func(context.Context) error { return context.Canceled })
		if err := g.Run(t.Context()); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestPartsSeeValues(t *testing.T) {
	type key struct{}
	var g Group
	g.Add("reader", func(ctx context.Context) error {
		if ctx.Value(key{}) != "v" {
			return errors.New("the value is missing")
		}
		return nil
	})
	if err := g.Run(context.WithValue(t.Context(), key{}, "v")); err != nil {
		t.Error(err)
	}
}
