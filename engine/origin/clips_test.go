package origin_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/origin"
)

// recorded is an origin whose point oceans has recorded a capture.
func recorded(t *testing.T, stream, capture string) *running {
	t.Helper()
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	if status := r.post("/oceans.isml/oceans.ism?stream_id="+stream+".ismv", bytes.NewReader(vector(t, capture))); status != 200 {
		t.Fatal(status)
	}
	r.awaitState("oceans", engine.StateStopped)
	return r
}

// listing is what a client manifest lists: streams by name, with the fragments of each level.
func (r *running) listing(dir string) (*manifest, []string) {
	r.t.Helper()
	status, _, b := r.get("/" + dir + "/Manifest")
	if status != 200 {
		r.t.Fatalf("manifest of %s: %d %s", dir, status, b)
	}
	m := parse(r.t, b)
	return m, m.urls()
}

// span is a range of presentation time in ticks of 100 ns.
func span(from, to engine.Ticks) engine.Range {
	return engine.Range{From: engine.MediaMoment(time.Duration(from * 100)), To: engine.MediaMoment(time.Duration(to * 100))}
}

// sameMedia makes sure that every fragment of a clip is that of its origin, byte for byte.
// The last ones know fewer followers, so that only their media is compared.
func (r *running) sameMedia(clip, of string) []string {
	r.t.Helper()
	m, urls := r.listing(clip)
	_, all := r.listing(of)
	for _, u := range urls {
		if !slices.Contains(all, u) {
			r.t.Fatalf("the clip lists %s, which %s does not", u, of)
		}
		bare := strings.Replace(u, "/Fragments(", "/RawFragments(", 1)
		status, _, got := r.get("/" + clip + "/" + bare)
		before, _, want := r.get("/" + of + "/" + bare) // 404 where rungs are not aligned and one has no such fragment
		if status != before || !bytes.Equal(got, want) {
			r.t.Fatalf("%s: %d, %d bytes, want %d: %s", bare, status, len(got), len(want), got[:min(len(got), 200)])
		}
	}
	for _, s := range m.Streams {
		last := len(s.Chunks) - 2*len(s.Levels) // rungs that are not aligned share a list
		one := manifest{Streams: m.Streams[:0:0]}
		one.Streams = append(one.Streams, s)
		if last <= 0 {
			continue
		}
		one.Streams[0].Chunks = s.Chunks[:last]
		for _, u := range one.urls() {
			_, _, got := r.get("/" + clip + "/" + u)
			_, _, want := r.get("/" + of + "/" + u)
			if !bytes.Equal(got, want) {
				r.t.Fatalf("%s has other bytes", u)
			}
		}
	}
	return urls
}

// verified makes sure that a check of a directory finds every byte as it was written.
func (r *running) verified(dir string) {
	r.t.Helper()
	err := origin.VerifyDirs(r.t.Context(), []string{filepath.Join(r.root, dir)}, func(v engine.Verification) error {
		if v.Verdict != engine.VerdictComplete {
			return fmt.Errorf("%s is %s: %+v", dir, v.Verdict, v)
		}
		return nil
	}, nil)
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestClipsOfCaptures(t *testing.T) {
	for _, c := range []struct{ name, stream, capture string }{
		{"one rung", "oceans-400k-64k", "av-isml.ismv"},
		{"two rungs", "oceans-200k-64k-400k", "2v1a-isml.ismv"},
		{"misaligned rungs", "x", "2v1a-mixed-bframes-isml.ismv"},
		{"pictures out of order", "x", "bframes-isml.ismv"},
		{"HEVC", "x", "hevc-hvc1-isml.ismv"},
		{"open groups", "x", "hevc-hev1-opengop-isml.ismv"},
		{"audio only", "x", "audio-only-2s-isml.ismv"},
		{"two languages", "x", "v-2audio-lang-isml.ismv"},
		{"29.97", "x", "video-2997-isml.ismv"},
		{"mid group", "x", "1s-fragments-midgop-isml.ismv"},
		{"CMAF", "x", "av-cmaf.mp4"},
		{"base data offset", "x", "av-fmp4-basedataoffset.mp4"},
		{"AC-3", "x", "av-ac3-delaymoov-isml.ismv"},
		{"epoch", "x", "redundant-a-wallclock-isml.ismv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := recorded(t, c.stream, c.capture)
			m, all := r.listing("oceans.isml")
			rng := rand.New(rand.NewPCG(1, 2))
			begin, length := *m.Streams[0].Chunks[0].T, int64(0)
			for _, c := range m.Streams[0].Chunks {
				length += c.D
			}
			ticks := uint32(cmp.Or(m.Streams[0].TimeScale, 10_000_000))
			for n := range 8 {
				from := begin + rng.Int64N(length)
				to := from + 1 + rng.Int64N(length)
				want := span(engine.Ticks(from).Rescale(ticks, 10_000_000), engine.Ticks(to).Rescale(ticks, 10_000_000))
				if n == 0 {
					want = engine.Range{}
				}
				name := fmt.Sprintf("cuts/c%d", n)
				made, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Range: want, Name: name})
				if err != nil {
					t.Fatalf("range %d to %d: %v", from, to, err)
				}
				got := r.sameMedia(name+".ism", "oceans.isml")
				if n == 0 && !slices.Equal(got, all) {
					t.Fatalf("the whole is\n%q\nand was\n%q", got, all)
				}
				if missing := lacking(m, got, from, to); n > 0 && len(missing) > 0 {
					t.Fatalf("range %d to %d lacks %q of %q", from, to, missing, got)
				}
				r.verified(name + ".ism")
				if made.Fragments == 0 || made.Bytes == 0 || n > 0 && made.From > want.From.Media {
					t.Fatalf("range %d to %d gave %+v", from, to, made)
				}
			}
		})
	}
}

