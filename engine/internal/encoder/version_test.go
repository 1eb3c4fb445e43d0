package encoder

import (
	"testing"
)

func TestParseVersion(t *testing.T) {
	for _, test := range []struct {
		line         string
		major, minor int
		snapshot     bool
	}{
		{"ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers", 5, 1, false},
		{"ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright", 4, 4, false},
		{"ffmpeg version n6.0 Copyright", 6, 0, false},
		{"ffmpeg version n7.1-184-gdc07f98934 Copyright", 7, 1, false},
		{"ffmpeg version 7 Copyright", 7, 0, false},
		{"ffmpeg version 7-full_build", 7, 0, false},
		{"ffmpeg version 8.0.1", 8, 0, false},
		{"ffmpeg version N-109542-g7e3d6d6 Copyright", 0, 0, true},
		{"ffmpeg version git-2020-06-04-7f81785 Copyright", 0, 0, true},
		{"ffmpeg version 2024-05-02-git-71669f2ad5-full_build-www.gyan.dev Copyright", 0, 0, true},
	} {
		v, err := ParseVersion(test.line)
		if err != nil || v.Major != test.major || v.Minor != test.minor || v.Snapshot != test.snapshot {
			t.Errorf("%s: %+v, %v", test.line, v, err)
		}
	}
	for _, line := range []string{"", "ffmpeg", "ffmpeg version", "bash version 5", "ffmpeg version 5.99999999999999999999"} {
		if v, err := ParseVersion(line); err == nil {
			t.Errorf("%q: %+v", line, v)
		}
	}
}

func TestAtLeast(t *testing.T) {
	for _, test := range []struct {
		version Version
		want    bool
	}{
		{Version{Major: 4, Minor: 3}, false},
		{Version{Major: 4, Minor: 4}, true},
		{Version{Major: 5}, true},
		{Version{Major: 3, Minor: 9}, false},
		{Version{Snapshot: true}, true},
	} {
		if got := test.version.AtLeast(4, 4); got != test.want {
			t.Errorf("%+v: %v", test.version, got)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers")
	f.Add("ffmpeg version n6.0")
	f.Add("ffmpeg version N-109542-g7e3d6d6")
	f.Add("ffmpeg version 2024-05-02-git-71669f2ad5")
	f.Fuzz(func(t *testing.T, line string) {
		v, err := ParseVersion(line)
		if err == nil && (v.Text == "" || v.Major < 0 || v.Major > 999 || v.Minor < 0) {
			t.Fatalf("%q: %+v", line, v)
		}
	})
}
