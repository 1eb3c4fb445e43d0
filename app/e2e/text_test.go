//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine/enginetest/sender"
)

// TestPreviewPlaysBesideText has captions and markers on air beside audio and video: a player
// that knows little of text plays on, live and afterwards.
func TestPreviewPlaysBesideText(t *testing.T) {
	h := newHouse(t)
	h.mkdir(t, "oceans")
	s := h.start(t)
	encoder := ffmpeg(t, live(push(s.ingest("oceans", liveStream))...)...)
	const second = 10_000_000
	captions := sender.SparseTrack{Name: "captions", Subtype: "CAPT", Language: "eng", Handler: "subt", Entry: "dfxp"}
	markers := sender.Markers("scte", "video")
	post := func(stream string, body []byte) {
		t.Helper()
		eventually(t, "the server takes "+stream+" in", func() (any, bool) {
			status, err := sender.Post(t.Context(), s.url("oceans", "Streams("+stream+")"), nil, body)
			return fmt.Sprint(status, err), err == nil && status == http.StatusOK
		})
	}
	var text, marks [][]byte
	for n := range int64(120) {
		text = append(text, captions.Fragment(uint32(n+1), n*second, second, sender.TTML(fmt.Sprint("Second ", n), time.Second)))
	}
	for n := range int64(10) {
		splice := sender.Splice{ID: uint32(n + 1), Out: n%2 == 0, Duration: 10 * time.Second}
		marks = append(marks, markers.Fragment(uint32(n+1), n*3*second, 0, sender.Message(uint32(n+1), 2*second, splice.Section())))
	}
	post("scte", markers.Body(marks[:2]...))
	post("captions", captions.Body(text...))
	b := browse(t, s.url("oceans", "?format=smooth"), desktopWidth, desktopHeight)
	b.plays(t, "live", 1)
	post("scte", markers.Body(marks[2:]...))
	b.plays(t, "live", 2)
	listed := func() string {
		a, err := newPlayer(t, s.url("oceans", "Manifest")).get(context.WithoutCancel(t.Context()), http.MethodGet, s.url("oceans", "Manifest"))
		if err != nil {
			t.Fatal(err)
		}
		return string(a.body)
	}
	for _, want := range []string{`Name="captions" Subtype="CAPT" Language="eng"`, `Name="scte" Subtype="DATA"`, `<c t="30000000" d="1"><f i="0">`} {
		if m := listed(); !strings.Contains(m, want) {
			t.Errorf("the live manifest has no %s:\n%s", want, m)
		}
	}
	encoder.interrupt(t)
	s.awaitState(t, "oceans", "stopped")
	fresh := browse(t, s.url("oceans", ""), desktopWidth, desktopHeight)
	fresh.plays(t, "vod", 1)
	if m := listed(); strings.Count(m, "<f ") != len(marks) {
		t.Errorf("the recording's manifest carries %d of %d markers", strings.Count(m, "<f "), len(marks))
	}
	for path, b := range map[string]*tab{"Fragments(video=": b, "/cmaf/video-": fresh} {
		b.clean(t, s.media)
		if !slices.ContainsFunc(b.requests, func(r string) bool { return strings.Contains(r, path) }) {
			t.Errorf("the player asked for no video at %s", path)
		}
	}
}