// lacking are the fragments of a manifest that lie in a range and that a clip has not. Its
// times are in 100 ns.
func lacking(m *manifest, got []string, from, to int64) []string {
	var out []string
	for _, s := range m.Streams {
		var at int64
		if s.TimeScale != m.Streams[0].TimeScale {
			continue // its times do not compare
		}
		for _, c := range s.Chunks {
			if c.T != nil {
				at = *c.T
			}
			one := manifest{Streams: m.Streams[:0:0]}
			one.Streams = append(one.Streams, s)
			start := at
			chunk := c
			chunk.T = &start
			one.Streams[0].Chunks = append(s.Chunks[:0:0], chunk)
			if at+c.D > from && at < to {
				for _, u := range one.urls() {
					if !slices.Contains(got, u) {
						out = append(out, u)
					}
				}
			}
			at += c.D
		}
	}
	return out
}

func TestClipOfAClip(t *testing.T) {
	r := recorded(t, "oceans-200k-64k-400k", "2v1a-isml.ismv")
	ctx := t.Context()
	for _, req := range []engine.ClipRequest{
		{Point: "oceans", Range: span(10_000_000, 40_000_000), Name: "one", Title: "One"},
		{Point: "one", Range: span(20_000_000, 40_000_000), Name: "two"},
	} {
		if _, err := r.Clip(ctx, req); err != nil {
			t.Fatal(err)
		}
	}
	if urls := r.sameMedia("two.ism", "oceans.isml"); len(urls) < 3 {
		t.Fatalf("%q", urls)
	}
	r.await("both recordings", func() bool {
		all := r.Recordings()
		return len(all) == 2 && all[0].Name == "one" && all[1].Title == "One" && all[1].State == engine.StateStopped && all[1].Event.Duration >= 2*time.Second
	})
	r.stop()
	r = run(t, r.root)
	r.sameMedia("two.ism", "oceans.isml")
}

func TestClipWhileLive(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.LookAhead = 0
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	capture := vector(t, "av-isml.ismv")
	body, more := newSlow(capture, len(capture)-9000) // up to the middle of the last fragments
	posted := make(chan int, 1)
	go func() { posted <- r.post("/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", body) }()
	r.await("4 s of media", func() bool {
		p, err := r.Point("oceans")
		return err == nil && p.Event.Duration >= 4*time.Second
	})
	_, before := r.listing("oceans.isml")
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "live"}); err != nil {
		t.Fatal(err)
	}
	close(more)
	if status := <-posted; status != 200 {
		t.Fatal(status)
	}
	r.awaitState("oceans", engine.StateStopped)
	urls := r.sameMedia("live.ism", "oceans.isml")
	if len(urls) < len(before) {
		t.Fatalf("%q, live there were %q", urls, before)
	}
}

func TestClipRefusals(t *testing.T) {
	r := recorded(t, "oceans-400k-64k", "av-isml.ismv")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		req  engine.ClipRequest
		kind engine.Kind
		says string
	}{
		{"before", nil, engine.ClipRequest{Range: engine.Range{To: engine.ClockMoment(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))}, Name: "c"}, engine.NotFound, "0.000 to 5.000 seconds"},
		{"behind", nil, engine.ClipRequest{Range: span(50_000_000, 60_000_000), Name: "c"}, engine.NotFound, "0.000 to 5.000 seconds"},
		{"backwards", nil, engine.ClipRequest{Range: span(30_000_000, 20_000_000), Name: "c"}, engine.BadInput, "later"},
		{"name", nil, engine.ClipRequest{Name: "../c"}, engine.BadInput, "name"},
		{"point's name", nil, engine.ClipRequest{Name: "oceans"}, engine.Conflict, "already"},
		{"no point", nil, engine.ClipRequest{Point: "none", Name: "c"}, engine.NotFound, "none"},
		{"no event", nil, engine.ClipRequest{Event: "none", Name: "c"}, engine.NotFound, "none"},
		{"given up", gone, engine.ClipRequest{Name: "c"}, engine.Unavailable, "nothing of it is left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := t.Context()
			if c.ctx != nil {
				ctx = c.ctx
			}
			if c.req.Point == "" {
				c.req.Point = "oceans"
			}
			_, err := r.Clip(ctx, c.req)
			if engine.KindOf(err) != c.kind || !strings.Contains(engine.Sentence(err), c.says) {
				t.Fatalf("%v: %v", engine.KindOf(err), err)
			}
			left, err := os.ReadDir(r.root)
			if err != nil || len(left) != 1 {
				t.Fatalf("left are %v, %v", left, err)
			}
		})
	}
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "c"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "c"}); engine.KindOf(err) != engine.Conflict {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.root, ".pubpoint-clip-left"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.stop()
	run(t, r.root)
	if _, err := os.Stat(filepath.Join(r.root, ".pubpoint-clip-left")); !os.IsNotExist(err) {
		t.Fatalf("a leftover stays: %v", err)
	}
}

