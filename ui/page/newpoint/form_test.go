package newpoint

import (
	"reflect"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/ui/page/encoderform"
)

// of is a form of that name whose encoder was edited.
func of(name string, edit func(*encoderform.Draft)) form {
	f := newForm()
	f.name = name
	if edit != nil {
		edit(f.encoder)
	}
	return f
}

func TestProblem(t *testing.T) {
	reads := func(k engine.InputKind) func(*encoderform.Draft) {
		return func(d *encoderform.Draft) { d.Kind = k }
	}
	for name, c := range map[string]struct {
		form form
		want string
	}{
		"nothing": {of("", nil), textNoName},
		"taken":   {of("oceans", nil), textTaken("oceans")},
		"bad":     {of("../etc", nil), textBadName},
		"no file": {of("film", reads(engine.InputFile)), "Choose the file that shall be sent."},
		"file": {of("film", func(d *encoderform.Draft) {
			d.Kind, d.Path = engine.InputFile, "/a.mp4"
		}), ""},
		"no address":  {of("feed", reads(engine.InputNetwork)), "Give the address to read."},
		"nested":      {of("sports/arena", nil), ""},
		"from abroad": {of("x", reads(encoderform.External)), ""},
	} {
		if got := c.form.problem([]string{"oceans"}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSpec(t *testing.T) {
	f := newForm()
	if s := f.spec(); s.Point != exampleName || len(s.Video) != 3 || s.Input.Kind != engine.InputTestPattern {
		t.Errorf("the example is %+v", s)
	}
	f.name, f.window = "film", time.Hour
	f.encoder.Kind, f.encoder.Path, f.encoder.Loop = engine.InputFile, "/a.mp4", false
	f.encoder.SetVideo(encoderform.VideoOne)
	if s := f.spec(); !reflect.DeepEqual(s.Input, engine.EncoderInput{Kind: engine.InputFile, Path: "/a.mp4"}) || len(s.Video) != 1 || s.Point != "film" {
		t.Errorf("the file's is %+v", s)
	}
	if c := f.config(); c.DVRWindow != time.Hour || !c.Archive || !c.AutoStart {
		t.Errorf("the point is %+v", c)
	}
}

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		free int64
		bits int
		want string
	}{
		{-1, 4_000_000, "How much room the disk has is not known."},
		{18_000_000_000, 4_000_000, "Room for 10 h at 4.00 Mbit/s."},
		{1_800_000_000, 4_000_000, "Room for 60 min at 4.00 Mbit/s."},
		{18_000_000_000_000, 4_000_000, "Room for 416 days at 4.00 Mbit/s."},
		{0, 4_000_000, "Room for 0 min at 4.00 Mbit/s."},
		{1_000, 0, ""},
	} {
		if got := textRoom(c.free, c.bits); got != c.want {
			t.Errorf("%d bytes at %d bit/s: %q, want %q", c.free, c.bits, got, c.want)
		}
	}
}
