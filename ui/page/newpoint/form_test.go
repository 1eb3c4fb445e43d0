package newpoint

import (
	"reflect"
	"testing"
	"time"

	"pubpoint/engine"
)

func TestProblem(t *testing.T) {
	for name, c := range map[string]struct {
		form form
		want string
	}{
		"nothing":     {form{}, textNoName},
		"taken":       {form{name: "oceans"}, textTaken("oceans")},
		"bad":         {form{name: "../etc"}, textBadName},
		"no file":     {form{name: "film", origin: fromFile}, textNoFile},
		"file":        {form{name: "film", origin: fromFile, path: "/a.mp4"}, ""},
		"nested":      {form{name: "sports/arena"}, ""},
		"from abroad": {form{name: "x", origin: fromOutside}, ""},
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
	f.name, f.origin, f.path, f.loop, f.rungs, f.window = "film", fromFile, "/a.mp4", false, 1, time.Hour
	if s := f.spec(); !reflect.DeepEqual(s.Input, engine.EncoderInput{Kind: engine.InputFile, Path: "/a.mp4"}) || len(s.Video) != 1 || s.Point != "film" {
		t.Errorf("the file's is %+v", s)
	}
	if c := f.config(); c.DVRWindow != time.Hour || !c.Archive || !c.AutoStart {
		t.Errorf("the point is %+v", c)
	}
}
