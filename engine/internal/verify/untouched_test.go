package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/verify"
)

// TestUntouched has nothing to find, however odd the stream.
func TestUntouched(t *testing.T) {
	for _, name := range []string{
		"1s-fragments-midgop-isml.ismv", "2v1a-isml.ismv", "2v1a-mixed-bframes-isml.ismv", "audio-only-2s-isml.ismv",
		"av-ac3-delaymoov-isml.ismv", "av-cmaf.mp4", "av-fmp4-basedataoffset.mp4", "av-isml.ismv", "av-lookahead2-file.ismv",
		"av-nomanifest-makezero.ismv", "av-plain.ismv", "av-prft-isml.ismv", "bframes-isml.ismv", "hevc-hev1-opengop-isml.ismv",
		"hevc-hvc1-isml.ismv", "redundant-a-wallclock-isml.ismv", "v-2audio-lang-isml.ismv", "video-2997-isml.ismv",
		"av-reconnect-second-request-isml.ismv", "av-kill9-isml.ismv", "bframes-chunks-cmaf.mp4", "keyframes-inside-cmaf.mp4",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStudio(t)
			header, fragments := capture(t, name)
			s.send("x", header, fragments...)
			if v := check(t, s.dir); v.Verdict != engine.VerdictComplete || !v.Open {
				t.Errorf("on air, open %t: %s", v.Open, told(v))
			}
			s.end()
			v := check(t, s.dir)
			if v.Verdict != engine.VerdictComplete || v.Open || v.Event == "" || v.Zero.IsZero() || len(v.Files) != 4 {
				t.Errorf("%+v: %s", v, told(v))
			}
		})
	}
}

// TestUntouchedCourses has events that did not go straight on.
func TestUntouchedCourses(t *testing.T) {
	header, fragments := capture(t, "audio-only-2s-isml.ismv")
	video, pictures := capture(t, "video-2997-isml.ismv")
	for _, c := range []struct {
		name   string
		course func(*studio)
		want   engine.Verdict
	}{
		{"gap", func(s *studio) {
			s.send("x", header, fragments[0])
			s.send("x", header, fragments[2:]...)
			s.end()
		}, engine.VerdictGap},
		{"clock that begins again", func(s *studio) {
			s.send("x", header, fragments...)
			s.send("x", header, fragments...)
			s.end()
		}, engine.VerdictComplete},
		{"sent again", func(s *studio) {
			s.send("x", header, fragments[:3]...)
			s.send("x", header, fragments[1:]...)
			s.end()
		}, engine.VerdictComplete},
		{"two streams", func(s *studio) {
			s.send("x", header, fragments...)
			s.send("y", video, pictures...)
			s.end()
		}, engine.VerdictComplete},
		{"two events", func(s *studio) {
			s.send("x", header, fragments...)
			s.end()
			s.again()
			s.send("x", header, fragments...)
			s.send("y", video, pictures...)
			s.end()
		}, engine.VerdictComplete},
		{"restart", func(s *studio) {
			s.send("x", header, fragments...)
			s.end()
			s.stop()
			s.open(engine.DefaultPointConfig())
		}, engine.VerdictComplete},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStudio(t)
			c.course(s)
			dirs, err := filepath.Glob(filepath.Join(s.dir, "events", "*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, dir := range append(dirs, s.dir) {
				if v := check(t, dir); v.Verdict != c.want {
					t.Errorf("%s: %s", dir, told(v))
				}
			}
		})
	}
}

// TestAfterACrash looks at files as a crash leaves them, and as recovery makes them.
func TestAfterACrash(t *testing.T) {
	header, fragments := capture(t, "audio-only-2s-isml.ismv")
	s := newStudio(t)
	s.send("x", header, fragments...)
	left := filepath.Join(t.TempDir(), "oceans.isml")
	if err := os.CopyFS(left, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	if v := check(t, left); v.Verdict != engine.VerdictComplete {
		t.Errorf("whole: %s", told(v))
	}
	index, err := os.ReadFile(filepath.Join(left, "x.ismx"))
	if err != nil {
		t.Fatal(err)
	}
	media, err := os.ReadFile(filepath.Join(left, "x.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ media, index int }{ // bytes cut off
		"index without a record": {0, 128}, "index without part of a record": {0, 60}, "index without all but one": {0, len(index) - 16 - 64},
		"torn media": {-17, 0}, "both torn": {-100, 30},
	} {
		dir := filepath.Join(t.TempDir(), "oceans.isml")
		if err := os.CopyFS(dir, os.DirFS(left)); err != nil {
			t.Fatal(err)
		}
		torn := append(media[:len(media):len(media)], fragments[0][:max(0, -c.media)]...)
		for file, b := range map[string][]byte{"x.ismv": torn, "x.ismx": index[:len(index)-c.index]} {
			if err := os.WriteFile(filepath.Join(dir, file), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if v := check(t, dir); v.Verdict != engine.VerdictRepaired {
			t.Errorf("%s: %s", name, told(v))
		}
		r := &studio{t: t, dir: dir}
		r.open(engine.DefaultPointConfig())
		if v := check(t, dir); !v.Open || v.Verdict != engine.VerdictComplete && (v.Verdict != engine.VerdictRepaired || c.index == 0) {
			t.Errorf("%s, recovered, open %t: %s", name, v.Open, told(v))
		}
	}
}

// TestWhileItIsWritten checks an event again and again while media arrives.
func TestWhileItIsWritten(t *testing.T) {
	s := newStudio(t, func(c *engine.PointConfig) { c.ArchiveSegment = 20 * time.Second })
	header, fragments := capture(t, "audio-only-2s-isml.ismv")
	s.send("x", header, fragments...)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for range 40 {
			s.send("x", header, fragments...)
		}
	}()
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		v, err := verify.Event(t.Context(), root, verify.Options{Base: "oceans"})
		if err != nil {
			t.Fatal(err)
		}
		if !v.Verdict.Complete() || !v.Open {
			t.Fatalf("look %d, open %t: %s", n, v.Open, told(v))
		}
		select {
		case <-sent:
			if err := root.Close(); err != nil {
				t.Fatal(err)
			}
			s.end()
			if v := check(t, s.dir); v.Verdict != engine.VerdictComplete || len(v.Files) < 6 {
				t.Errorf("%d files after %d looks: %s", len(v.Files), n+1, told(v))
			}
			return
		default:
		}
	}
}

// TestProgressAndCancel has a check told to stop.
func TestProgressAndCancel(t *testing.T) {
	s := newStudio(t)
	header, fragments := capture(t, "video-2997-isml.ismv")
	for range 30 {
		s.send("x", header, fragments...)
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var done, total int64
	_, err = verify.Event(ctx, root, verify.Options{Base: "oceans", Progress: func(d, all int64) {
		done, total = d, all
		cancel()
	}})
	if engine.KindOf(err) != engine.Unavailable || done <= 0 || done >= total {
		t.Errorf("after %d of %d bytes: %v", done, total, err)
	}
	if err := root.Close(); err != nil {
		t.Fatal(err)
	}
}
