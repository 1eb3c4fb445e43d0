package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
	"pubpoint/engine/internal/finding"
)

// site answers as a publishing point does whose media are captures.
type site struct {
	*httptest.Server
	manifest []byte
	answers  map[string][]byte // by path
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{answers: map[string][]byte{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("%s", r.Method)
		}
		b := s.answers[r.URL.Path]
		if strings.HasSuffix(r.URL.Path, "/Manifest") {
			b = s.manifest
		}
		if b == nil {
			http.NotFound(w, r)
			return
		}
		if _, err := w.Write(b); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// rung puts the fragments of one track of a capture at the addresses of a quality level.
func (s *site) rung(t *testing.T, file string, track uint32, stream string, bitrate int) (chunks string) {
	t.Helper()
	c, err := sender.Cut(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Fragments {
		if f.Track != track {
			continue
		}
		s.answers[fmt.Sprintf("/x.isml/QualityLevels(%d)/Fragments(%s=%d)", bitrate, stream, f.Start)] = f.Bytes
		chunks += fmt.Sprintf(`<c t="%d" d="%d"/>`, f.Start, f.Duration)
	}
	return chunks
}

func streamXML(kind string, rates []int, chunks string) string {
	levels := ""
	for _, r := range rates {
		levels += fmt.Sprintf(`<QualityLevel Bitrate="%d" FourCC="H264" MaxWidth="160" MaxHeight="%d"/>`, r, r/1000)
	}
	return fmt.Sprintf(`<StreamIndex Type="%s" Name="%s" Url="QualityLevels({bitrate})/Fragments(%s={start time})">%s%s</StreamIndex>`, kind, kind, kind, levels, chunks)
}

func manifestXML(streams ...string) []byte {
	return []byte(`<?xml version="1.0" encoding="utf-8"?><SmoothStreamingMedia MajorVersion="2" TimeScale="10000000" IsLive="TRUE">` + strings.Join(streams, "") + `</SmoothStreamingMedia>`)
}

func TestManifestsAreVisited(t *testing.T) {
	s := newSite(t)
	good := s.rung(t, "good-minute.ismv", 1, "video", 12_000)
	sound := s.rung(t, "video-2997-isml.ismv", 1, "audio", 40_000)
	s.manifest = manifestXML(streamXML("video", []int{12_000}, good), streamXML("audio", []int{40_000}, sound))
	d, err := Examine(t.Context(), s.URL+"/x.isml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Of the newest fragments no more than a few are asked for.
	if d.Format != "Smooth Streaming client manifest (live)" || len(d.Tracks) != 2 || d.Tracks[0].Fragments != sampled || d.Tracks[1].Fragments != 4 || d.Tracks[0].Mean == 0 {
		t.Fatalf("%+v", d)
	}
	if got := codes(d, engine.Warning); got != "rate-zero" { // these sounds end a minute earlier
		t.Errorf("%+v", d.Findings)
	}
	// The same in UTF-16, as other servers write it.
	units := utf16.Encode([]rune(strings.Replace(string(s.manifest), "utf-8", "utf-16", 1)))
	wide := []byte("\xff\xfe")
	for _, u := range units {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	s.manifest = wide
	if again, err := Examine(t.Context(), s.URL+"/x.isml/Manifest", Options{}); err != nil || len(again.Tracks) != 2 {
		t.Errorf("%v %+v", err, again)
	}
}

func TestManifestsWithFaults(t *testing.T) {
	s := newSite(t)
	a := s.rung(t, "2v1a-mixed-bframes-isml.ismv", 1, "video", 40_000)
	s.rung(t, "2v1a-mixed-bframes-isml.ismv", 3, "video", 41_000)
	long := s.rung(t, "gop-long.ismv", 1, "video", 5000)
	for _, c := range []struct{ name, streams, codes, text string }{
		{"missing fragments", streamXML("video", []int{40_000, 77_000}, a), "no-key-start rate-zero", "404"},
		{"long", streamXML("video", []int{5000}, long), "gop-long", "5.00 s"},
		{"without fragments", streamXML("video", []int{5000}, ""), "no-fragment", "lists no fragment"},
		{"empty", "", "no-fragment", "no quality level"},
		{"many levels", streamXML("video", make([]int, 1000), ""), "no-fragment", "lists no fragment"},
		{"huge repeat", streamXML("video", []int{5000}, `<c t="0" d="50000000" r="9000000000000000000"/>`), "rate-zero", "404"},
		{"bad address", `<StreamIndex Type="video" Url="%zz"><QualityLevel Bitrate="1"/><c d="1"/></StreamIndex>`, "rate-zero", "cannot be had"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.manifest = manifestXML(c.streams)
			d, err := Examine(t.Context(), s.URL+"/x.isml/Manifest", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := codes(d, engine.Warning); got != c.codes {
				t.Errorf("%q, want %q: %+v", got, c.codes, d.Findings)
			}
			if !slices.ContainsFunc(d.Findings, func(f engine.DiagnosedFinding) bool { return strings.Contains(f.Text, c.text) }) {
				t.Errorf("%+v", d.Findings)
			}
		})
	}
	s.answers["/x.isml/QualityLevels(9)/Fragments(video=0)"] = []byte("\x00\x00\x00\x00moof")
	s.answers["/x.isml/QualityLevels(8)/Fragments(video=0)"] = []byte("\x00\x00\x00\x10moof\x00\x00\x00\x08traf\x00\x00\x00\x09mdatx")
	s.answers["/x.isml/QualityLevels(7)/Fragments(video=0)"] = []byte("\x00\x00\x00\x08free")
	s.manifest = manifestXML(streamXML("video", []int{9, 8, 7}, `<c t="0" d="1"/>`))
	d, err := Examine(t.Context(), s.URL+"/x.isml/Manifest", Options{})
	if got := codes(d, engine.Warning); err != nil || got != "box-order box-size stream-malformed" {
		t.Errorf("%v %+v", err, d.Findings)
	}
}

// TestAddressesThatLeadNowhere are told in a sentence.
func TestAddressesThatLeadNowhere(t *testing.T) {
	s := newSite(t)
	s.manifest = []byte("<html><body>Hello</body></html>")
	s.answers["/x.m3u8"] = []byte("#EXTM3U\n")
	s.answers["/huge"] = append([]byte("<SmoothStreamingMedia>"), bytes.Repeat([]byte(" "), manifestBytes)...)
	s.answers["/stream"] = read(t, "av-isml.ismv")
	for what, want := range map[string]string{
		s.URL + "/x.isml/Manifest": "no Smooth Streaming client manifest", s.URL + "/x.m3u8": "HLS playlist", s.URL + "/none": "404",
		s.URL + "/huge": "more than 8 MiB", "http://127.0.0.1:1/x.isml": "refused", "http://": "no address",
		filepath.Join(t.TempDir(), "none"): "no such file", t.TempDir(): "directory",
	} {
		_, err := Examine(t.Context(), what, Options{})
		if engine.KindOf(err) != engine.BadInput || err == nil || !strings.Contains(engine.Sentence(err), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	d, err := Examine(t.Context(), s.URL+"/stream", Options{})
	if err != nil || codes(d, engine.Warning) != "" || d.Fragments != 6 || !d.Ended {
		t.Errorf("%v %+v", err, d)
	}
}

// TestAnAddressIsExaminedForAWhile asks one that gives its header and then nothing.
func TestAnAddressIsExaminedForAWhile(t *testing.T) {
	header, _, _ := cut(t, "av-isml.ismv", sender.Options{})
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := w.Write(header)
		if err == nil {
			err = http.NewResponseController(w).Flush()
		}
		if err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	d, err := Examine(context.Background(), server.URL, Options{Span: 100 * time.Millisecond})
	if err != nil || codes(d, engine.Warning) != finding.NoFragment || d.Stopped != "It was examined for 100ms." {
		t.Errorf("%v %+v", err, d)
	}
	<-gone
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	d, err = Examine(t.Context(), fmt.Sprintf("/dev/fd/%d", r.Fd()), Options{Span: 10 * time.Millisecond})
	if err == nil && codes(d, engine.Warning) != finding.NoFragment { // where there is no /dev/fd it is no file
		t.Errorf("%v %+v", err, d)
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil {
		t.Error(err)
	}
}

// TestFilesAreExamined reads a plain file, and a pipe that never ends.
func TestFilesAreExamined(t *testing.T) {
	name := filepath.Join(t.TempDir(), "oceans-60k-32k.ismv")
	if err := os.WriteFile(name, read(t, "av-isml.ismv"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Examine(t.Context(), name, Options{})
	if err != nil || codes(d, engine.Warning) != "" || d.Source != name {
		t.Errorf("%v %+v", err, d)
	}
	d, err = Examine(t.Context(), os.DevNull, Options{})
	if err != nil || codes(d, engine.Warning) != finding.StreamMalformed {
		t.Errorf("%v %+v", err, d)
	}
}

// FuzzManifest reads whatever a server may answer.
func FuzzManifest(f *testing.F) {
	f.Add(manifestXML(streamXML("video", []int{1, 2}, `<c t="0" d="1" r="4"/>`)))
	f.Add([]byte("\xff\xfe<\x00a\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseManifest(b)
		if err != nil {
			return
		}
		for i := range m.Streams {
			if last, _ := m.Streams[i].newest(); len(last) > 2*sampled {
				t.Errorf("%d fragments", len(last))
			}
		}
	})
}
