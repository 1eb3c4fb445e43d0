package smooth

import (
	"errors"
	"net/url"
	"reflect"
	"testing"

	"pubpoint/engine"
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

func one(p part, bitrate int, stream string, at engine.Ticks) chunk {
	return chunk{part: p, bitrate: bitrate, choices: []choice{{stream, at}}}
}

func TestResolve(t *testing.T) {
	for _, test := range []struct {
		target string
		want   output.Resource
	}{
		{"Manifest", manifest{}},
		{"manifest", manifest{}},
		{"MANIFEST", manifest{}},
		{"Manifest?t=12", manifest{}},
		{"oceans.ism/Manifest", manifest{}},
		{"oceans.ISM/manifest", manifest{}},
		{"oceans.isml/Manifest", manifest{}},
		{"oceans.ismc", manifest{}},
		{"oceans.ism?manifest=live", manifest{}},
		{"oceans.ism?manifest=LIVE", manifest{}},
		{"QualityLevels(400000)/Fragments(video=20000000)", one(whole, 400_000, "video", 20_000_000)},
		{"qualitylevels(400000)/fragments(video=0)", one(whole, 400_000, "video", 0)},
		{"QualityLevels(64000)/FragmentInfo(audio_eng=7)", one(header, 64_000, "audio_eng", 7)},
		{"QualityLevels(64000)/RawFragments(audio=7)", one(payload, 64_000, "audio", 7)},
		{"QualityLevels(64000)/KeyFrames(video=7)", one(keyOnly, 64_000, "video", 7)},
		{"QualityLevels%28400000%29/Fragments%28video%3D7%29", one(whole, 400_000, "video", 7)},
		{"QualityLevels(400000,language=eng,%20a=b)/Fragments(video=7)", one(whole, 400_000, "video", 7)},
		{"QualityLevels(400000)/Fragments(video=7)anything/at.all", one(whole, 400_000, "video", 7)},
		{"QualityLevels(400000)/Fragments(video=7)?x=1", one(whole, 400_000, "video", 7)},
		{"QualityLevels(400000)/Fragments(video=17953586960000000)", one(whole, 400_000, "video", 17_953_586_960_000_000)},
		{"oceans.ism/QualityLevels(400000)/Fragments(video=7)", one(whole, 400_000, "video", 7)},
		{"oceans.ism?bitrate=400000&video=7", one(whole, 400_000, "video", 7)},
		{"oceans.ism?bitrate=400000&video=7&CMCD=br%3D400&_=12", chunk{
			part: whole, bitrate: 400_000, choices: []choice{{"_", 12}, {"video", 7}}}},
	} {
		got, err := New().Resolve(request(t, test.target))
		if err != nil || !reflect.DeepEqual(got, test.want) {
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
		{"oceans.ism", false},
		{"oceans.ism?stream_id=x", false},
		{"other.ismc", false},
		{"other.ism/Manifest", false},
		{"Manifest(format=m3u8-aapl)", false},
		{"Manifest(format=mpd-time-cmaf)", false},
		{"oceans.ism/Manifest(format=m3u8-aapl)", false},
		{"QualityLevels(400000)/Manifest(video,format=m3u8-aapl)", false},
		{"QualityLevels(400000)/Fragments(video=7,format=m3u8-aapl)", false},
		{"QualityLevels(400000)/Fragments(video=7, format=mpd-time-cmaf)", false},
		{"oceans.m3u8", false},
		{"oceans.ism?manifest=dead", true},
		{"oceans.ism?bitrate=400000", true},
		{"oceans.ism?bitrate=x&video=1", true},
		{"oceans.ism?bitrate=400000&video=x", true},
		{"QualityLevels(x)/Fragments(video=7)", true},
		{"QualityLevels()/Fragments(video=7)", true},
		{"QualityLevels(400000)", true},
		{"QualityLevels(400000)/Pieces(video=7)", true},
		{"QualityLevels(400000)/Fragments(video=-7)", true},
		{"QualityLevels(400000)/Fragments(video=18446744073709338283)", true},
		{"QualityLevels(400000)/Fragments(video)", true},
		{"QualityLevels(400000)/Fragments(=7)", true},
		{"QualityLevels(400000,nonsense)/Fragments(video=7)", true},
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

func FuzzResolve(f *testing.F) {
	for _, path := range outputtest.Nonsense() {
		f.Add(path, "")
	}
	f.Add("Manifest", "")
	f.Add("oceans.ism", "manifest=live")
	f.Add("oceans.ism", "bitrate=400000&video=7")
	f.Add("oceans.ism/QualityLevels(400000, a=b)/FragmentInfo(audio_eng=17953586960000000)x", "")
	f.Fuzz(func(t *testing.T, path, query string) {
		// What can be understood of a malformed query is used, as net/http does.
		values, _ := url.ParseQuery(query)
		outputtest.CheckResolve(t, New(), output.Request{Point: "oceans", Path: path, Query: values})
	})
}
