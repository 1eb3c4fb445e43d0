package progressive

import (
	"fmt"
	"slices"
	"strings"

	"pubpoint/engine"
	"pubpoint/engine/internal/presentation"
)

// Track is one track of a file to be.
type Track struct {
	Stream *presentation.Stream
	Track  *presentation.Track
}

// Choose picks the tracks that are asked for: video first. Kinds: NotFound for a rung or a
// language that does not exist, Unsupported for a codec that has no place in such a file,
// BadInput when nothing is left.
func Choose(v *presentation.View, req engine.ExportRequest) ([]Track, error) {
	var tracks []Track
	if req.Video >= 0 {
		t, err := video(v, req.Video)
		if err != nil {
			return nil, err
		}
		tracks = append(tracks, t...)
	}
	if !req.NoAudio {
		t, err := audio(v, req.Audio)
		if err != nil {
			return nil, err
		}
		tracks = append(tracks, t...)
	}
	if len(tracks) == 0 {
		return nil, fault(engine.BadInput, "Neither video nor audio is left to export; ask for one of them.")
	}
	for _, t := range tracks {
		switch t.Track.Init.SampleEntry {
		case "avc1", "avc3", "hvc1", "hev1", "mp4a", "ac-3", "ec-3":
		default:
			return nil, fault(engine.Unsupported, "The codec %s of %s cannot be exported to MP4; leave it out.", t.Track.Init.SampleEntry, t.Stream.Name)
		}
	}
	return tracks, nil
}

// video is the rung of a bitrate, or the highest; none when there is no video at all.
func video(v *presentation.View, bitrate int) ([]Track, error) {
	var rates []string
	for _, s := range v.Streams {
		if s.Type != engine.Video {
			continue
		}
		if bitrate == 0 {
			return []Track{{s, highest(s)}}, nil
		}
		if t := s.Track(bitrate); t != nil {
			return []Track{{s, t}}, nil
		}
		for _, t := range s.Tracks {
			rates = append(rates, fmt.Sprint(t.Bitrate))
		}
	}
	if bitrate == 0 {
		return nil, nil
	}
	return nil, fault(engine.NotFound, "There is no video of %d bit/s in this range; there is %s.", bitrate, list(rates))
}

// audio is the best track of each named stream, or of all.
func audio(v *presentation.View, names []string) ([]Track, error) {
	var tracks []Track
	var known []string
	for _, s := range v.Streams {
		if s.Type != engine.Audio {
			continue
		}
		known = append(known, s.Name)
		if len(names) == 0 || slices.Contains(names, s.Name) {
			tracks = append(tracks, Track{s, highest(s)})
		}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fault(engine.NotFound, "There is no audio named %s in this range; there is %s.", name, list(known))
		}
	}
	return tracks, nil
}

func highest(s *presentation.Stream) *presentation.Track {
	return slices.MaxFunc(s.Tracks, func(a, b *presentation.Track) int { return a.Bitrate - b.Bitrate })
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func fault(kind engine.Kind, format string, args ...any) error {
	return &engine.Error{Op: "export", Kind: kind, Text: fmt.Sprintf(format, args...)}
}
