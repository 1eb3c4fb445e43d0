package point

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// These tests run on the clock of testing/synctest, which goes on when nothing is left to do.

// pass lets time go by.
func pass(d time.Duration) { <-time.After(d) }

// stoppedAfter makes sure that the point is on air until some time has gone by, and has
// ended a moment later.
func (s *stage) stoppedAfter(d time.Duration) {
	s.t.Helper()
	pass(d - time.Millisecond)
	if st := s.Status(); st.State != engine.StateStarted {
		s.t.Fatalf("state %s before %s have gone by", st.State, d)
	}
	pass(2 * time.Millisecond)
	if st := s.Status(); st.State != engine.StateStopped {
		s.t.Fatalf("state %s after %s", st.State, d)
	}
}

// TestHalfOpenConnectionDoesNotKeepAnEventOpen has an encoder whose connection died without
// anybody noticing, which comes back on another and ends its stream there.
func TestHalfOpenConnectionDoesNotKeepAnEventOpen(t *testing.T) {
	const stale, grace = 10 * time.Second, 2 * time.Second
	for name, c := range map[string]struct{ before, want time.Duration }{
		"silent for long":     {before: 15 * time.Second, want: grace},
		"silent for a moment": {before: 4 * time.Second, want: stale - 4*time.Second + grace},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, func(cfg *Config) { cfg.Stale, cfg.Grace = stale, grace })
				dead := s.connect("x-200k", engine.Video, scale)
				dead.send(0, gop*second)
				pass(c.before)
				back := s.connect("x-200k", engine.Video, scale)
				back.send(gop*second, gop*second)
				back.end()
				s.stoppedAfter(c.want)
				dead.Close("connection lost")
				if st := s.Status(); st.State != engine.StateStopped {
					t.Fatalf("state %s once the dead connection is gone", st.State)
				}
			})
		})
	}
}

// TestOtherEncoderOfAStreamKeepsItOpen has two encoders of one stream, of which one ends.
func TestOtherEncoderOfAStreamKeepsItOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(cfg *Config) { cfg.Stale, cfg.Grace = 10*time.Second, 2*time.Second })
		first, other := s.connect("x-200k", engine.Video, scale), s.connect("x-200k", engine.Video, scale)
		first.send(0, gop*second)
		first.end()
		for i := range engine.Ticks(30) {
			other.send(i*gop*second, gop*second)
			pass(gop * time.Second)
		}
		if st := s.Status(); st.State != engine.StateStarted || len(s.view().Stream("video").Spans) != 30 {
			t.Fatalf("state %s, %d spans", st.State, len(s.view().Stream("video").Spans))
		}
		other.Close("connection lost") // the end mark of the first counts now
		s.stoppedAfter(2 * time.Second)
	})
}

// TestSparseStreamDoesNotKeepAnEventOpen announces subtitles before, or after, the end of
// everything else.
func TestSparseStreamDoesNotKeepAnEventOpen(t *testing.T) {
	const grace = 2 * time.Second
	for _, late := range []bool{false, true} {
		for _, stays := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, func(cfg *Config) { cfg.Grace = grace })
				video := s.connect("x-200k", engine.Video, scale)
				video.send(0, gop*second)
				subtitles := func() {
					e := s.connect("subtitles", engine.Text, 1000)
					if !stays {
						e.Close("closed without an end mark")
					}
				}
				if !late {
					subtitles()
				}
				video.end()
				if late {
					subtitles()
				}
				s.stoppedAfter(grace)
			})
		}
	}
}

func TestStreamThatComesBackWithinGraceKeepsTheEventOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(cfg *Config) { cfg.Grace = 2 * time.Second })
		e := s.connect("x-200k", engine.Video, scale)
		e.send(0, gop*second)
		e.end()
		pass(time.Second)
		e = s.connect("x-200k", engine.Video, scale)
		pass(time.Minute)
		e.send(gop*second, gop*second)
		if st := s.Status(); st.State != engine.StateStarted {
			t.Fatalf("state %s", st.State)
		}
		e.end()
		s.stoppedAfter(2 * time.Second)
		if n := len(s.view().Stream("video").Spans); n != 2 {
			t.Fatalf("%d spans", n)
		}
	})
}

// TestSealThatFailedCanBeTriedAgain cannot render the client manifest at first.
func TestSealThatFailedCanBeTriedAgain(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	s := newStage(t, func(cfg *Config) {
		render := cfg.ClientManifest
		cfg.ClientManifest = func(v *presentation.View) ([]byte, error) {
			if broken.Load() {
				return nil, errors.New("no room for it")
			}
			return render(v)
		}
	})
	e := s.connect("x-200k", engine.Video, scale)
	for i := range engine.Ticks(3) {
		e.send(i*gop*second, gop*second)
	}
	for range 2 {
		if err := s.SetState(t.Context(), engine.StateStopped); engine.KindOf(err) != engine.Storage {
			t.Fatalf("stop: %v", err)
		}
		st := s.Status()
		if st.State != engine.StateStopped || st.Reason == "" || st.Action == "" || st.Archive.Sealed {
			t.Fatalf("state %s, reason %q, action %q, archive %+v", st.State, st.Reason, st.Action, st.Archive)
		}
		if v := s.view(); v.Live || len(v.Stream("video").Spans) != 3 {
			t.Fatalf("live %v, %d spans: what was recorded plays on", v.Live, len(v.Stream("video").Spans))
		}
	}
	broken.Store(false)
	if err := s.SetState(t.Context(), engine.StateStopped); err != nil {
		t.Fatal(err)
	}
	st := s.Status()
	if st.State != engine.StateStopped || st.Reason != "" || st.Action != "" || !st.Archive.Sealed {
		t.Fatalf("state %s, reason %q, action %q, archive %+v", st.State, st.Reason, st.Action, st.Archive)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "oceans.ismc")); err != nil {
		t.Fatal(err)
	}
}

// TestOneProcessBeginsOneEvent restarts a process with two outputs, whose clocks begin again
// together, at a point that makes that another event.
func TestOneProcessBeginsOneEvent(t *testing.T) {
	for name, late := range map[string]bool{"announced together": false, "announced one after the other": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, func(cfg *Config) { cfg.Settings.OnReconnect = engine.ReconnectNewEvent })
				for run := range 4 {
					pass(time.Second) // an event is named for the moment it begins
					low := s.connect("low-200k", engine.Video, scale)
					var high *source
					if !late {
						high = s.connect("high-400k", engine.Video, scale)
					}
					for i := range engine.Ticks(4) {
						low.send(i*gop*second, gop*second)
						if high == nil {
							high = s.connect("high-400k", engine.Video, scale)
						}
						high.send(i*gop*second, gop*second)
					}
					if low.gone.Err() != nil || high.gone.Err() != nil {
						t.Fatalf("run %d: an encoder was sent away", run)
					}
					low.Close("killed")
					high.Close("killed")
					v := s.view()
					if n := len(s.earlier()); n != run {
						t.Fatalf("run %d: %d earlier events", run, n)
					}
					if spans := v.Stream("video").Spans; len(spans) != 4 || len(v.Stream("video").Tracks) != 2 {
						t.Fatalf("run %d: spans %v of %d tracks", run, spans, len(v.Stream("video").Tracks))
					}
				}
			})
		})
	}
}
