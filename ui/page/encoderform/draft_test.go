package encoderform

import (
	"reflect"
	"testing"
	"time"

	"pubpoint/engine"
)

// What is edited and saved without a change stays what it was, whatever it reads.
func TestDraftKeepsASpec(t *testing.T) {
	rungs := []engine.Rung{{Width: 320, Height: 180, Bitrate: 250_000}, {Width: 640, Height: 360, Bitrate: 900_000}}
	base := engine.EncoderSpec{ID: "a-1", Point: "a", Video: rungs, AudioBitrate: 96_000, FPS: 30, GOP: 1500 * time.Millisecond, Method: 1, Preset: "fast",
		Restart: engine.RestartOnFailure, MaxRestarts: 3}
	for name, in := range map[string]engine.EncoderInput{
		"pattern": {Kind: engine.InputTestPattern},
		"file":    {Kind: engine.InputFile, Path: "/srv/a b.mp4", Loop: true, Fast: true},
		"device":  {Kind: engine.InputDevice, Device: "/dev/video0", Sound: "default"},
		"screen":  {Kind: engine.InputScreen, Device: ":0.0", Sound: "default"},
		"network": {Kind: engine.InputNetwork, URL: "srt://0.0.0.0:9000", Listen: true},
		"custom":  {Kind: engine.InputCustom, Args: []string{"-i", "a b.mp4", "-c", "copy"}},
	} {
		spec := base
		spec.Input = in
		if got := DraftOf(spec).Spec(); !reflect.DeepEqual(got, spec) {
			t.Errorf("%s: %+v became %+v", name, spec, got)
		}
		if p := DraftOf(spec).Problems(); len(p) > 0 {
			t.Errorf("%s has problems: %v", name, p)
		}
	}
}

func TestVideoOf(t *testing.T) {
	for _, c := range []struct {
		spec engine.EncoderSpec
		want Video
	}{
		{engine.EncoderSpec{Video: engine.Ladder(1)}, VideoOne}, {engine.EncoderSpec{Video: engine.Ladder(3)}, VideoThree},
		{engine.EncoderSpec{Video: engine.Ladder(5)}, VideoFive}, {engine.EncoderSpec{Video: engine.DemoLadder()}, VideoOwn},
		{engine.EncoderSpec{Video: engine.Ladder(1), Copy: true}, VideoCopy}, {engine.EncoderSpec{AudioBitrate: 64_000}, VideoNone},
	} {
		if got := DraftOf(c.spec).Video; got != c.want {
			t.Errorf("%+v is %v, want %v", c.spec, got, c.want)
		}
	}
}