// slow is a body whose end waits.
type slow struct {
	first, rest *bytes.Reader
	more        <-chan struct{}
}

func newSlow(b []byte, at int) (*slow, chan struct{}) {
	more := make(chan struct{})
	return &slow{first: bytes.NewReader(b[:at]), rest: bytes.NewReader(b[at:]), more: more}, more
}

func (s *slow) Read(p []byte) (int, error) {
	if s.first.Len() > 0 {
		return s.first.Read(p)
	}
	<-s.more
	return s.rest.Read(p)
}

func TestClipFromMemoryAlone(t *testing.T) {
	r := run(t, t.TempDir())
	cfg := engine.DefaultPointConfig()
	cfg.Archive = false
	if err := r.CreatePoint(t.Context(), "oceans", cfg); err != nil {
		t.Fatal(err)
	}
	if status := r.post("/oceans.isml/oceans.ism?stream_id=oceans-200k-64k-400k.ismv", bytes.NewReader(vector(t, "2v1a-isml.ismv"))); status != 200 {
		t.Fatal(status)
	}
	r.awaitState("oceans", engine.StateStopped)
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Range: span(25_000_000, 30_000_000), Name: "kept"}); err != nil {
		t.Fatal(err)
	}
	if urls := r.sameMedia("kept.ism", "oceans.isml"); len(urls) < 3 {
		t.Fatalf("%q", urls)
	}
}

// TestClipAcrossAClockThatBeganAgain has an encoder that died, and came back at zero.
func TestClipAcrossAClockThatBeganAgain(t *testing.T) {
	r := run(t, t.TempDir())
	if err := r.CreatePoint(t.Context(), "oceans", engine.DefaultPointConfig()); err != nil {
		t.Fatal(err)
	}
	whole := vector(t, "av-isml.ismv")
	for _, body := range [][]byte{whole[:len(whole)-8], whole} { // without its end mark, and then with it
		if status := r.post("/oceans.isml/oceans.ism?stream_id=oceans-400k-64k.ismv", bytes.NewReader(body)); status != 200 {
			t.Fatal(status)
		}
	}
	st := r.awaitState("oceans", engine.StateStopped)
	if st.Event.Duration < 10*time.Second {
		t.Fatalf("%+v", st.Event)
	}
	for i, between := range []engine.Range{{}, span(35_000_000, 75_000_000), span(60_000_000, 90_000_000)} {
		name := fmt.Sprint("again", i)
		if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Range: between, Name: name}); err != nil {
			t.Fatal(err)
		}
		r.sameMedia(name+".ism", "oceans.isml")
	}
	x, err := r.OpenExport(t.Context(), engine.ExportRequest{Point: "oceans"})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	if x.To-x.From < 10*time.Second {
		t.Fatalf("%v to %v", x.From, x.To)
	}
}

func TestDeleteRecording(t *testing.T) {
	r := recorded(t, "oceans-400k-64k", "av-isml.ismv")
	if _, err := r.Clip(t.Context(), engine.ClipRequest{Point: "oceans", Name: "sports/best"}); err != nil {
		t.Fatal(err)
	}
	if err := r.DeleteRecording(t.Context(), "oceans"); engine.KindOf(err) != engine.NotFound {
		t.Fatalf("a publishing point is no recording: %v", err)
	}
	if v, err := r.VerifyArchive(t.Context(), "sports/best", "", nil); err != nil || v.Verdict != engine.VerdictComplete || len(v.Files) == 0 {
		t.Errorf("a check of a recording: %+v, %v", v, err)
	}
	if err := r.DeleteRecording(t.Context(), "sports/best"); err != nil {
		t.Fatal(err)
	}
	if all := r.Recordings(); len(all) != 0 {
		t.Errorf("still there: %+v", all)
	}
	if _, err := os.Stat(filepath.Join(r.root, "sports", "best.ism")); !os.IsNotExist(err) {
		t.Errorf("the directory: %v", err)
	}
	if status, _, _ := r.get("/sports/best.ism/Manifest"); status != 404 {
		t.Errorf("its manifest: %d", status)
	}
	if status, _, _ := r.get("/oceans.isml/Manifest"); status != 200 {
		t.Errorf("the manifest of what it was cut from: %d", status)
	}
	if err := r.DeleteRecording(t.Context(), "sports/best"); engine.KindOf(err) != engine.NotFound {
		t.Errorf("once more: %v", err)
	}
}
