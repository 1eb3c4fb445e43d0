package origin

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output"
	"pubpoint/engine/internal/output/dash"
	"pubpoint/engine/internal/output/hls"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/output/smooth"
	"pubpoint/engine/internal/presentation"
)

// story is what a format tells of a stream: how many segments there are, and from when to when,
// counted from the origin of the presentation, in milliseconds.
type story struct {
	segments   int
	start, end int64
}

// teller reads the manifests of one format: stories by stream.
type teller struct {
	format output.Format
	read   func(t *testing.T, v *presentation.View, get func(string) []byte) map[string]story
}

func tellers() map[string]teller {
	return map[string]teller{
		"Smooth":   {smooth.New(), smoothStories},
		"HLS TS":   {hls.TS(), hlsStories},
		"HLS CMAF": {hls.CMAF(), hlsStories},
		"DASH":     {dash.New(), dashStories},
	}
}

// TestEveryFormatTellsTheSameStory compares the formats with one another and with the event, live
// at several moments and after its end, with restarts and without. What Smooth holds back for its
// look-ahead is told by the others at once; MPEG-TS may wait for the sound of two segments.
func TestEveryFormatTellsTheSameStory(t *testing.T) {
	events := outputtest.Presentations(t)
	restarted := outputtest.Synthetic{Name: "restarted", Video: []int{200_000, 400_000}, Audio: []string{"eng", "fra"}, Fragments: 20}.View()
	events = append(events, outputtest.Presentation{Name: "restarted", Whole: outputtest.WithRestart(restarted, 7, time.Minute)})
	for _, p := range events {
		t.Run(p.Name, func(t *testing.T) {
			views := map[string]*presentation.View{"ended": p.Whole}
			for n := 2; n <= p.Steps(); n += max(1, p.Steps()/4) {
				for _, window := range []time.Duration{0, 4 * time.Second} {
					v := p.Live(n)
					v.Window, v.LookAhead = window, 0
					views[fmt.Sprintf("live/%d/%v", n, window)] = v
				}
			}
			for moment, v := range views {
				for name, teller := range tellers() {
					got := teller.read(t, v, func(path string) []byte { return fetch(t, teller.format, v, path) })
					if len(got) == 0 && (name != "HLS TS" || !v.Live) {
						t.Errorf("%s: %s tells nothing", moment, name)
					}
					compareStories(t, moment+": "+name, v, got, name == "HLS TS")
				}
			}
		})
	}
}

func compareStories(t *testing.T, what string, v *presentation.View, got map[string]story, waits bool) {
	t.Helper()
	for stream, told := range got {
		s := v.Stream(stream)
		spans := v.Listed(s)
		if held := len(spans) - told.segments; waits && v.Live && held > 0 && held <= 2 {
			spans = spans[:told.segments]
		}
		if len(spans) != told.segments {
			t.Errorf("%s: %s has %d segments, want %d", what, stream, told.segments, len(spans))
			continue
		}
		start := (spans[0].Start.Duration(s.Timescale) - v.Origin).Milliseconds()
		end := (spans[len(spans)-1].End().Duration(s.Timescale) - v.Origin).Milliseconds()
		if far(told.start, start) || far(told.end, end) {
			t.Errorf("%s: %s goes from %d to %d ms, want %d to %d", what, stream, told.start, told.end, start, end)
		}
	}
}

func far(a, b int64) bool { return a-b > 2 || b-a > 2 }

func fetch(t *testing.T, f output.Format, v *presentation.View, path string) []byte {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	if path == "" {
		u.Path = f.Links("oceans")[0].Path
	}
	res, err := f.Resolve(output.Request{Point: "oceans", Path: u.Path, Query: u.Query()})
	if err != nil {
		t.Fatal(err)
	}
	obj, err := res.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		return nil // nothing to tell yet
	}
	var b bytes.Buffer
	if _, err := obj.Body.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// media is of what formats list in different ways: captions are left to each.
func media(v *presentation.View, stream string) bool {
	s := v.Stream(stream)
	return s != nil && s.Type != engine.Text
}

func smoothStories(t *testing.T, v *presentation.View, get func(string) []byte) map[string]story {
	var doc struct {
		Streams []struct {
			Name  string `xml:",attr"`
			Scale uint32 `xml:"TimeScale,attr"`
			C     []struct {
				T *int64 `xml:"t,attr"`
				D int64  `xml:"d,attr"`
			} `xml:"c"`
		} `xml:"StreamIndex"`
	}
	if err := xml.Unmarshal(get(""), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]story{}
	for _, s := range doc.Streams {
		if !media(v, s.Name) || len(s.C) == 0 {
			continue
		}
		at := *s.C[0].T
		told := story{segments: len(s.C), start: (engine.Ticks(at).Duration(s.Scale) - v.Origin).Milliseconds()}
		for _, c := range s.C {
			if c.T != nil {
				at = *c.T
			}
			at += c.D
		}
		told.end = (engine.Ticks(at).Duration(s.Scale) - v.Origin).Milliseconds()
		out[s.Name] = told
	}
	return out
}

