package dash

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// parsed is an MPD as a player reads it.
type parsed struct {
	Type     string `xml:"type,attr"`
	Start    string `xml:"availabilityStartTime,attr"`
	Duration string `xml:"mediaPresentationDuration,attr"`
	Depth    string `xml:"timeShiftBufferDepth,attr"`
	Periods  []struct {
		ID       string `xml:"id,attr"`
		Start    string `xml:"start,attr"`
		Duration string `xml:"duration,attr"`
		Sets     []struct {
			Template        *parsedTemplate `xml:"SegmentTemplate"`
			Representations []struct {
				ID        string          `xml:"id,attr"`
				Bandwidth int             `xml:"bandwidth,attr"`
				Template  *parsedTemplate `xml:"SegmentTemplate"`
			} `xml:"Representation"`
		} `xml:"AdaptationSet"`
	} `xml:"Period"`
}

type parsedTemplate struct {
	Timescale      uint32 `xml:"timescale,attr"`
	Offset         int64  `xml:"presentationTimeOffset,attr"`
	Initialization string `xml:"initialization,attr"`
	Media          string `xml:"media,attr"`
	Complete       string `xml:"availabilityTimeComplete,attr"`
	S              []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int    `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

var duration = regexp.MustCompile(`^PT([0-9.]+)S$`)

func parseDuration(s string) (time.Duration, error) {
	m := duration.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is no duration", s)
	}
	return time.ParseDuration(m[1] + "s")
}

// read fetches the MPD and the headers that it names.
func read(first string, get func(string) ([]byte, error)) ([]outputtest.Listing, error) {
	text, err := get(first)
	if err != nil {
		return nil, err
	}
	var p parsed
	if err := xml.Unmarshal(text, &p); err != nil {
		return nil, err
	}
	var out []outputtest.Listing
	for _, period := range p.Periods {
		start, err := parseDuration(period.Start)
		if err != nil {
			return nil, err
		}
		for _, set := range period.Sets {
			for _, r := range set.Representations {
				template := set.Template
				if template == nil {
					template = r.Template
				}
				l, err := template.listing(r.ID, start)
				if err != nil {
					return nil, err
				}
				if _, err := get(strings.ReplaceAll(template.Initialization, "$RepresentationID$", r.ID)); err != nil {
					return nil, fmt.Errorf("header of %s: %w", r.ID, err)
				}
				out = merge(out, l)
			}
		}
	}
	return out, nil
}

// merge adds what a later Period lists of a track.
func merge(all []outputtest.Listing, l outputtest.Listing) []outputtest.Listing {
	for i := range all {
		if all[i].Stream == l.Stream && all[i].Bitrate == l.Bitrate {
			all[i].Entries = append(all[i].Entries, l.Entries...)
			all[i].Next = l.Next
			return all
		}
	}
	return append(all, l)
}

func (p *parsedTemplate) listing(id string, start time.Duration) (outputtest.Listing, error) {
	hyphen := strings.LastIndexByte(id, '-')
	bitrate, err := strconv.Atoi(id[hyphen+1:])
	if err != nil {
		return outputtest.Listing{}, err
	}
	l := outputtest.Listing{Stream: id[:hyphen], Bitrate: bitrate}
	path := func(at int64) string {
		return strings.NewReplacer("$RepresentationID$", id, "$Time$", fmt.Sprint(at)).Replace(p.Media)
	}
	if len(p.S) == 0 || p.S[0].T == nil {
		return l, errors.New("the first S has no t")
	}
	var at int64
	for _, s := range p.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			l.Entries = append(l.Entries, outputtest.Entry{
				Start:    start + engine.Ticks(at-p.Offset).Duration(p.Timescale),
				Duration: engine.Ticks(s.D).Duration(p.Timescale), Path: path(at),
			})
			at += s.D
		}
	}
	l.Next = path(at)
	if p.Complete == "false" { // the last one is arriving
		last := l.Entries[len(l.Entries)-1]
		l.Entries, l.Next = l.Entries[:len(l.Entries)-1], last.Path
	}
	return l, nil
}

func TestConformance(t *testing.T) {
	outputtest.Run(t, outputtest.Subject{
		Format: New(), Read: read,
		Lists: func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool {
			return len(s.Spans) > 0
		},
		Text:      func(s *presentation.Stream) bool { return strings.HasPrefix(s.Name, "subtitles") },
		Tolerance: time.Microsecond, Arriving: true,
	})
}
