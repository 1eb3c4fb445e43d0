package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	dir := filepath.Join("..", "fmp4", "testdata")
	if strings.HasPrefix(name, "gop-") || strings.HasPrefix(name, "good-") || strings.HasPrefix(name, "mpeg4") {
		dir = filepath.Join("..", "finding", "testdata")
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// codes are those of the findings of a severity or worse.
func codes(d engine.Diagnosis, least engine.Severity) string {
	var out []string
	for _, f := range d.Findings {
		if finding.Rank(f.Severity) >= finding.Rank(least) {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, " ")
}

func examine(t testing.TB, b []byte, o Options) engine.Diagnosis {
	t.Helper()
	return Stream(context.Background(), "capture.ismv", bytes.NewReader(b), false, o)
}

// cut is a capture in pieces, with the loops and clocks of a test sender.
func cut(t *testing.T, name string, o sender.Options) (header []byte, parts [][]byte, end []byte) {
	t.Helper()
	c, err := sender.Cut(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	o.Point, o.Stream = "x", "x"
	e, err := sender.New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	for n := range e.Len() {
		f, err := e.Fragment(n)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, f.Bytes)
	}
	return c.Header, parts, c.End
}

// TestCaptures examines what real encoders have sent.
func TestCaptures(t *testing.T) {
	for _, c := range []struct{ file, warnings, infos string }{
		{"good-minute.ismv", "", "time-negative"},
		{"av-isml.ismv", "", "time-negative"}, {"av-plain.ismv", "", "time-negative"}, {"2v1a-isml.ismv", "", "time-negative"},
		{"v-2audio-lang-isml.ismv", "", "time-negative time-negative"}, {"bframes-isml.ismv", "", "time-negative"},
		{"hevc-hvc1-isml.ismv", "", "time-negative"}, {"hevc-hev1-opengop-isml.ismv", "", "time-negative"}, {"av-cmaf.mp4", "", ""},
		{"av-fmp4-basedataoffset.mp4", "", ""}, {"audio-only-2s-isml.ismv", "", "time-negative"}, {"video-2997-isml.ismv", "", "audio-missing"},
		{"av-prft-isml.ismv", "", "time-negative"}, {"av-lookahead2-file.ismv", "", "time-negative"}, {"av-ac3-delaymoov-isml.ismv", "", "time-negative"},
		{"av-nomanifest-makezero.ismv", "", ""}, {"redundant-a-wallclock-isml.ismv", "", ""}, {"redundant-b-wallclock-isml.ismv", "", ""},
		{"av-kill9-isml.ismv", "", "close-unclean time-negative"},
		{"1s-fragments-midgop-isml.ismv", "no-key-start", "audio-missing"},
		{"2v1a-mixed-bframes-isml.ismv", "gop-misaligned no-key-start", "time-negative"},
		{"av-reconnect-second-request-isml.ismv", "no-key-start", ""},
		{"av-truncated-in-mdat.ismv", "box-size", "time-negative"}, {"bad-ac3-no-delaymoov.ismv", "box-size", ""},
		{"gop-long.ismv", "gop-long", "audio-missing rate-low"}, {"gop-variable.ismv", "gop-variable", "audio-missing rate-low"}, {"mpeg4.ismv", "codec-unsupported", ""},
		{"wire-post-expect100.http", "stream-malformed", ""},
	} {
		t.Run(c.file, func(t *testing.T) {
			d := examine(t, read(t, c.file), Options{})
			if got := codes(d, engine.Warning); got != c.warnings {
				t.Errorf("found %q, want %q: %+v", got, c.warnings, d.Findings)
			}
			all := strings.Fields(strings.TrimSpace(c.warnings + " " + c.infos))
			if got := strings.Fields(codes(d, engine.Info)); !slices.Equal(got, all) {
				t.Errorf("found %q, want %q", got, all)
			}
			for _, f := range d.Findings {
				if f.Text == "" || f.Action == "" || f.From > f.To || !f.First.IsZero() {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestWhatItIs tells of tracks, bitrates and times.
func TestWhatItIs(t *testing.T) {
	d := examine(t, read(t, "2v1a-isml.ismv"), Options{ID: "oceans-90k-48k-45k"})
	if d.Format != "fragmented MP4 (isml)" || d.Fragments != 6 || d.Duration.Round(time.Millisecond) != 4021*time.Millisecond || !d.Ended || d.Bytes != 78648 || len(d.Tracks) != 3 {
		t.Fatalf("%+v", d)
	}
	v, a := d.Tracks[0], d.Tracks[1]
	if v.Nominal != 90_000 || v.Width != 160 || v.Height != 90 || v.Rate != 25 || v.Fragments != 2 || v.Shortest != 2*time.Second || v.Longest != 2*time.Second ||
		v.Mean < 70_000 || v.Mean > 76_000 || v.Codec != "avc1.42c00b" {
		t.Errorf("%+v", v)
	}
	if a.Nominal != 48_000 || a.SamplingRate != 48_000 || a.Channels != 2 || a.Start.Round(time.Millisecond) != -21*time.Millisecond || a.Type != engine.Audio {
		t.Errorf("%+v", a)
	}
}

// TestMadeWrong examines captures that were made wrong, with what was measured.
func TestMadeWrong(t *testing.T) {
	header, parts, end := cut(t, "av-isml.ismv", sender.Options{Loop: 6})
	hevc, _, _ := cut(t, "hevc-hvc1-isml.ismv", sender.Options{})
	all := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	one, _, _ := cut(t, "av-cmaf.mp4", sender.Options{})
	video := make([][]byte, 0, len(parts)/2)
	for i := range parts {
		if i%2 == 0 || i < 4 {
			video = append(video, parts[i])
		}
	}
	for _, c := range []struct {
		code, text string
		id         string
		body       []byte
	}{
		{finding.TimeBackwards, "Video 60k jumped back by 30.00 s", "", all(header, all(parts...), parts[0], end)},
		{finding.TimeGap, "2.00 s of Video 60k never arrived", "", all(header, parts[0], parts[1], all(parts[4:12]...), end)},
		{finding.GOPVariable, "fragments of 1.00 to 2.00 s", "", all(header, all(parts...), end)},
		{finding.NameMismatch, "names 1 bitrate but carries 2", "oceans-60k", all(header, parts[0], end)},
		{finding.RateHigh, "nominal 20, arriving 7", "oceans-20k-32k", all(header, all(parts...), end)},
		{finding.RateLow, "nominal 500, arriving 7", "oceans-500k-32k", all(header, all(parts...), end)},
		{finding.RateZero, "Audio 32k ends 2", "", all(header, all(video...), end)},
		{finding.HeaderChanged, "now hvc1", "", all(header, parts[0], hevc)},
		{finding.CodecSetupMissing, "-flags +global_header", "", bytes.Replace(header, []byte("avcC"), []byte("xxxC"), 1)},
		{finding.BoxOrder, "before ftyp and moov", "", all(parts[0], parts[1])},
		{finding.BoxOrder, "without the moof", "", all(header, []byte("\x00\x00\x00\x09mdatx"))},
		{finding.BoxOrder, "no header (moov)", "", header[:24]},
		{finding.BoxSize, "over the limit", "", all(header, []byte("\x7f\x00\x00\x00moof"))},
		{finding.BoxSize, "box header", "", all(header, parts[0], []byte("\x00\x00"))},
		{finding.StreamMalformed, "0 bytes", "", nil},
		{finding.StreamMalformed, "not fragmented MP4", "", bytes.Repeat([]byte{0}, 1000)},
		{finding.NoFragment, "header and no fragment", "", all(header, end)},
		{finding.CloseUnclean, "without an end mark", "", all(header, parts[0], parts[1])},
		{finding.ManifestUnreadable, "cannot be read", "", bytes.Replace(all(header, parts[0]), []byte("<smil"), []byte("<mils"), 1)},
		{finding.StreamMalformed, "400 years", "", all(one, farAway(t))},
	} {
		t.Run(c.code+" "+c.text, func(t *testing.T) {
			d := examine(t, c.body, Options{ID: c.id})
			i := slices.IndexFunc(d.Findings, func(f engine.DiagnosedFinding) bool { return f.Code == c.code && strings.Contains(f.Text, c.text) })
			if i < 0 {
				t.Fatalf("%+v", d.Findings)
			}
		})
	}
}

// farAway is a fragment of a capture whose time is beyond reason.
func farAway(t *testing.T) []byte {
	t.Helper()
	_, parts, _ := cut(t, "av-cmaf.mp4", sender.Options{})
	b := bytes.Clone(parts[0])
	i := bytes.Index(b, []byte("tfdt"))
	binary.BigEndian.PutUint64(b[i+8:], 1<<61)
	return b
}

// TestNearLimits comes near the limits of boxes.
func TestNearLimits(t *testing.T) {
	b := read(t, "av-isml.ismv")
	l := fmp4.DefaultLimits()
	l.Mdat = 20_000
	d := examine(t, b, Options{Limits: l})
	if got := codes(d, engine.Warning); got != finding.LimitNear {
		t.Errorf("%+v", d.Findings)
	}
}

// TestLiveIsTimed examines a stream as it is made, and one that comes too fast.
func TestLiveIsTimed(t *testing.T) {
	for speed, want := range map[float64]string{1: "", 0.9: "slower-than-live", 2.5: "faster-than-live"} {
		synctest.Test(t, func(t *testing.T) {
			header, parts, _ := cut(t, "good-minute.ismv", sender.Options{})
			r, w := io.Pipe()
			done := make(chan engine.Diagnosis)
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), 58*time.Second)
				defer cancel()
				done <- Stream(ctx, "live", r, true, Options{Span: 58 * time.Second})
			}()
			go func() {
				_, err := w.Write(header)
				for n := 0; n < len(parts) && err == nil; n += 2 {
					<-time.After(time.Duration(2.002 / speed * float64(time.Second)))
					_, err = w.Write(slices.Concat(parts[n], parts[n+1]))
				}
				_ = w.CloseWithError(io.EOF) // it never fails
			}()
			d := <-done
			if got := codes(d, engine.Warning); got != want {
				t.Errorf("%v: %+v", speed, d.Findings)
			}
			if speed == 0.9 && d.Stopped != "It was examined for 58s." {
				t.Errorf("stopped: %q", d.Stopped)
			}
			_ = r.Close() // it never fails; ends the sender
		})
	}
}

// endless gives the same piece over and over.
type endless struct {
	piece []byte
	at    int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.piece[e.at:])
	e.at = (e.at + n) % len(e.piece)
	return n, nil
}

// TestEndlessIsBounded reads what never ends, in small boxes, until its time is over.
func TestEndlessIsBounded(t *testing.T) {
	header, parts, _ := cut(t, "av-isml.ismv", sender.Options{})
	for name, r := range map[string]io.Reader{
		"free boxes": &endless{piece: []byte("\x00\x00\x00\x08free")},
		"headers":    &endless{piece: header},
		"fragments":  io.MultiReader(bytes.NewReader(header), &endless{piece: parts[0]}),
	} {
		ctx, cancel := context.WithCancel(t.Context())
		limited := &stopping{r: r, left: 8 << 20, stop: cancel}
		d := Stream(ctx, name, limited, false, Options{})
		if d.Stopped != "The examination was ended." || d.Bytes < 8<<20 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// stopping ends the examination after some bytes.
type stopping struct {
	r    io.Reader
	left int
	stop func()
}

func (s *stopping) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.left -= n; s.left < 0 {
		s.stop()
	}
	return n, err
}

// broken fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestReadErrorIsTold(t *testing.T) {
	d := Stream(t.Context(), "x", broken{}, false, Options{})
	if len(d.Findings) != 1 || !strings.Contains(d.Findings[0].Text, "the disk is gone") {
		t.Errorf("%+v", d)
	}
}

// FuzzStream examines whatever comes: it must not panic, and always say something.
func FuzzStream(f *testing.F) {
	for _, name := range []string{"av-isml.ismv", "av-cmaf.mp4", "gop-long.ismv", "gop-variable.ismv", "bad-ac3-no-delaymoov.ismv", "mpeg4.ismv", "2v1a-mixed-bframes-isml.ismv", "av-ac3-delaymoov-isml.ismv"} {
		b := read(f, name)
		f.Add(b[:min(len(b), 5000)])
	}
	f.Add([]byte{})
	f.Add([]byte("\x00\x00\x00\x01moof\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := Stream(context.Background(), "fuzz", bytes.NewReader(b), false, Options{ID: "x-400k-64k"})
		if d.Bytes > int64(len(b)) || len(d.Findings) > finding.MaxCases {
			t.Errorf("%+v", d)
		}
		if d.Fragments == 0 && len(d.Findings) == 0 {
			t.Error("it says nothing of a stream without fragments")
		}
	})
}
