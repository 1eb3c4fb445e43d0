//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in a browser of its own.
type tab struct {
	ctx context.Context

	mu       sync.Mutex
	messages []string // errors of the console, and exceptions
	requests []string // addresses asked for
}

// browse starts a Chromium with an empty profile and opens a page of the given size.
func browse(t *testing.T, address string, width, height int) *tab {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(browser()), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(width, height),
		chromedp.WSURLReadTimeout(deadline), chromedp.Flag("headless", "new"),
	}
	for _, flag := range []string{"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars",
		"disable-background-timer-throttling", "disable-renderer-backgrounding", "disable-backgrounding-occluded-windows"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	options = append(options, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	allocator, free := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	b := &tab{ctx: ctx}
	t.Cleanup(func() {
		// A browser that does not want to close is killed by what follows.
		_ = chromedp.Cancel(ctx)
		closeTab()
		free()
	})
	chromedp.ListenTarget(ctx, b.hear)
	// The first Run starts the browser, which lives as long as the context it is given.
	if err := chromedp.Run(ctx, log.Enable(), network.Enable()); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	b.run(t, chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Navigate(address))
	return b
}

// hear notes what a person with open developer tools would see.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.messages = append(b.messages, "exception: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.APITypeError {
			return
		}
		var text []string
		for _, arg := range e.Args {
			text = append(text, string(arg.Value)+arg.Description)
		}
		b.messages = append(b.messages, strings.Join(text, " "))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			b.messages = append(b.messages, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// run does something with the page, within the deadline.
func (b *tab) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, deadline)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatalf("the page: %v", err)
	}
}

// pageState is what the preview page shows and plays.
type pageState struct {
	Mode                          string
	Time, Duration                float64
	Paused, Ended                 bool
	Width                         int
	State, Badge, Message, Action string
	Rendition, Delay, Dropped     string
}

// state asks the page how it is.
func (b *tab) state(t *testing.T) pageState {
	t.Helper()
	var s pageState
	b.run(t, chromedp.Evaluate(`(() => {
		const v = window.pubpoint?.video, text = (id) => { const e = document.getElementById(id); return e && !e.hidden ? e.textContent : ''; };
		return { Mode: window.pubpoint?.mode || '', Time: v?.currentTime || 0, Duration: Number.isFinite(v?.duration) ? v.duration : 0,
			Paused: !!v?.paused, Ended: !!v?.ended, Width: v?.videoWidth || 0,
			State: text('state-word'), Badge: text('badge'), Message: text('message'), Action: text('action'),
			Rendition: text('fact-rendition'), Delay: text('fact-delay'), Dropped: text('fact-dropped') };
	})()`, &s))
	return s
}

// await waits until the page is as it should be.
func (b *tab) await(t *testing.T, what string, is func(pageState) bool) (s pageState) {
	t.Helper()
	eventually(t, "the page "+what, func() (any, bool) {
		s = b.state(t)
		return s, is(s)
	})
	return s
}

// plays waits until the picture has moved on by so many seconds.
func (b *tab) plays(t *testing.T, mode string, seconds float64) pageState {
	t.Helper()
	begun := b.await(t, "plays "+mode, func(s pageState) bool { return s.Mode == mode && s.Time > 0 && s.Width > 0 && !s.Paused })
	return b.await(t, fmt.Sprintf("plays %s for %g s", mode, seconds), func(s pageState) bool {
		return s.Mode == mode && s.Time > begun.Time+seconds
	})
}

// shoot takes a picture of the page for people to look at.
func (b *tab) shoot(t *testing.T, name string) {
	t.Helper()
	var picture []byte
	b.run(t, chromedp.CaptureScreenshot(&picture))
	if err := os.WriteFile(filepath.Join(shots(t), name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// shots is the directory of the screenshots.
func shots(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PUBPOINT_E2E_SHOTS")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// clean makes sure that the page had no trouble and asked nobody else. A fragment that is
// to come answers 412, which Chromium prints as an error and players expect.
func (b *tab) clean(t *testing.T, home string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.messages {
		if !strings.Contains(m, "status of 412") {
			t.Errorf("the console says: %s", m)
		}
	}
	for _, r := range b.requests {
		u, err := url.Parse(r)
		if err != nil {
			t.Error(err)
			continue
		}
		if at := u.Scheme + "://" + u.Host; u.Scheme != "blob" && u.Scheme != "data" && at != home {
			t.Errorf("the page asked %s", r)
		}
	}
	if len(b.requests) == 0 {
		t.Error(errors.New("nobody listened to the page's requests"))
	}
}

// Sizes of the screens on which pictures are taken.
const (
	desktopWidth, desktopHeight = 1280, 800
	phoneWidth, phoneHeight     = 390, 844
)

// TestPreview has a page open before, while and after an event is on the air.
func TestPreview(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	page := s.url("oceans", "")
	b := browse(t, page, desktopWidth, desktopHeight)
	b.await(t, "waits for an encoder", func(s pageState) bool { return s.Mode == "none" && s.Message != "" && s.Badge == "" })
	b.shoot(t, "preview-idle")

	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	began := time.Now()
	seen := b.plays(t, "live", 3)
	t.Logf("the picture had moved for 3 s %.1f s after the encoder was started; behind live %s", time.Since(began).Seconds(), seen.Delay)
	if seen.Badge != "LIVE" || seen.Message != "" {
		t.Errorf("while it plays live the page shows %+v", seen)
	}
	b.await(t, "shows the better of two bitrates", func(s pageState) bool { return strings.Contains(s.Rendition, "300 kbit/s") && s.Width == 320 })
	b.shoot(t, "preview-live")
	phone := browse(t, page, phoneWidth, phoneHeight)
	phone.plays(t, "live", 2)
	phone.shoot(t, "preview-live-phone")
	seen = b.plays(t, "live", 2)

	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	last := seen
	b.await(t, "has played to the end and offers the recording", func(s pageState) bool {
		if s.Mode == "live" {
			last = s
		}
		return s.Mode == "vod" && s.Badge == "VOD" && s.Action != ""
	})
	b.shoot(t, "preview-ended")

	fresh := browse(t, page, desktopWidth, desktopHeight)
	recorded := fresh.plays(t, "vod", 2)
	if recorded.Badge != "VOD" || recorded.Time > recorded.Duration || recorded.Duration < 5 {
		t.Errorf("the recording plays as %+v", recorded)
	}
	if last.Time < recorded.Duration-0.5 {
		t.Errorf("the live picture stopped at %g s of %g s", last.Time, recorded.Duration)
	}
	fresh.shoot(t, "preview-vod")
	phone.await(t, "shows the recording", func(s pageState) bool { return s.Badge == "VOD" && s.Action != "" })
	phone.shoot(t, "preview-ended-phone")
	phone.run(t, chromedp.Click("#action", chromedp.ByID))
	phone.plays(t, "vod", 1)
	list := browse(t, s.media+"/", desktopWidth, desktopHeight)
	list.shoot(t, "points")
	for _, b := range []*tab{b, phone, fresh, list} {
		b.clean(t, s.media)
	}
}
