package smooth

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// parsed is a client manifest as a player reads it.
type parsed struct {
	XMLName                xml.Name `xml:"SmoothStreamingMedia"`
	MajorVersion           string   `xml:",attr"`
	MinorVersion           string   `xml:",attr"`
	TimeScale              uint32   `xml:",attr"`
	Duration               int64    `xml:",attr"`
	IsLive                 string   `xml:",attr"`
	LookaheadCount         *int     `xml:",attr"`
	LookAheadFragmentCount *int     `xml:",attr"`
	DVRWindowLength        int64    `xml:",attr"`
	StreamIndex            []struct {
		Type, Name, Language, Subtype string `xml:",attr"`
		URL                           string `xml:"Url,attr"`
		Chunks, QualityLevels         int    `xml:",attr"`
		TimeScale                     uint32 `xml:",attr"`
		ParentStreamIndex             string `xml:",attr"`
		ManifestOutput                string `xml:",attr"`
		QualityLevel                  []struct {
			Index, Bitrate           int    `xml:",attr"`
			FourCC, CodecPrivateData string `xml:",attr"`
			Attribute                []struct {
				Name, Value string `xml:",attr"`
			} `xml:"CustomAttributes>Attribute"`
		}
		C []struct {
			T *int64 `xml:"t,attr"`
			D int64  `xml:"d,attr"`
			F []struct {
				I       int    `xml:"i,attr"`
				Payload string `xml:",chardata"`
			} `xml:"f"`
		} `xml:"c"`
	}
}

func parse(text []byte) (*parsed, error) {
	var p parsed
	if err := xml.Unmarshal(text, &p); err != nil {
		return nil, err
	}
	for _, s := range p.StreamIndex {
		if s.Chunks != len(s.C) || s.QualityLevels != len(s.QualityLevel) {
			return nil, fmt.Errorf("stream %s counts wrong", s.Name)
		}
		if s.ParentStreamIndex == "" && (len(s.C) == 0 || s.C[0].T == nil) {
			return nil, fmt.Errorf("stream %s has no first time", s.Name)
		}
		for i, q := range s.QualityLevel {
			if q.Index != i {
				return nil, fmt.Errorf("stream %s: level %d has index %d", s.Name, i, q.Index)
			}
		}
	}
	return &p, nil
}

// subject is the format with a reader of its manifests.
func subject() outputtest.Subject {
	return outputtest.Subject{
		Format: New(),
		Read: func(first string, get func(string) ([]byte, error)) ([]outputtest.Listing, error) {
			text, err := get(first)
			if err != nil {
				return nil, err
			}
			p, err := parse(text)
			if err != nil {
				return nil, err
			}
			return p.listings()
		},
		Lists: func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool {
			return len(listed(v, s)) > 0 || s.Sparse()
		},
		Text: func(*presentation.Stream) bool { return true },
		Hold: func(v *presentation.View) int { return v.LookAhead },
	}
}

func (p *parsed) listings() ([]outputtest.Listing, error) {
	var out []outputtest.Listing
	for _, s := range p.StreamIndex {
		for _, q := range s.QualityLevel {
			l := outputtest.Listing{Stream: s.Name, Bitrate: q.Bitrate}
			path := func(at int64) string {
				return strings.NewReplacer("{bitrate}", fmt.Sprint(q.Bitrate), "{start time}", fmt.Sprint(at)).Replace(s.URL)
			}
			var at int64
			for _, c := range s.C {
				if c.T != nil {
					at = *c.T
				}
				if c.D <= 0 {
					return nil, errors.New("a fragment without a duration")
				}
				l.Entries = append(l.Entries, outputtest.Entry{
					Start:    engine.Ticks(at).Duration(s.TimeScale),
					Duration: engine.Ticks(c.D).Duration(s.TimeScale), Path: path(at),
				})
				at += c.D
			}
			if s.ParentStreamIndex == "" {
				l.Next = path(at) // behind a marker anything may follow
			}
			out = append(out, l)
		}
	}
	return out, nil
}

func TestConformance(t *testing.T) {
	outputtest.Run(t, subject())
}

// TestSameBytesLiveAndAfterTheEnd compares every fragment, in all its parts, at every
// instant at which it can be had.
func TestSameBytesLiveAndAfterTheEnd(t *testing.T) {
	for _, p := range outputtest.Presentations(t) {
		if p.Name == "long" {
			continue
		}
		for _, lookAhead := range []int{0, 1, 2, 3} {
			whole := *p.Whole
			whole.LookAhead = lookAhead
			served := 0
			for n := range p.Steps() {
				live := p.Live(n + 1)
				live.LookAhead = lookAhead
				served += compareFragments(t, live, &whole)
			}
			if served == 0 && p.Steps() > lookAhead {
				t.Errorf("%s with look-ahead %d: nothing was served while live", p.Name, lookAhead)
			}
		}
	}
}

// compareFragments holds what can be had of live against the same of ended.
func compareFragments(t *testing.T, live, ended *presentation.View) (served int) {
	t.Helper()
	for _, s := range live.Streams {
		for _, track := range s.Tracks {
			for _, f := range track.Fragments {
				for _, p := range []part{whole, header, payload, keyOnly} {
					c := chunk{part: p, bitrate: track.Bitrate, choices: []choice{{s.Name, f.Start}}}
					now, tag, err := fetch(c, live)
					if err != nil {
						continue
					}
					served++
					later, laterTag, err := fetch(c, ended)
					if err != nil || now != later || tag != laterTag {
						t.Errorf("%s/%d@%d part %c: other bytes after the end (%v)", s.Name, track.Bitrate, f.Start, p, err)
					}
				}
			}
		}
	}
	return served
}

func fetch(c chunk, v *presentation.View) (body, tag string, err error) {
	obj, err := c.Render(context.Background(), outputtest.NewSource(v))
	if err != nil {
		return "", "", err
	}
	var b strings.Builder
	if _, err := obj.Body.WriteTo(&b); err != nil {
		return "", "", err
	}
	return b.String(), obj.Tag, nil
}

func TestAPresentationWaitsForItsStreams(t *testing.T) {
	p := outputtest.Presentation{Whole: outputtest.Synthetic{
		Name: "late", Video: []int{400_000}, Audio: []string{"und"}, Fragments: 20}.View()}
	for _, test := range []struct {
		fragments int
		want      int // streams
	}{{8, 0}, {11, 0}, {12, 1}, {20, 1}} {
		v := p.Live(test.fragments)
		v.Streams[1].Spans = nil
		if got := len(listings(v)); got != test.want {
			t.Errorf("after %d s of video and no audio: %d streams, want %d", test.fragments, got, test.want)
		}
		v.Live = false
		if got := len(listings(v)); got != 1 {
			t.Errorf("after the end without audio: %d streams, want 1", got)
		}
	}
}

func TestAWindowShorterThanTheLookAheadShowsOneFragment(t *testing.T) {
	p := outputtest.Presentation{Whole: outputtest.Synthetic{Name: "short", Video: []int{400_000}, Fragments: 9}.View()}
	v := p.Live(9)
	v.Window = 2 * time.Second
	if got := listed(v, v.Streams[0]); len(got) != 1 || got[0].Start != 6*10_000_000 {
		t.Errorf("listed = %v, want the newest complete fragment", got)
	}
}
