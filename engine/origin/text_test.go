package origin_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest/sender"
)

// tick is so many seconds in 100 ns.
const tick = 10_000_000

// TestMarkersFromPostToPlayer takes markers and captions from their senders to a player,
// while live, after the end, after a restart, and from a copy of the files.
func TestMarkersFromPostToPlayer(t *testing.T) {
	root := t.TempDir()
	r := run(t, root)
	settings := engine.DefaultPointConfig()
	settings.LookAhead = 0
	if err := r.CreatePoint(t.Context(), "oceans", settings); err != nil {
		t.Fatal(err)
	}
	base := r.Addresses().Media + "/oceans.isml"
	markers := sender.Markers("scte", "video")
	payload := func(id uint32) []byte {
		return sender.Message(id, 4*tick, sender.Splice{ID: id, Out: true, Duration: 30 * time.Second}.Section())
	}
	captions := sender.SparseTrack{Name: "captions", Subtype: "CAPT", Language: "eng", Handler: "subt", Entry: "stpp"}
	post := func(stream string, body []byte) {
		t.Helper()
		if status, err := sender.Post(t.Context(), base+"/Events(show)/Streams("+stream+")", nil, body); err != nil || status != http.StatusOK {
			t.Fatal(stream, status, err)
		}
	}
	capture, err := sender.Cut(vector(t, "av-isml.ismv"))
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := sender.New(capture, sender.Options{Point: base, Stream: "oceans-60k-32k", Event: "show"})
	if err != nil {
		t.Fatal(err)
	}
	post("scte", markers.Body(markers.Fragment(1, 0.5*tick, 0, payload(1)))) // before its parent
	if err := encoder.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := encoder.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	post("captions", captions.Body(captions.Fragment(1, 0, 2*tick, sender.TTML("one", time.Second)), captions.Fragment(2, 2*tick, 2*tick, sender.TTML("two", time.Second))))
	post("scte", markers.Body(markers.Fragment(2, 2*tick, 0, payload(2)), markers.Fragment(3, 4*tick, 0, payload(3))))
	r.await("the markers", func() bool {
		_, _, b := r.get("/oceans.isml/Manifest")
		return bytes.Contains(b, carried(5_000_000, payload(1))) && bytes.Contains(b, carried(2*tick, payload(2)))
	})
	kept := map[string]string{}
	for at, want := range map[int]int{5_000_000: 200, 2 * tick: 200, 4 * tick: 412, 9 * tick: 412, 1 * tick: 404} {
		path := fmt.Sprintf("/QualityLevels(1000)/Fragments(scte=%d)", at)
		status, header, b := r.get("/oceans.isml" + path)
		if status != want || status == 200 && header.Get("Content-Type") != "video/mp4" {
			t.Errorf("%s while live: %d, want %d", path, status, want)
		}
		if status == 200 {
			kept[path] = header.Get("Etag") + string(b)
		}
	}
	status, header, b := r.get("/oceans.isml/QualityLevels(1000)/RawFragments(captions=20000000)")
	if status != 200 || !bytes.Contains(b, []byte(">two<")) {
		t.Errorf("captions: %d %q", status, b)
	}
	kept["/QualityLevels(1000)/RawFragments(captions=20000000)"] = header.Get("Etag") + string(b)
	for more := true; more; {
		if more, err = encoder.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if status, err := encoder.Finish(); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	r.awaitState("oceans", engine.StateStopped)
	check := func(when, base string) {
		t.Helper()
		_, _, b := r.get(base + "/Manifest")
		for _, want := range [][]byte{carried(5_000_000, payload(1)), carried(2*tick, payload(2)), carried(4*tick, payload(3)),
			[]byte(`Type="text" Name="captions" Subtype="CAPT" Language="eng" Chunks="2"`), []byte(`ParentStreamIndex="video" ManifestOutput="TRUE"`)} {
			if !bytes.Contains(b, want) {
				t.Errorf("%s: the manifest has no %s:\n%s", when, want, b)
			}
		}
		for path, was := range kept {
			if status, header, b := r.get(base + path); status != 200 || header.Get("Etag")+string(b) != was {
				t.Errorf("%s: %s: %d, or other bytes", when, path, status)
			}
		}
	}
	check("ended", "/oceans.isml")
	r.stop()
	r = run(t, root)
	check("after a restart", "/oceans.isml")
	r.film("oceans")
	check("from a copy", "/film.ism")
}

// carried is a marker as a manifest carries it.
func carried(at int64, payload []byte) []byte {
	return fmt.Appendf(nil, `<c t="%d" d="1"><f i="0">%s</f></c>`, at, base64.StdEncoding.EncodeToString(payload))
}

// film copies the files of a recorded point to film.ism, and waits until it is there.
func (r *running) film(from string) {
	r.t.Helper()
	to := filepath.Join(r.root, "film.ism")
	if err := os.CopyFS(to, os.DirFS(filepath.Join(r.root, from+".isml"))); err != nil {
		r.t.Fatal(err)
	}
	for _, ext := range []string{".ism", ".ismc"} {
		if err := os.Rename(filepath.Join(to, from+ext), filepath.Join(to, "film"+ext)); err != nil {
			r.t.Fatal(err)
		}
	}
	r.await("the film", func() bool {
		status, _, _ := r.get("/film.ism/Manifest")
		return status == 200
	})
}
