package hds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/internal/output/outputtest"
	"pubpoint/engine/internal/presentation"
)

// subject is the format with a reader of its manifests.
func subject() outputtest.Subject {
	return outputtest.Subject{
		Format: New(),
		Read:   readListings,
		Lists: func(v *presentation.View, s *presentation.Stream, t *presentation.Track) bool {
			if hasH264(v) {
				return t.Init.SampleEntry == "avc1"
			}
			return s.Type == engine.Audio && t.Init.SampleEntry == "mp4a"
		},
		Hold: func(v *presentation.View) int {
			// Four seconds of fragments that are not complete, and one for late sound.
			n := 1
			for _, s := range v.Streams {
				n = max(n, spansIn(s, 4*time.Second)+spansIn(s, 2*time.Second))
			}
			return n
		},
		Joins:     true,
		Tolerance: time.Millisecond,
	}
}

func spansIn(s *presentation.Stream, d time.Duration) int {
	if len(s.Spans) == 0 {
		return 0
	}
	return int(d/s.Spans[0].Duration.Duration(s.Timescale)) + 1
}

func hasH264(v *presentation.View) bool {
	return slices.ContainsFunc(v.Streams, func(s *presentation.Stream) bool {
		return slices.ContainsFunc(s.Tracks, func(t *presentation.Track) bool { return t.Init.SampleEntry == "avc1" })
	})
}

func readListings(first string, get func(string) ([]byte, error)) ([]outputtest.Listing, error) {
	found, doc, err := rungs(first, get)
	if err != nil {
		return nil, err
	}
	if want := map[bool]string{true: "2.0", false: "1.0"}[strings.Contains(first, "-set.")]; doc.version() != want {
		return nil, fmt.Errorf("%s is of the version %s, want %s", first, doc.version(), want)
	}
	var out []outputtest.Listing
	for _, r := range found {
		l, err := r.listing()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.base, err)
		}
		out = append(out, l)
	}
	return out, nil
}

// listing is a rung as the suite wants it.
func (r rung) listing() (outputtest.Listing, error) {
	var l outputtest.Listing
	lead, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(r.base, "/"), "hds."), ".")
	i := strings.LastIndexByte(lead, '-')
	l.Stream = lead[:i]
	if _, err := fmt.Sscan(lead[i+1:], &l.Bitrate); err != nil {
		return l, err
	}
	all, err := r.info.pieces()
	if err != nil {
		return l, err
	}
	path := func(n uint32) string { return fmt.Sprintf("%sSeg1-Frag%d", r.base, n) }
	for _, p := range all {
		l.Entries = append(l.Entries, outputtest.Entry{
			Start: time.Duration(p.start) * time.Millisecond, Duration: time.Duration(p.duration) * time.Millisecond,
			Path: path(p.number),
		})
	}
	l.Next = path(all[len(all)-1].number + 1)
	return l, nil
}

func TestConformance(t *testing.T) {
	outputtest.Run(t, subject())
}

// TestConformanceOfTheSet reads the same through the set-level manifest.
func TestConformanceOfTheSet(t *testing.T) {
	s := subject()
	s.Lists = func(v *presentation.View, stream *presentation.Stream, track *presentation.Track) bool {
		if track.Init.SampleEntry == "mp4a" {
			return !hasH264(v) || stream.Name != firstSound(v)
		}
		return track.Init.SampleEntry == "avc1"
	}
	read := s.Read
	s.Read = func(_ string, get func(string) ([]byte, error)) ([]outputtest.Listing, error) {
		return read(s.Format.Links("oceans")[1].Path, get)
	}
	outputtest.Run(t, s)
}

func firstSound(v *presentation.View) string {
	for _, s := range v.Streams {
		if s.Type == engine.Audio {
			return s.Name
		}
	}
	return ""
}
