package ingest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/finding"
	"pubpoint/engine/internal/fmp4"
)

// faulty reads a capture with something wrong in it.
func faulty(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "finding", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// long is a capture that is sent over and over, cut into its header and its fragments.
func long(t *testing.T, name string, o sender.Options) (header []byte, fragments [][]byte) {
	t.Helper()
	c, err := sender.Cut(vector(t, name))
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
		fragments = append(fragments, f.Bytes)
	}
	return c.Header, fragments
}

// found is the finding of a code; the test fails without it, or when it does not say what was
// measured.
func (d *desk) found(code, text string) engine.Finding {
	d.t.Helper()
	st := d.until(code, func(st engine.PointStatus) bool {
		return slices.ContainsFunc(st.Findings, func(f engine.Finding) bool { return f.Code == code })
	})
	f := st.Findings[slices.IndexFunc(st.Findings, func(f engine.Finding) bool { return f.Code == code })]
	if !strings.Contains(f.Text, text) || f.Action == "" || f.Severity == "" || f.First.IsZero() {
		d.t.Errorf("%s should tell %q: %+v", code, text, f)
	}
	return f
}

const streamX = "/oceans.isml/Streams(x)"

// TestRulesOfStreams provokes findings by a whole POST, and looks for what was measured.
func TestRulesOfStreams(t *testing.T) {
	header, parts := long(t, "av-isml.ismv", sender.Options{Loop: 5})
	_, _, mark := split(t, vector(t, "av-isml.ismv"))
	all := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	video, _ := long(t, "video-2997-isml.ismv", sender.Options{})
	for _, c := range []struct {
		code, text string
		body       []byte
		status     int
	}{
		{finding.TimeNegative, "Audio 32k starts 21 ms before zero (encoder priming)", vector(t, "av-isml.ismv"), 200},
		{finding.TimeBackwards, "Video 60k jumped back by 25.00 s", all(header, all(parts...), parts[0]), 200},
		{finding.TimeGap, "never arrived", all(header, parts[0], parts[1], all(parts[4:8]...)), 200},
		{finding.GOPMisaligned, "80 ms", vector(t, "2v1a-mixed-bframes-isml.ismv"), 200},
		{finding.GOPVariable, "Video 5k has fragments of 1.00 to 5.00 s", trimMark(t, faulty(t, "gop-variable.ismv")), 200},
		{finding.GOPLong, "5.00 s", trimMark(t, faulty(t, "gop-long.ismv")), 200},
		{finding.NoKeyStart, "Video 30k", vector(t, "1s-fragments-midgop-isml.ismv"), 200},
		{finding.HeaderChanged, "2 tracks, now 1", all(header, parts[0], video), 409},
		{finding.CodecUnsupported, "mp4v", faulty(t, "mpeg4.ismv"), 415},
		{finding.CodecSetupMissing, "parameter sets", bytes.Replace(vector(t, "av-isml.ismv"), []byte("avcC"), []byte("xxxC"), 1), 400},
		{finding.BoxOrder, "header", all(parts[0], parts[1]), 412},
		{finding.BoxOrder, "without the moof", all(header, parts[0], []byte("\x00\x00\x00\x09mdatx")), 412},
		{finding.BoxSize, "size 0", all(header, parts[0], []byte("\x00\x00\x00\x00moof")), 400},
		{finding.StreamMalformed, "not fragmented MP4", []byte("GET / HTTP/1.1\r\nHost: nonsense\r\n\r\n"), 400},
	} {
		if c.status == 200 && bytes.HasSuffix(c.body, mark) {
			c.body = c.body[:len(c.body)-len(mark)] // findings go with the event
		}
		t.Run(c.code, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			if status, text := d.post(streamX, bytes.NewReader(c.body)); status != c.status {
				t.Fatal(status, text)
			}
			d.found(c.code, c.text)
		})
	}
}

// trimMark leaves out the end mark of a capture: findings go with the event.
func trimMark(t *testing.T, b []byte) []byte {
	t.Helper()
	_, _, mark := split(t, b)
	return bytes.TrimSuffix(b, mark)
}

