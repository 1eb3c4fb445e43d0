package hds

import (
	"errors"
	"net/url"
	"testing"

	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/outputtest"
)

// request is a request for a path with an optional query below the point "oceans".
func request(t testing.TB, target string) output.Request {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return output.Request{Point: "oceans", Path: u.Path, Query: u.Query()}
}

func TestResolve(t *testing.T) {
	f := New()
	both := rendition{lead: level{"video", 400_000}, sound: level{"audio_eng", 64_000}}
	silent := rendition{lead: level{"video-2", 400_000}}
	for _, test := range []struct {
		target string
		want   output.Resource
		class  output.Class
	}{
		{"oceans.f4m", manifest{kind: listKind}, output.ClientManifest},
		{"OCEANS.F4M", manifest{kind: listKind}, output.ClientManifest},
		{"oceans.f4m?hdcore=3.1", manifest{kind: listKind}, output.ClientManifest},
		{".f4m", manifest{kind: listKind}, output.ClientManifest},
		{"Manifest(format=f4m-f4f)", manifest{kind: listKind}, output.ClientManifest},
		{"oceans.ism/manifest(format=F4M-F4F)", manifest{kind: listKind}, output.ClientManifest},
		{"oceans.isml/oceans.f4m", manifest{kind: listKind}, output.ClientManifest},
		{"oceans-set.f4m", manifest{kind: setKind}, output.ClientManifest},
		{"hds.video-400000.audio_eng-64000.f4m", manifest{kind: singleKind, rendition: both}, output.ClientManifest},
		{"hds.video-2-400000.f4m", manifest{kind: singleKind, rendition: silent}, output.ClientManifest},
		{"hds.video-400000.audio_eng-64000.abst", bootstrap{both}, output.Bootstrap},
		{"HDS.video-400000.audio_eng-64000.ABST?g=ABC&hdcore=3", bootstrap{both}, output.Bootstrap},
		{"hds.video-400000.audio_eng-64000/Seg1-Frag7", fragment{both, 7, f.writers}, output.Media},
		{"hds.video-2-400000/seg1-frag7?g=ABC", fragment{silent, 7, f.writers}, output.Media},
		{"hds.video-2-400000/Seg0-Frag4294967295", fragment{silent, 4_294_967_295, f.writers}, output.Media},
		{"oceans.ism/hds.video-2-400000/Seg9-Frag7", fragment{silent, 7, f.writers}, output.Media},
	} {
		got, err := f.Resolve(request(t, test.target))
		if err != nil || got != test.want || got.Class() != test.class {
			t.Errorf("Resolve(%s) = %+v, %v, want %+v", test.target, got, err, test.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, test := range []struct {
		target string
		ours   bool // but makes no sense
	}{
		{"", false},
		{"other.f4m", false},
		{"other-set.f4m", false},
		{"Manifest", false},
		{"Manifest(format=m3u8-aapl)", false},
		{"hds.", false},
		{"hds..f4m", false},
		{"hds.video.f4m", false},
		{"hds.-400000.abst", false},
		{"hds.video-0.abst", false},
		{"hds.video-400000", false},
		{"hds.video-400000/", false},
		{"hds.video-400000/Seg1", false},
		{"hds.video-400000.audio-64000/more-1/Seg1-Frag1", false},
		{"QualityLevels(400000)/Fragments(video=7)", false},
		{"hds.video-400000/Seg1-Frag0", true},
		{"hds.video-400000/Seg1-Frag-1", true},
		{"hds.video-400000/Seg1-Frag", true},
		{"hds.video-400000/Seg-Frag1", true},
		{"hds.video-400000/Seg1-Frag4294967296", true},
		{"hds.video-400000/Seg1-Frag1x", true},
	} {
		got, err := New().Resolve(request(t, test.target))
		var refused *output.Error
		switch {
		case got != nil:
			t.Errorf("Resolve(%s) = %+v, want nothing", test.target, got)
		case !test.ours && !errors.Is(err, output.ErrNoResource):
			t.Errorf("Resolve(%s): %v, want ErrNoResource", test.target, err)
		case test.ours && (!errors.As(err, &refused) || refused.Kind != output.BadRequest):
			t.Errorf("Resolve(%s): %v, want a BadRequest", test.target, err)
		}
	}
}

// TestRenditionsRoundTrip reads every path that a manifest can write.
func TestRenditionsRoundTrip(t *testing.T) {
	for _, r := range []rendition{
		{lead: level{"video", 1}}, {lead: level{"a-b_c-1", 400_000}}, {lead: level{"video", 4_294_967_295}, sound: level{"audio-1", 64_000}},
	} {
		rest, _ := cutPrefixFold(r.path(), prefix)
		if got, ok := parseRendition(rest); !ok || got != r {
			t.Errorf("%s is read as %+v, %v", r.path(), got, ok)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, path := range outputtest.Nonsense() {
		f.Add(path)
	}
	for _, path := range []string{
		"oceans.f4m", "oceans-set.f4m", "Manifest(format=f4m-f4f)", "oceans.ism/hds.video-400000.audio-64000.abst",
		"hds.video-400000.audio_eng-64000/Seg1-Frag7", "hds.video-400000.f4m", "hds.a-1.b-2/Seg4294967295-Frag4294967295",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		req := output.Request{Point: "oceans", Path: path}
		outputtest.CheckResolve(t, New(), req)
		res, err := New().Resolve(req)
		if err != nil {
			return
		}
		if one, ok := res.(fragment); ok && (one.number < 1 || one.number > 1<<32-1 || one.rendition.lead.bitrate <= 0) {
			t.Errorf("%q asks for %+v", path, one)
		}
	})
}