func dashStories(t *testing.T, v *presentation.View, get func(string) []byte) map[string]story {
	type template struct {
		Scale  uint32 `xml:"timescale,attr"`
		Offset int64  `xml:"presentationTimeOffset,attr"`
		Early  string `xml:"availabilityTimeComplete,attr"`
		S      []struct {
			T *int64 `xml:"t,attr"`
			D int64  `xml:"d,attr"`
			R int    `xml:"r,attr"`
		} `xml:"SegmentTimeline>S"`
	}
	var doc struct {
		Periods []struct {
			Start string `xml:"start,attr"`
			Sets  []struct {
				Template *template `xml:"SegmentTemplate"`
				Tracks   []struct {
					ID       string    `xml:"id,attr"`
					Template *template `xml:"SegmentTemplate"`
				} `xml:"Representation"`
			} `xml:"AdaptationSet"`
		} `xml:"Period"`
	}
	if err := xml.Unmarshal(get(""), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]story{}
	for _, p := range doc.Periods {
		start, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(p.Start, "PT")))
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range p.Sets {
			id := set.Tracks[0].ID
			name, list := id[:strings.LastIndexByte(id, '-')], set.Template
			if !media(v, name) {
				continue
			}
			if list == nil {
				list = set.Tracks[0].Template
			}
			told, known := out[name]
			var at int64
			for i, s := range list.S {
				if s.T != nil {
					at = *s.T
				}
				if i == 0 && !known {
					told.start = (start + engine.Ticks(at-list.Offset).Duration(list.Scale)).Milliseconds()
				}
				at += s.D * int64(s.R+1)
				told.segments += s.R + 1
			}
			if list.Early != "" { // the last is arriving
				told.segments--
				at -= list.S[len(list.S)-1].D
			}
			told.end = (start + engine.Ticks(at-list.Offset).Duration(list.Scale)).Milliseconds()
			out[name] = told
		}
	}
	return out
}

func hlsStories(t *testing.T, v *presentation.View, get func(string) []byte) map[string]story {
	out := map[string]story{}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)URI="([^"]+)"|^([^#\n]+)$`).FindAllStringSubmatch(string(get("")), -1) {
		uri := m[1] + m[2]
		name := strings.TrimSuffix(strings.TrimSuffix(path.Base(uri), ".m3u8"), ".vod")
		stream, _, _ := strings.Cut(name, "-")
		if seen[uri] || strings.Contains(uri, ".keys") || !media(v, stream) {
			continue
		}
		seen[uri] = true
		if told, ok := playlistStory(t, v, string(get(uri))); ok {
			if before, known := out[stream]; known && before != told {
				t.Errorf("two renditions of %s tell %+v and %+v", stream, before, told)
			}
			out[stream] = told
		}
	}
	return out
}

// playlistStory reads a media playlist. Its wall clock jumps where an encoder came back, so its
// end is told by the lengths and by what the clock says within an epoch.
func playlistStory(t *testing.T, v *presentation.View, text string) (story, bool) {
	var told story
	var clock time.Time
	var err error
	for line := range strings.Lines(text) {
		tag, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch tag {
		case "#EXT-X-PROGRAM-DATE-TIME":
			clock, err = time.Parse(time.RFC3339Nano, value)
		case "#EXTINF":
			var seconds float64
			seconds, err = strconv.ParseFloat(strings.TrimSuffix(value, ","), 64)
			at := presentationTime(v, clock).Milliseconds()
			if told.segments == 0 {
				told.start = at
			}
			told.segments++
			told.end = at + int64(seconds*1000+0.5)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return told, told.segments > 0
}

// presentationTime is that of a wall clock, from the origin on.
func presentationTime(v *presentation.View, clock time.Time) time.Duration {
	epochs := v.Epochs()
	for i := len(epochs) - 1; i > 0; i-- {
		if at := clock.Sub(epochs[i].ZeroTime); at >= epochs[i].Began-time.Second/10 {
			return at - v.Origin
		}
	}
	return clock.Sub(epochs[0].ZeroTime) - v.Origin
}