// TestRulesOfTwoEncoders sends one stream twice.
func TestRulesOfTwoEncoders(t *testing.T) {
	header, parts := long(t, "av-isml.ismv", sender.Options{Loop: 5})
	d := newDesk(t, engine.DefaultPointConfig())
	a, b := d.connect("x"), d.connect("x")
	a.send(header, slices.Concat(parts...))
	d.arrived(int64(len(parts)))
	newest := bytes.Clone(parts[len(parts)-2])
	newest[len(newest)-1] ^= 1
	b.send(header, newest)
	d.found(finding.DuplicateDiffers, "not interchangeable")
	// The times of a third one have nothing to do with theirs.
	if status, text := d.post(streamX, bytes.NewReader(slices.Concat(header, parts[0], parts[1]))); status != 409 {
		t.Fatal(status, text)
	}
	d.found(finding.TimeOverlap, "different clocks, 25.00 s apart")
	if err := a.body.CloseWithError(errors.New("killed")); err != nil {
		t.Fatal(err)
	}
	d.found(finding.CloseUnclean, "left without an end mark")
	b.leave()
	<-a.answered
}

// TestRulesOfRefusals has encoders turned away, also from a point that takes nothing.
func TestRulesOfRefusals(t *testing.T) {
	header, parts := long(t, "av-isml.ismv", sender.Options{})
	body := slices.Concat(header, parts[0])
	d := newDesk(t, engine.DefaultPointConfig())
	if status, text := d.post("/oceans.isml/oceans.ism?stream_id=a%20b", bytes.NewReader(body)); status != 400 {
		t.Fatal(status, text)
	}
	d.found(finding.RefusedName, "stream id")
	if err := d.point.SetState(t.Context(), engine.StateIdle); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post(streamX, bytes.NewReader(body)); status != 404 {
		t.Fatal(status, text)
	}
	if f := d.found(finding.RefusedState, "shut down"); f.Stream != "x" || f.Count != 1 {
		t.Errorf("%+v", f)
	}
	// Whoever is let in was not refused.
	if err := d.point.SetState(t.Context(), engine.StateStarted); err != nil {
		t.Fatal(err)
	}
	e := d.connect("x")
	e.send(body)
	st := d.arrived(1)
	if slices.ContainsFunc(st.Findings, func(f engine.Finding) bool { return f.Code == finding.RefusedState }) {
		t.Errorf("%+v", st.Findings)
	}
	e.leave()
}

// TestRulesOfLimits comes near limits, and over them.
func TestRulesOfLimits(t *testing.T) {
	header, parts := long(t, "av-isml.ismv", sender.Options{})
	body := slices.Concat(header, parts[0])
	mdat := int64(len(parts[0]) - bytes.Index(parts[0], []byte("mdat")) + 4)
	limits := fmp4.DefaultLimits()
	for _, c := range []struct {
		code, text string
		change     func(*Config)
		status     int
	}{
		{finding.LimitNear, "A fragment's media of x takes", func(c *Config) { c.Limits.Mdat = mdat * 100 / 90 }, 200},
		{finding.LimitNear, "The number of tracks of x takes 2 of the 2", func(c *Config) { c.Limits.Tracks = 2 }, 200},
		{finding.LimitNear, "The number of samples in a fragment of x takes 50 of the 55", func(c *Config) { c.Limits.Samples = 55 }, 200},
		{finding.LimitNear, "The memory of all encoders together", func(c *Config) { c.InFlight = int64(len(body)) }, 200},
		{finding.BoxSize, "over the limit", func(c *Config) { c.Limits.Mdat = mdat - 1 }, 413},
		{finding.RefusedLimit, "All encoders together", func(c *Config) { c.InFlight = mdat / 2 }, 503},
	} {
		t.Run(c.text, func(t *testing.T) {
			d := newDesk(t, engine.DefaultPointConfig())
			d.stop()
			d.cfg.Limits = limits
			c.change(&d.cfg)
			d.open(engine.DefaultPointConfig())
			if status, text := d.post(streamX, bytes.NewReader(body)); status != c.status {
				t.Fatal(status, text)
			}
			d.found(c.code, c.text)
		})
	}
}

// TestCodesOfErrors names those that no test can provoke here.
func TestCodesOfErrors(t *testing.T) {
	for code, err := range map[string]error{
		finding.RefusedAuth:      &engine.Error{Kind: engine.Unauthorized},
		finding.CodecUnsupported: &engine.Error{Kind: engine.Unsupported},
		finding.BoxSize:          &fmp4.FormatError{Kind: fmp4.Truncated},
		"":                       errors.New("a defect of ours"),
	} {
		if got := finding.CodeOf(err); got != code {
			t.Errorf("%v: %q, want %q", err, got, code)
		}
	}
	if finding.CodeOf(nil) != "" {
		t.Error("no error has a code")
	}
}