func TestDraftsWithoutADevice(t *testing.T) {
	d := NewDraft("a")
	d.Kind, d.Camera = engine.InputDevice, "/dev/video0"
	if s := d.Spec(); s.AudioBitrate != 0 || len(s.Video) != 3 {
		t.Errorf("a camera alone sends %+v", s)
	}
	d.Camera, d.Microphone = "", "default"
	if s := d.Spec(); s.AudioBitrate != 128_000 || len(s.Video) != 0 {
		t.Errorf("a microphone alone sends %+v", s)
	}
	d.Kind, d.Screen = engine.InputScreen, ":0.0"
	if s := d.Spec(); s.AudioBitrate != 0 || len(s.Video) != 3 {
		t.Errorf("a silent screen sends %+v", s)
	}
}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*Draft)
		want Field
	}{
		"nothing":        {func(d *Draft) {}, ""},
		"bad name":       {func(d *Draft) { d.ID = "a b" }, FieldID},
		"no point":       {func(d *Draft) { d.Point = "" }, FieldPoint},
		"no file":        {func(d *Draft) { d.Kind = engine.InputFile }, FieldPath},
		"no device":      {func(d *Draft) { d.Kind = engine.InputDevice }, FieldDevice},
		"no screen":      {func(d *Draft) { d.Kind = engine.InputScreen }, FieldScreen},
		"no address":     {func(d *Draft) { d.Kind = engine.InputNetwork }, FieldURL},
		"no scheme":      {func(d *Draft) { d.Kind, d.URL = engine.InputNetwork, "10.0.0.5" }, FieldURL},
		"gopher":         {func(d *Draft) { d.Kind, d.URL = engine.InputNetwork, "gopher://a/b" }, FieldURL},
		"no host":        {func(d *Draft) { d.Kind, d.URL = engine.InputNetwork, "rtmp:///live" }, FieldURL},
		"no port":        {func(d *Draft) { d.Kind, d.URL = engine.InputNetwork, "srt://10.0.0.5" }, FieldURL},
		"a playlist":     {func(d *Draft) { d.Kind, d.URL = engine.InputNetwork, "https://a.example/b.m3u8" }, ""},
		"no arguments":   {func(d *Draft) { d.Kind, d.Args = engine.InputCustom, " \n\n" }, FieldArgs},
		"odd side":       {func(d *Draft) { d.Rungs[1].Width = "641" }, rungField(1)},
		"no number":      {func(d *Draft) { d.Rungs[0].Height = "x" }, rungField(0)},
		"too little":     {func(d *Draft) { d.Rungs[0].Kbit = "9" }, rungField(0)},
		"twice the same": {func(d *Draft) { d.Rungs[2].Kbit = d.Rungs[0].Kbit }, rungField(2)},
		"no frames":      {func(d *Draft) { d.FPS = "0" }, FieldFPS},
		"long":           {func(d *Draft) { d.GOP = "11" }, FieldGOP},
		"half a frame":   {func(d *Draft) { d.GOP = "1.99" }, FieldGOP},
		"a comma":        {func(d *Draft) { d.GOP = "2,4" }, ""},
		"nothing at all": {func(d *Draft) { d.SetVideo(VideoNone); d.Audio = 0 }, FieldAudio},
		"sound alone":    {func(d *Draft) { d.SetVideo(VideoNone); d.FPS = "x" }, ""},
		"a copy":         {func(d *Draft) { d.SetVideo(VideoCopy); d.FPS = "x" }, ""},
	} {
		d := NewDraft("a")
		c.edit(d)
		got := Field("")
		if all := d.Problems(); len(all) > 0 {
			got = all[0].Field
			if all[0].Text == "" {
				t.Errorf("%s: the problem has no sentence", name)
			}
		}
		if got != c.want {
			t.Errorf("%s: the problem is at %q, want %q", name, got, c.want)
		}
	}
}

func TestSetVideo(t *testing.T) {
	d := NewDraft("a")
	d.SetVideo(VideoFive)
	d.SetVideo(VideoOwn)
	if len(d.Rungs) != 5 {
		t.Errorf("one's own begin with %d rungs", len(d.Rungs))
	}
	d.SetVideo(VideoCopy)
	d.copyOf(engine.InputProbe{Bitrate: 5_000_000, Streams: []engine.InputStream{{Type: engine.Audio}, {Type: engine.Video, Width: 1920, Height: 1080, Bitrate: 4_200_400}}})
	if s := d.Spec(); !s.Copy || len(s.Video) != 1 || s.Video[0] != (engine.Rung{Width: 1920, Height: 1080, Bitrate: 4_200_000}) {
		t.Errorf("the copy is %+v", s)
	}
	d.SetVideo(VideoNone)
	if s := d.Spec(); s.Copy || len(s.Video) != 0 {
		t.Errorf("sound alone is %+v", s)
	}
	d.Rungs = nil
	d.SetVideo(VideoOwn)
	if len(d.Rungs) != 1 {
		t.Errorf("one's own begin with %d rungs out of nothing", len(d.Rungs))
	}
	if d.Bitrate() != 928_000 {
		t.Errorf("it sends %d bit/s", d.Bitrate())
	}
}

func TestRungsAreSentInOrder(t *testing.T) {
	d := NewDraft("a")
	d.Rungs = []RungText{{"640", "360", "900"}, {"320", "180", "300"}}
	if v := d.Spec().Video; v[0].Bitrate != 300_000 || v[1].Bitrate != 900_000 {
		t.Errorf("the rungs are %v", v)
	}
}
